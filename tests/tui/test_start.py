"""What opening the app imports, before and after the first paint."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.tui.stores import some_runs


def test_the_first_paint_waits_for_no_heavy_module() -> None:
    script = (
        "import sys\nfrom runs_tui.model.feed import start_feed\nimport runstore.sources.native, runs_tui.app\n"
        "print(' '.join(name for name in ('numpy', 'plotext', 'watchdog', 'psutil',\n"
        "    'runs_tui.screens.help', 'runs_tui.screens.tabs.charts', 'runs_tui.screens.tabs.output')\n"
        "    if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


async def test_plotext_is_never_part_of_the_app(tmp_path: Path) -> None:
    some_runs(tmp_path)
    script = (
        "import asyncio, sys\nfrom runs_tui.model.feed import start_feed\nfrom runs_tui.app import RunsApp\n"
        "async def main():\n"
        "    feed = start_feed([sys.argv[1]])\n"
        "    app = RunsApp(feed)\n"
        "    async with app.run_test(size=(120, 35)) as pilot:\n"
        "        await pilot.pause(1.0)\n"
        "        await pilot.press('j', 'enter', '1', '2', '3', 'q')\n"
        "    feed.close()\n"
        "    print('plotext' in sys.modules)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


LEAN = """
import sys
from runs_tui.cli import lean_import
{before}
lean_import.import_textual()
import runs_tui.app
{after}
"""


def ran(before: str, after: str) -> list[str]:
    """What a program prints that imports the app as the command line does."""
    script = LEAN.format(before=before, after=after)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()


def test_the_app_is_imported_without_what_it_never_uses() -> None:
    unused = "('textual.command', 'textual.widgets._select', 'platformdirs', 'ssl')"
    later = (
        f"print([name for name in {unused} if name in sys.modules])\n"
        "import ssl, platformdirs, textual.command\n"
        "print(bool(ssl.OPENSSL_VERSION), bool(platformdirs.user_cache_dir()))\n"
        "print(bool(textual.command.CommandPalette.BINDINGS))"
    )
    assert ran("", later) == ["[]", "True", "True", "True"]


def test_an_app_that_takes_no_stand_ins_is_imported_as_it_is() -> None:
    broken = "lean_import._MISSED = ('weakref', 'inspect', 'rich.console')\n"
    there = "print('textual.command' in sys.modules, runs_tui.app.RunsApp.__name__)"
    assert ran(broken, there) == ["True", "RunsApp"]
