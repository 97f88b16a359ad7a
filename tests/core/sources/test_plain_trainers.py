"""What trainings of well-known libraries really print, read from files: `golden/log/make.py` has made them."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import find_places

GOLDEN = Path(__file__).parent / "golden" / "log"
KERAS = {"loss": 24, "accuracy": 24, "val_loss": 24, "val_accuracy": 24}
TRAINER = {"loss": 20, "eval_loss": 20, "epoch": 20, "learning_rate": 20, "train_loss": 20}
LIGHTNING = {"train_loss": 30, "val_loss": 30}
LAST_STEPS = {
    "keras": KERAS,
    "keras-terminal": KERAS,
    "keras-lines": KERAS,
    "trainer": TRAINER,
    "trainer-terminal": TRAINER,
    "lightning": LIGHTNING,
    "lightning-terminal": LIGHTNING,
    "lightning-rich": LIGHTNING,
    "lightgbm": {"training/binary_logloss": 5, "training/auc": 5},
    "xgboost": {"train-logloss": 4, "eval-logloss": 4},
    "sklearn": {"loss": 5, "Train_Loss": 5},
}
"""The metrics of each, with the steps that they end at."""
MORE = {"grad_norm", *(f"{name}_{what}" for name in ("eval", "train") for what in ("runtime", "samples_per_second"))}
MORE |= {"eval_steps_per_second", "train_steps_per_second"}


@pytest.fixture(scope="module")
def readers():
    found = {}
    for place in find_places(str(GOLDEN)):
        reader = kind_of(place.kind).open(place)
        reader.refresh()
        found[Path(place.key).stem] = reader
    return found


@pytest.mark.parametrize("name", LAST_STEPS)
def test_metrics_and_steps_of_what_a_training_printed(readers, name: str) -> None:
    reader = readers[name]
    metrics = reader.metrics
    assert {metric: stat.step for metric, stat in metrics.items() if metric not in MORE} == LAST_STEPS[name]
    for metric in metrics:
        steps = reader.series(metric).steps.tolist()
        assert steps == sorted(steps), metric


def test_values_are_those_that_were_printed(readers) -> None:
    assert readers["trainer"].series("loss").steps.tolist() == [5, 10, 15, 20]
    assert readers["trainer"].series("eval_loss").steps.tolist() == [10, 20]
    assert readers["keras-lines"].series("loss").steps.tolist() == [8, 16, 24]
    assert readers["lightning"].series("val_loss").steps.tolist() == [10, 20, 30]
    assert readers["xgboost"].series("eval-logloss").values.tolist() == [0.5037, 0.38086, 0.29761, 0.23838, 0.19703]


@pytest.mark.parametrize("name", ["sklearn", "lightgbm", "xgboost"])
def test_a_library_that_is_installed_prints_as_its_file_says(name: str, readers, tmp_path: Path) -> None:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"no {name}")
    path = tmp_path / "live-1.log"
    subprocess.run([sys.executable, GOLDEN / "make.py", "--record", name, path], check=True, timeout=60)
    (place,) = find_places(str(tmp_path))
    reader = kind_of(place.kind).open(place)
    reader.refresh()
    assert {metric: stat.step for metric, stat in reader.metrics.items()} == LAST_STEPS[name]
