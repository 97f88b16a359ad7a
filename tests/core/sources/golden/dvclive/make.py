"""Makes the files beside it, with dvclive 3.49.1: `python make.py`.

``exp/dvclive`` is one training, ``timed`` another.
"""

import os
import shutil
import tempfile
from pathlib import Path

import numpy
from dvclive import Live

HERE = Path(__file__).parent


def main() -> None:
    os.chdir(tempfile.mkdtemp())  # dvclive changes the git repository that it is in
    for name in ("exp", "timed"):
        shutil.rmtree(HERE / name, ignore_errors=True)
    (HERE / "exp").mkdir()
    options = {"save_dvc_exp": False, "dvcyaml": None, "report": None}
    with Live(str(HERE / "exp" / "dvclive"), **options) as live:
        live.log_params({"lr": 0.1, "model": {"layers": 3, "act": "relu"}, "seed": 7})
        for step in range(4):
            live.log_metric("train/loss", 1 / (step + 1))
            live.log_metric("acc", step / 4)
            live.log_image("sample.png", numpy.full((2, 2, 3), step * 60, numpy.uint8))
            live.next_step()
        live.log_metric("best", 0.75, plot=False)
    with Live(str(HERE / "timed"), **options) as live:
        for step in range(2):
            live.log_metric("loss", step + 0.5, timestamp=True)
            live.log_metric("system/cpu/usage (%)", 50.0 + step, timestamp=True, plot=True)
            live.log_metric("system/vram/usage (GB)/0", 1.5, timestamp=True)
            live.next_step()


if __name__ == "__main__":
    main()
