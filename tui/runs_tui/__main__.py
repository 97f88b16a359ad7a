"""``python -m runs_tui``."""

from runs_tui.cli.main import main

if __name__ == "__main__":
    main()
