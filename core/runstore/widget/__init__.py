"""The live view of a run inside a notebook: HTML and SVG alone, nothing to install in the front end."""
