"""Programs that the venvs of the peers run: `store` asks each of the ``of_*`` modules for the same, and times it."""
