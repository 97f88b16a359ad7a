"""`SummaryWriter`: scripts written for TensorBoard's, of PyTorch and tensorboardX, with one import changed."""

import inspect
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

import runstore
from runstore import Experiment, Workspace
from runstore.integrations.summary_writer.unkept import Unkept
from runstore.tensorboard import SummaryWriter

SIGNATURES = json.loads((Path(__file__).parent / "signatures" / "summary_writers.json").read_text())
pytestmark = pytest.mark.usefixtures("root")


class Tensor:
    """As much of a tensor of PyTorch as a scalar of it shows."""

    def __init__(self, value):
        self.value = value

    def item(self):
        return self.value


class Figure:
    def savefig(self, stream, format):
        stream.write(b"\x89PNG\r\n\x1a\nfigure")


def runs():
    """All runs of the store, the oldest first."""
    found = [run for experiment in Workspace().experiments.values() for run in experiment.get_runs()]
    return sorted(found, key=lambda run: run._manifest()["created"])


def points(run, name):
    steps, _, values = run.get_series(name)
    return list(zip(steps.tolist(), values.tolist(), strict=True))


def pixels(path):
    """(width, height, channels' type, raw rows) of a PNG."""
    data = Path(path).read_bytes()
    width, height, _, colours = struct.unpack(">IIBB", data[16:26])
    length = struct.unpack(">I", data[33:37])[0]
    return width, height, colours, zlib.decompress(data[41 : 41 + length])


@pytest.mark.feature("foreign", 103, "a SummaryWriter that logs to the run store", "from runstore.tensorboard import")
def test_numbers_have_the_steps_that_were_given():
    writer = SummaryWriter("runs/lr0.1")
    for step in range(3):
        writer.add_scalar("loss", 1 / (step + 1), step)
    writer.add_scalar("loss", Tensor(0.25), np.int64(30))
    writer.add_scalar("loss", np.float32(0.5), Tensor(4).value)
    writer.add_scalars("acc", {"train": 1, "val": np.float64(0.5)}, 7)
    writer.close()
    (run,) = runs()
    assert (run.display_name, run.experiment.name, run.status) == ("lr0.1", "fit", "Completed")
    assert points(run, "loss") == [(0, 1.0), (1, 0.5), (2, 1 / 3), (30, 0.25), (4, 0.5)]
    assert (points(run, "acc/train"), points(run, "acc/val")) == ([(7, 1.0)], [(7, 0.5)])


def test_texts_pictures_figures_and_histograms():
    with SummaryWriter("exp") as writer:
        writer.add_text("note", "hello", 3)
        chw = np.zeros((3, 2, 4))
        chw[0, 1, 3] = 1.0
        writer.add_image("picture", chw, 5)
        writer.add_image("grey", np.full((2, 2), 300, np.int64), dataformats="HW")
        writer.add_image("mask", np.array([[True, False]]), dataformats="HW")
        writer.add_images("batch", np.full((9, 1, 2, 3), 7, np.uint8))
        writer.add_figure("figure", [Figure(), Figure()], 1)
        writer.add_histogram("weights", [1.0, 3.0, float("nan")], 2)
        writer.add_histogram_raw("raw", 0, 4, 2, 4.0, 10.0, [], [])
    (run,) = runs()
    assert run.get_metrics("note") == {"note": "hello"}
    files = {name.rpartition("_")[0]: name for name in run.get_file_names()}
    folder = Path(run._folder) / "files"
    assert pixels(folder / files["picture"]) == (4, 2, 2, b"\0" + bytes(12) + b"\0" + bytes(9) + b"\xff\0\0")
    assert pixels(folder / files["grey"]) == (2, 2, 0, b"\0\xff\xff\0\xff\xff")
    assert pixels(folder / files["mask"]) == (2, 1, 0, b"\0\xff\0")
    width, height, _, rows = pixels(folder / files["batch"])
    assert (width, height) == (24, 4)  # eight in a row, and one below
    assert rows.count(7) == 9 * 6
    assert len([name for name in run.get_file_names() if name.startswith("figure")]) == 2
    assert points(run, "weights/mean") == [(2, 2.0)]
    assert points(run, "weights/std") == [(2, 1.0)]
    assert points(run, "raw/std")[0][1] == 1.0


