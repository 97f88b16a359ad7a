"""Numbers out of what programs print: which of them are metrics, and at which step."""
