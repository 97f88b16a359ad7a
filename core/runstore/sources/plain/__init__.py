"""Runs that are nothing but files: output of programs, rows of JSON, tables of numbers."""