def test_parameters_are_those_of_the_run_and_each_further_set_is_a_child():
    with SummaryWriter("sweep") as writer:
        writer.add_hparams({"lr": 0.1, "opt": "adam", "flag": True}, {"hparam/acc": Tensor(0.5)})
        for trial in (1, 2):
            writer.add_hparams({"lr": trial}, {"hparam/acc": trial}, run_name=f"trial{trial}")
        writer.add_hparams({"lr": 9}, {"hparam/acc": 9}, "as in tensorboardX", 4)
    run = next(run for run in runs() if run.display_name == "sweep")
    assert run._manifest()["params"] == {"lr": 0.1, "opt": "adam", "flag": True}
    assert run.get_metrics()["hparam/acc"] == 0.5
    children = {child.display_name: child for child in run.get_children()}
    assert list(children) == ["sweep>as in tensorboardX", "sweep>trial2", "sweep>trial1"]
    assert children["sweep>trial2"]._manifest()["params"] == {"lr": 2}
    assert points(children["sweep>as in tensorboardX"], "hparam/acc") == [(4, 9.0)]
    assert {child.status for child in children.values()} == {"Completed"}


def test_each_log_folder_is_a_run_and_two_writers_of_one_folder_share_it():
    one, two, other = SummaryWriter("runs/a/train"), SummaryWriter("./runs/a/train/"), SummaryWriter("runs/a/val")
    one.add_scalar("x", 1, 1)
    two.add_scalar("x", 2, 2)
    other.add_scalar("x", 3, 3)
    one.close()
    train, val = runs()
    assert (train.display_name, val.display_name) == ("a/train", "a/val")
    assert points(train, "x") == [(1, 1.0), (2, 2.0)]
    assert train.status == "Running"  # the other writer goes on
    two.close()
    other.close()
    assert (train.status, val.status) == ("Completed", "Completed")


def test_inside_a_run_the_first_folder_is_that_run_and_further_ones_are_its_children():
    run = Experiment(Workspace(), "outer").start_logging(snapshot_directory=None)
    first, second = SummaryWriter("logs/train"), SummaryWriter("logs/val")
    first.add_scalar("loss", 1, 0)
    second.add_scalar("loss", 2, 0)
    first.close()
    second.close()
    assert points(run, "loss") == [(0, 1.0)]
    assert run.status == "Running"
    (child,) = run.get_children()
    assert (points(child, "loss"), child.status) == ([(0, 2.0)], "Completed")
    run.complete()


def test_a_folder_is_in_each_run_what_it_is_there():
    first = SummaryWriter("runs/own")  # before any run: one of its own
    first.add_scalar("x", 0, 0)
    first.close()
    for number in (1, 2, 3):
        with Experiment(Workspace(), "sweep").start_logging(
            snapshot_directory=None, outputs=False, display_name=f"run{number}"
        ):
            for _ in range(2):
                for folder in ("logs", "runs/own"):
                    writer = SummaryWriter(folder)
                    writer.add_scalar("x", number, number)
                    writer.close()
    own, *others = [run for run in runs() if run._manifest()["parent"] is None]
    assert (own.display_name, own.get_status(), points(own, "x")) == ("own", "Completed", [(0, 0.0)])
    assert [run.display_name for run in others] == ["run1", "run2", "run3"]
    for number, run in enumerate(others, 1):
        (child,) = run.get_children()
        assert (run.get_status(), child.get_status()) == ("Completed", "Completed")
        assert (len(run._manifest()["attempts"]), len(child._manifest()["attempts"])) == (1, 2)
        assert points(run, "x") == points(child, "x") == [(number, float(number))] * 2


def test_what_is_added_after_the_end_opens_the_run_anew():
    writer = SummaryWriter("again")
    writer.add_scalar("x", 1, 1)
    writer.close()
    writer.add_scalar("x", 2, 2)
    (run,) = runs()
    assert run.status == "Running"
    writer.close()
    assert (points(run, "x"), run.status) == ([(1, 1.0), (2, 2.0)], "Completed")
    assert len(run._manifest()["attempts"]) == 2


def test_how_its_block_ends_is_how_the_run_ends():
    for name, error in (("failed", ValueError("no")), ("stopped", KeyboardInterrupt()), ("done", None)):
        try:
            with SummaryWriter(name) as writer:
                writer.add_scalar("x", 1)
                if error:
                    raise error
        except (ValueError, KeyboardInterrupt):
            pass
    try:
        writer = SummaryWriter("closed while it fails")
        writer.add_scalar("x", 1)
        raise ValueError
    except ValueError:
        writer.close()
    assert {run.display_name: run.status for run in runs()} == {
        "failed": "Failed",
        "stopped": "Canceled",
        "done": "Completed",
        "closed while it fails": "Failed",
    }


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from runstore.tensorboard import SummaryWriter
assert "numpy" not in sys.modules
writer = SummaryWriter("runs/long", purge_step=int(sys.argv[2]) or None)
for step in range(int(sys.argv[2]), int(sys.argv[2]) + 3):
    writer.add_scalar("loss", 1.0, step)
