"""Runs of MLflow: its folders of files (``mlruns``) and its SQLite databases, read without MLflow."""
