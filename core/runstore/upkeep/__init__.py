"""Keeping stores in order: what takes how much space, what nobody needs any more, runs copied between stores."""