sys.exit(int(sys.argv[3]))
"""


def test_with_purge_step_the_run_of_an_earlier_process_goes_on(tmp_path):
    script = tmp_path / "long.py"
    script.write_text(SCRIPT)
    for first, code in ((0, 1), (2, 0)):
        command = [sys.executable, script, Path(runstore.__file__).parents[1], str(first), str(code)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (answer.returncode, answer.stderr) == (code, "")
    (run,) = runs()
    assert run.status == "Completed"
    assert [step for step, _ in points(run, "loss")] == [0, 1, 2, 2, 3, 4]
    assert [attempt["exit"] is None for attempt in run._manifest()["attempts"]] == [False, True]


def test_the_folder_is_there_as_soon_as_the_script_may_use_it():
    SummaryWriter("runs/given")
    assert os.path.isdir("runs/given")
    usual = SummaryWriter(comment="_LR_0.1")
    assert os.listdir("runs") == ["given"]
    assert usual.log_dir.endswith("_LR_0.1")
    assert os.path.isdir(usual.get_logdir())
    assert runs() == []  # nothing was logged
    usual.add_scalar("x", 1)
    usual.close()
    assert runs()[0].display_name == "LR_0.1"


def test_nothing_that_it_is_given_ends_the_training(capsys):
    writer = SummaryWriter("bad")
    writer.add_scalar("x", np.zeros(3), 1)
    writer.add_scalar("x", 1, "no step")
    writer.add_scalars("x", 5)
    writer.add_image("x", np.zeros((7, 2, 2)))
    writer.add_image("x", object(), dataformats="CHW")
    writer.add_histogram("x", [])
    writer.add_figure("x", object())
    writer.add_hparams(None, None)
    writer.add_graph(None)
    writer.add_graph(None)
    writer.add_scalar("good", 1, 1)
    writer.close()
    (run,) = runs()
    assert list(run.get_metrics()) == ["good"]
    said = capsys.readouterr().err
    assert said.count("add_graph: not kept") == 1
    assert "SummaryWriter.add_image: not kept: an array of shape (7, 2, 2) is no picture" in said


def test_a_store_that_cannot_be_written_and_one_that_is_off(root, monkeypatch, capsys):
    root.write_text("no folder")
    monkeypatch.setenv("TMPDIR", "/dev/null")
    writer = SummaryWriter("a")
    writer.add_scalar("x", 1)
    writer.close()
    assert "its records are lost" in capsys.readouterr().err
    root.unlink()
    monkeypatch.setenv("RUNSTORE_MODE", "off")
    with SummaryWriter("b") as writer:
        writer.add_scalar("x", 1)
        writer.add_hparams({"a": 1}, {"b": 2})
    assert not root.exists()


@pytest.mark.parametrize("package", SIGNATURES)
def test_it_has_each_method_of_the_real_one_with_its_parameters(package):
    for method, names in SIGNATURES[package].items():
        function = getattr(SummaryWriter, method)
        inspect.signature(function).bind(None, **dict.fromkeys(names))
        named = [each for each in inspect.signature(function).parameters if each != "self"]
        if package == "tensorboardX" and method == "__init__":  # log_dir is another one's, too, and given by name
            names = ["log_dir", *names[1:-2]]
        if method not in Unkept.__dict__ and method != "use_metadata":
            shared = [name for name in named if name in names]
            assert shared == [name for name in names if name in named], method  # given by place they mean the same


def written(name, error=None):
    """A writer whose block the error leaves."""
    with SummaryWriter(name) as writer:
        writer.add_scalar("x", 1)
        if error is not None:
            raise error


def closed_in_the_end():
    writer = SummaryWriter("finally")
    try:
        writer.add_scalar("x", 1)
        raise ValueError("y")
    finally:
        writer.close()


def test_only_what_goes_wrong_while_it_is_open_makes_the_run_fail():
    for name, error in (("exit0", SystemExit(0)), ("exit3", SystemExit(3)), ("error", ValueError("x"))):
        with pytest.raises(type(error)):
            written(name, error)
    with pytest.raises(ValueError, match="y"):
        closed_in_the_end()
    try:
        raise ImportError
    except ImportError:
        written("instead")
        writer = SummaryWriter("closed")
        writer.add_scalar("x", 1)
        writer.close()
    assert {run.display_name: run.get_status() for run in runs()} == {
        "exit0": "Completed",
        "exit3": "Failed",
        "error": "Failed",
        "finally": "Failed",
        "instead": "Completed",
        "closed": "Completed",
    }


def test_a_fork_opens_no_writer_that_was_closed():
    closed, never = SummaryWriter("closed"), SummaryWriter("never")
    closed.add_scalar("x", 1)
    closed.close()
    never.close()
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    assert [(run.display_name, run.get_status()) for run in runs()] == [("closed", "Completed")]
