"""`runstore.wandb`: scripts written for W&B's client, with one import changed."""

import argparse
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import runstore
import runstore.wandb as wandb
from runstore import Experiment, Workspace

SIGNATURES = json.loads((Path(__file__).parent / "signatures" / "wandb.json").read_text())


@pytest.fixture(autouse=True)
def root(root):
    """No run is open in the end."""
    yield root
    while wandb.run is not None:
        wandb.finish()


def runs():
    """All runs of the store, the oldest first."""
    found = [run for experiment in Workspace().experiments.values() for run in experiment.get_runs()]
    return sorted(found, key=lambda run: run._manifest()["created"])


def points(run, name):
    steps, _, values = run.get_series(name)
    return list(zip(steps.tolist(), values.tolist(), strict=True))


@pytest.mark.feature("foreign", 104, "W&B's init, log and finish, logging to the run store", "import runstore.wandb")
def test_a_script_as_most_are():
    run = wandb.init(
        project="my project!",
        name="first",
        notes="a try",
        tags=["quick", "cpu"],
        group="g",
        job_type="train",
        config={"lr": 0.1, "model": {"layers": 3}},
    )
    assert run is wandb.run
    wandb.config.batch = 32
    wandb.config["opt"] = "sgd"
    wandb.config.update(argparse.Namespace(seed=7))
    assert (wandb.config.lr, wandb.config["seed"], "opt" in wandb.config) == (0.1, 7, True)
    for epoch in range(3):
        wandb.log({"loss": 1 / (epoch + 1), "val": {"acc": np.float32(epoch)}})
    assert wandb.summary["loss"] == 1 / 3
    wandb.run.summary["best"] = 0.9
    wandb.finish()
    assert wandb.run is None
    (kept,) = runs()
    assert (kept.experiment.name, kept.display_name, kept.description) == ("my-project", "first", "a try")
    assert kept.tags == {"quick": None, "cpu": None, "group": "g", "job_type": "train"}
    params = {"lr": 0.1, "model.layers": 3, "batch": 32, "opt": "sgd", "seed": 7}
    assert kept._manifest()["params"] == params
    assert points(kept, "loss") == [(0, 1.0), (1, 0.5), (2, 1 / 3)]
    assert points(kept, "val.acc") == [(0, 0.0), (1, 1.0), (2, 2.0)]
    assert kept.get_metrics("best") == {"best": 0.9}
    assert kept.status == "Completed"


def test_steps_count_up_stay_with_commit_false_and_are_as_given():
    with wandb.init() as run:
        run.log({"a": 0})
        run.log({"a": 1}, commit=False)
        run.log({"b": 1})
        run.log({"a": 10}, step=10)
        run.log({"b": 10})
        run.log({"a": 11})
        run.log({"a": 20}, step=20, commit=True)
        run.log({"a": 21})
        run.log({"a": 5}, step=5)  # behind: the real one drops it
        run.log({"a": 22})
    (kept,) = runs()
    assert [step for step, _ in points(kept, "a")] == [0, 1, 10, 11, 20, 21, 5, 22]
    assert [step for step, _ in points(kept, "b")] == [1, 10]


