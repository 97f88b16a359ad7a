"""Other people's tools, each set up in a venv of its own, to measure beside ours."""
