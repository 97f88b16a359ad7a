"""Commands run as runs: the supervisor process, what it starts, watches, ends and records."""
