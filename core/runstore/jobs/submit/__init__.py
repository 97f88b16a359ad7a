"""Submitting: a run is recorded, its source kept, and a file that asks for it to be run is put into the queue."""
