"""Where every file of a run lives, and the rules for ids and names. Imports nothing else of ours."""
