"""Logged numbers of many runs as one table for other programs: CSV, JSON lines, Parquet."""
