"""The demo's trainings. Each file is a script of its own, written to be read as an example of the API."""
