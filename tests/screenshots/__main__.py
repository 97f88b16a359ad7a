"""``python -m tests.screenshots [SCENE...]``: draw the screens into screenshots/, all of them by default."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.screenshots.project import project
from tests.screenshots.scenes import PICTURE, PLOTTED, PROJECT, SCENES, SIZES, take
from tests.screenshots.store import store
from tests.screenshots.svg import to_png, to_svg

FOLDER = Path(__file__).parent.parent.parent / "screenshots"


def main() -> None:
    """Make the store, drive the app to each scene at each size, and write SVG and PNG."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    names = [*(scene.name for scene in SCENES), PICTURE]
    parser.add_argument("scenes", metavar="SCENE", nargs="*", help=f"one of {', '.join(names)}")
    parser.add_argument("--into", metavar="DIR", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    if unknown := set(arguments.scenes) - set(names):
        parser.error(f"there is no scene {', '.join(sorted(unknown))}; the scenes are {', '.join(names)}")
    arguments.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ada-") as folder:
        print("making the run store ...", flush=True)
        with store(Path(folder)) as root:
            for scene in SCENES:
                if arguments.scenes and scene.name not in arguments.scenes:
                    continue
                if scene.opens == PROJECT:
                    project(root.parent / PROJECT)  # young, so that some of its runs grow
                for cols, rows in SIZES:
                    with take(scene, root, cols, rows) as app:
                        svg = to_svg(app.cells(), f"{scene.title}, {cols} columns and {rows} lines")
                    path = arguments.into / f"{scene.name}-{cols}x{rows}.svg"
                    path.write_text(svg, encoding="utf-8")
                    path.with_suffix(".png").write_bytes(to_png(svg))
                    print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path, flush=True)
            if PICTURE in (arguments.scenes or names):
                write_pictures(root, arguments.into)


def write_pictures(root: Path, folder: Path) -> None:
    """What ``runs-tui plot`` writes as SVG and PNG."""
    environment = {**os.environ, "RUNSTORE_ROOT": str(root)}
    for ending in ("svg", "png"):
        command = [sys.executable, "-m", "runs_tui", "plot", *PLOTTED, "-o", str(folder / f"{PICTURE}.{ending}")]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
