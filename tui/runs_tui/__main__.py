"""The entry point: ``runs-tui``, ``runs``, ``python -m runs_tui``."""

import sys


def main() -> None:
    """Run the command line; ctrl+c ends it without a word also while it is still being imported."""
    try:
        from runs_tui.cli.main import main as command_line

        command_line()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
