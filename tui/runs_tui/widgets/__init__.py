"""Widgets, one file each, with their own CSS."""
