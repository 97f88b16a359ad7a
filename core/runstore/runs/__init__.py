"""The user's API: `Workspace`, `Experiment`, `Run`; thin over writing and reading."""