def test_a_metric_may_count_by_another_one_and_have_a_goal():
    with wandb.init() as run:
        run.define_metric("epoch")
        run.define_metric("val/*", step_metric="epoch", summary="max")
        run.define_metric("loss", goal="minimize")
        for step in range(4):
            run.log({"loss": 1.0, "epoch": step // 2, **({"val/acc": 0.5} if step % 2 else {})})
        run.log({"val/acc": 0.6})  # the epoch of the row before
    (kept,) = runs()
    assert [step for step, _ in points(kept, "val/acc")] == [0, 1, 1]
    assert [step for step, _ in points(kept, "loss")] == [0, 1, 2, 3]
    goals = {name: each.get("goal") for name, each in kept._manifest()["metrics"].items()}
    assert goals == {"loss": "min", "val/acc": "max"}


def test_media_and_what_else_a_row_may_hold(tmp_path):
    class Figure:
        def savefig(self, stream, format):
            stream.write(b"\x89PNG\r\n\x1a\nfigure")

    (tmp_path / "clip.mp4").write_bytes(b"clip")
    with wandb.init() as run:
        run.log(
            {
                "text": "word",
                "picture": wandb.Image(np.zeros((2, 3, 3)), caption="black"),
                "pictures": [wandb.Image(np.zeros((2, 2), np.uint8)), wandb.Image(Figure())],
                "figure": Figure(),
                "table": wandb.Table(columns=["a", "b"], data=[[1, "x"], [2.5, None]]),
                "spread": wandb.Histogram([1, 3]),
                "counted": wandb.Histogram(np_histogram=([1, 1], [0, 2, 4])),
                "array": np.arange(5.0),
                "list": [1, 2],
                "page": wandb.Html("<b>x</b>"),
                "clip": wandb.Video(str(tmp_path / "clip.mp4")),
                "matrix": wandb.plot.confusion_matrix(y_true=[0, 1, 1], preds=[0, 1, 0], class_names=["c", "d"]),
                "line": wandb.plot.line_series([0, 1], [[5, 6]], keys=["k"]),
                "none": None,
                "empty": {},
                "nan": float("nan"),
            }
        )
    (kept,) = runs()
    metrics = kept.get_metrics(populate=True)
    assert metrics["text"] == "word"
    assert metrics["table"] == {"a": [1, 2.5], "b": ["x", None]}
    assert (metrics["spread/mean"], metrics["spread/std"]) == (2.0, 1.0)
    assert (metrics["counted/mean"], metrics["counted/max"], metrics["array/max"]) == (2.0, 4.0, 4.0)
    assert metrics["list"] == [1, 2]
    assert metrics["matrix"].data["matrix"] == [[1, 0], [1, 1]]
    assert metrics["line"]["lineVal"] == [5, 6]
    assert metrics["nan"] != metrics["nan"]
    assert not {"none", "empty"} & set(metrics)
    names = kept.get_file_names()
    assert {"media/page_0.html", "media/clip_0.mp4"} <= set(names)
    assert sum(name.endswith(".png") for name in names) == 4


def test_files_that_are_saved_are_kept_as_they_are_in_the_end(tmp_path):
    model = Path("model.txt")
    model.write_text("first")
    Path("data").mkdir()
    Path("data/a.txt").write_text("a")
    with wandb.init() as run:
        assert wandb.save("*.txt") == ["model.txt"]
        artifact = wandb.Artifact("weights", type="model")
        artifact.add_file("model.txt")
        artifact.add_dir("data")
        run.log_artifact(artifact).wait()
        Path(run.dir, "own.txt").write_text("own")
        model.write_text("second, and longer")
    (kept,) = runs()
    names = {"artifacts/weights/a.txt", "artifacts/weights/model.txt", "model.txt", "own.txt"}
    assert {name for name in kept.get_file_names() if "logs" not in name} == names
    assert Path(kept._folder, "files", "model.txt").read_text() == "second, and longer"


def test_how_it_ends_is_how_the_run_ends():
    for name, error in (("failed", ValueError("no")), ("stopped", KeyboardInterrupt()), ("left", SystemExit(0))):
        with pytest.raises(type(error)), wandb.init(name=name):
            raise error
    wandb.init(name="code").finish(exit_code=3)
    statuses = {"failed": "Failed", "stopped": "Canceled", "left": "Completed", "code": "Failed"}
    assert {run.display_name: run.status for run in runs()} == statuses


def test_a_second_init_gives_the_open_run_unless_it_is_told_otherwise():
    one = wandb.init(name="one")
    assert wandb.init(name="not used") is one
    two = wandb.init(name="two", reinit="create_new")
    assert (one._run.status, wandb.run) == ("Running", two)
    three = wandb.init(name="three", reinit=True)
    assert (two._run.status, wandb.run) == ("Completed", three)
    three.finish()
    assert wandb.run is one
    with pytest.raises(wandb.UsageError, match="has finished"):
        three.log({"x": 1})


def test_inside_a_run_the_first_init_is_that_run_and_further_ones_are_its_children():
    outer = Experiment(Workspace(), "outer").start_logging(snapshot_directory=None)
    with wandb.init(project="other", name="renamed", config={"lr": 1}) as run:
        run.log({"x": 1})
    with wandb.init(name="trial") as run:
        run.log({"x": 2})
    assert (outer.status, outer.display_name, outer._manifest()["params"]) == ("Running", "renamed", {"lr": 1})
    (child,) = outer.get_children()
    assert (points(child, "x"), child.status, child.display_name) == ([(0, 2.0)], "Completed", "renamed>trial")
    outer.complete()


def test_a_run_that_has_ended_goes_on_by_its_id(capsys):
    for value in range(2):
        with wandb.init(id="abc", resume="allow") as run:
            assert run.resumed == (value > 0)
            run.log({"x": value})
    (kept,) = runs()
    assert (kept.id, kept.status, points(kept, "x")) == ("abc", "Completed", [(0, 0.0), (1, 1.0)])
    with pytest.raises(wandb.UsageError, match="there is a run"):
        wandb.init(id="abc", resume="never")
    with pytest.raises(wandb.UsageError, match="there is no run"):
        wandb.init(id="xyz", resume="must")
    with wandb.init(id="abc") as other:
        assert other.id != "abc"
    assert "there is a run with the id abc" in capsys.readouterr().err


def test_the_environment_says_what_the_script_does_not(monkeypatch, root):
    for name, value in (("PROJECT", "env"), ("NAME", "called"), ("TAGS", "a,b"), ("RUN_GROUP", "g")):
        monkeypatch.setenv("WANDB_" + name, value)
    wandb.init().finish()
    (kept,) = runs()
    assert (kept.experiment.name, kept.display_name) == ("env", "called")
    assert kept.tags == {"a": None, "b": None, "group": "g"}
    monkeypatch.setenv("WANDB_MODE", "disabled")
    before = sorted(root.rglob("*"))
    with wandb.init() as run:
        assert run.disabled
        run.log({"x": 1, "picture": wandb.Image(np.zeros((2, 2, 3)))})
        run.summary["best"] = 1
        run.config.update({"a": 1})
    assert sorted(root.rglob("*")) == before


def test_config_files_and_keys_that_are_left_out():
    Path("defaults.yaml").write_text("lr:\n  desc: rate\n  value: 0.5\nseed: 3\nkey: secret\n")
    wandb.init(config="defaults.yaml", config_exclude_keys=["key"]).finish()
    assert runs()[0]._manifest()["params"] == {"lr": 0.5, "seed": 3}
    with pytest.raises(wandb.UsageError, match=r"config: .*none\.yaml"):
        wandb.init(config="none.yaml")


def test_nothing_that_is_logged_ends_the_training(capsys):
    class Odd:
        def __float__(self):
            raise RuntimeError("odd")

    with wandb.init() as run:
        run.log({"odd": Odd(), "bad": wandb.Image(np.zeros((2, 2, 9))), "curve": wandb.plot.roc_curve(), "good": 1})
        run.log({"x": 1}, step="word")
        run.log({"gone": wandb.Image("no such file.png"), 5: 6})
        run.watch(object())
        run.alert("title", "text", level=wandb.AlertLevel.WARN)
        run.save("nothing*")
        run.log_artifact("no such file")
        run.config.update({"password": "hidden"})
        run.name = "set"
        run.notes = "noted"
    (kept,) = runs()
    assert {"good", "5"} <= set(kept.get_metrics())
    assert (kept.display_name, kept.description) == ("set", "noted")
    assert kept._manifest()["params"] == {"password": "***"}
    (alert,) = kept._reader().records("alert")
    assert (alert["name"], alert["level"]) == ("title", "warning")
    said = capsys.readouterr().err
    assert "wandb.log: 'bad' not kept: an array of shape (2, 2, 9) is no picture" in said
    assert said.count("gradients and parameters are not sampled") == 1


@pytest.mark.parametrize("call", [wandb.sweep, wandb.agent, wandb.controller, wandb.Api])
def test_what_means_the_service_says_what_to_do(call):
    with pytest.raises(wandb.UsageError, match=r"wandb\.init|Workspace"):
        call({})


def test_calls_before_init_are_refused_as_by_the_real_one():
    assert wandb.run is None
    with pytest.raises(wandb.Error, match=r"You must call wandb.init\(\) before wandb.log\(\)"):
        wandb.log({"x": 1})
    with pytest.raises(wandb.Error, match=r"before wandb\.config"):
        wandb.config.lr = 1
    with pytest.raises(AttributeError, match="no 'keras'"):
        wandb.keras.Callback  # noqa: B018
    assert wandb.login() is True
    wandb.finish()


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import runstore.wandb as wandb
assert "numpy" not in sys.modules
wandb.init(project="p")
wandb.log({"x": 1})
print("a line")
raise ValueError("it broke")
"""


def test_a_script_that_dies_leaves_a_failed_run_with_its_output(tmp_path):
    script = tmp_path / "dies.py"
    script.write_text(SCRIPT)
    core = Path(runstore.__file__).parents[1]
    answer = subprocess.run([sys.executable, script, core], capture_output=True, text=True, check=False)
    assert answer.stderr.endswith("ValueError: it broke\n")
    (run,) = runs()
    assert (run.status, run.get_metrics()) == ("Failed", {"x": 1})
    output = "".join(Path(log.out).read_text() for log in run._reader().consoles())
    assert output == "a line\n"


def test_it_has_each_call_of_the_real_one_with_its_parameters():
    for name, names in SIGNATURES["module"].items():
        given = [each for each in names or () if each != "self"]
        function = getattr(wandb, name)
        if names is not None:
            inspect.signature(function).bind(**dict.fromkeys(given))
    for name, names in SIGNATURES["run"].items():
        if names is not None:
            inspect.signature(getattr(wandb.Run, name)).bind(None, **dict.fromkeys(names))
    run = wandb.init()
    missing = [name for name in SIGNATURES["run"] if not hasattr(run, name)]
    assert missing == []
    for kind, home in (("media", wandb), ("plot", wandb.plot), ("artifact", wandb.Artifact("a", "b"))):
        for name, names in SIGNATURES[kind].items():
            inspect.signature(getattr(home, name)).bind(**dict.fromkeys(names))


def test_what_a_run_that_goes_on_prints_and_starts_is_part_of_it(capfd):
    child = "from runstore import Run\nrun = Run.get_context(); run.log('b', 1); print(run.id, run._writer.attempt)"
    for attempt in ("1", "2"):
        with wandb.init(id="abc", resume="allow"):
            print("attempt", attempt)
            wandb.log({"a": 1})
            subprocess.run([sys.executable, "-c", child], check=True, env={**os.environ, "RANK": "1"})
    assert [line for line in capfd.readouterr().out.splitlines() if "abc" in line] == ["abc 1", "abc 2"]
    (run,) = runs()
    log = "".join(run.get_details_with_logs()["logFiles"].values())
    assert "attempt 1" in log
    assert "attempt 2" in log


def test_secrets_in_lists_of_the_config_are_masked():
    with wandb.init(config={"stores": [{"name": "s", "password": "HIDDEN"}]}) as run:
        assert run.config["stores"][0]["password"] == "HIDDEN"
    assert runs()[0]._manifest()["params"] == {"stores": [{"name": "s", "password": "***"}]}
