"""Odd values in every place where a file may hold one: huge numbers, deep nesting, other types, control codes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runs_tui.cli.errors import Problem
from runs_tui.cli.main import cli
from runstore.layout.roots import config_file, known_roots, note_root, state_folder
from runstore.layout.roots import read_workspace_config as workspace_config
from runstore.reading.run import RunReader
from runstore.records.yaml_reading import read_yaml
from runstore.snapshots.restore import snapshot_folder
from runstore.snapshots.take import take_snapshot
from runstore.writing.writer import RunWriter
from tests.faults.limits import limited
from tests.faults.mutations import Damage
from tests.faults.scale import FULL
from tests.faults.subjects import Subject, own
from tests.faults.test_fuzz_commands import said
from tests.faults.test_fuzz_foreign import read_all as read_foreign
from tests.faults.test_fuzz_own import ask, read_all, show
from tests.tui.stores import make_run

ODD = {
    "beyond f8": "1e400",
    "below f8": "1e-400",
    "400 digits": "9" * 400,
    "100,000 digits": "9" * 100_000,
    "beyond i8": "-9223372036854775809",
    "NaN": "NaN",
    "100,000 deep": "[" * 100_000 + "]" * 100_000,
    "100,000 objects deep": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "900 deep": "[" * 900 + "]" * 900,
    "null": "null",
    "true": "true",
    "array": '[null, 1, "x", {}]',
    "object": '{"": {"": []}, "a/../b": null, "\\u0000": "\\ud800"}',
    "control codes": '"\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m\\r\\b\\u202e"',
    "lone surrogate": '"\\udcff"',
    "path": '"../../../../../../../../etc/passwd"',
    "long text": '"' + "x" * 200_000 + '"',
    "a digit that is no number": '"²"',
    "a time far away": "1e300",
    "a negative time": "-1e12",
}
TRIED = list(ODD) if FULL else ["400 digits", "control codes"]
COMMANDS = (
    ("ls", "--json"),
    ("ls", "--columns", "run,number,state,took,lr,host,user"),
    ("show", "--json", "RUN"),
    ("show", "RUN"),
    ("tail", "RUN"),
    ("plot", "--json", "RUN", "x"),
    ("doctor", "-v"),
)


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    made = own(tmp_path_factory.mktemp("own"))
    (made.top.parents[1] / ".runstore").mkdir()
    return made


def in_manifest(subject: Subject, fields: dict[str, str]) -> list[Damage]:
    """``run.json`` with these fields, given as JSON."""
    content = json.loads(subject.files["run.json"])
    raw = {**{name: json.dumps(value) for name, value in content.items()}, **fields}
    text = ",".join(f"{json.dumps(name)}:{value}" for name, value in raw.items())
    data = ("{" + text + "}").encode("utf-8", "surrogatepass")
    return [Damage("value", "run.json", 0, len(subject.files["run.json"]), data)]


@pytest.mark.parametrize("odd", dict.fromkeys([*TRIED, "900 deep"]))
def test_in_all_fields_of_run_json(subject: Subject, odd: str) -> None:
    """The run stands in the list, whatever its record says."""
    names = set(json.loads(subject.files["run.json"])) - {"v", "id"}
    _try_all(subject, in_manifest(subject, dict.fromkeys(names, ODD[odd])))


@pytest.mark.parametrize("odd", TRIED)
def test_below_the_fields_of_run_json(subject: Subject, odd: str) -> None:
    """Where there is an object, or a list of them, all that they may hold is odd."""
    value = ODD[odd]
    attempt = dict.fromkeys(("start", "end", "exit", "host", "engine", "owner", "child"), "VALUE")
    identity = dict.fromkeys(("host", "pid", "pid_ns", "boot", "pid_start"), "VALUE")
    statistics = dict.fromkeys(("first", "last", "min", "max", "step", "time"), "VALUE")
    fields: dict[str, Any] = {
        "attempts": [attempt, {**attempt, "owner": identity, "child": identity, "end": None}],
        "status": "Completed",  # so that its summary counts
        "exit": dict.fromkeys(("code", "signal", "error", "details"), "VALUE"),
        "git": dict.fromkeys(("repository", "branch", "commit", "dirty"), "VALUE"),
        "summary": {"metrics": {"x": {"n": 3, **statistics}}, "usage": {"cpu": "VALUE"}, "dropped": "VALUE"},
        "params": {"lr": "VALUE", "deep": {"er": "VALUE"}},
        "tags": {"a": "VALUE"},
        "properties": {"a": "VALUE"},
        "metrics": {"x": {"goal": "VALUE", "description": "VALUE", "source": "VALUE"}},
        "warnings": ["VALUE"],
        "command": ["VALUE"],
        "definition": {"script": "VALUE", "arguments": ["VALUE"], "environment": {"python": "VALUE"}},
    }
    _try_all(
        subject,
        in_manifest(subject, {name: json.dumps(each).replace('"VALUE"', value) for name, each in fields.items()}),
    )


@pytest.mark.skipif(not FULL, reason="each field by itself takes minutes")
@pytest.mark.parametrize("odd", TRIED)
def test_in_each_field_of_run_json(subject: Subject, odd: str) -> None:
    for name in json.loads(subject.files["run.json"]):
        damages = in_manifest(subject, {name: ODD[odd]})
        with subject.damaged(damages) as top, limited(4):
            read_all(top)
            show(str(top.parents[1]))
            ask(top)


RECORDS = (
    "scalar",
    "list",
    "row",
    "table",
    "image",
    "confusion_matrix",
    "metric",
    "params",
    "tags",
    "warning",
    "alert",
)


@pytest.mark.parametrize("odd", TRIED)
def test_in_records_edits_and_schemas(subject: Subject, odd: str) -> None:
    value = ODD[odd].encode("utf-8", "surrogatepass")
    lines = [
        b'{"seq":%d,"time":%s,"kind":"%s","name":%s,"value":%s}\n' % (seq, time, kind.encode(), name, value)
        for seq, kind in enumerate(RECORDS, 1)
        for time, name in ((b"1700000000.0", b'"x"'), (value, b'"y"'), (b"1700000000.0", value))
    ]
    nested = b'{"seq":99,"time":1.0,"kind":"table","name":"t","value":{"a":[%s],"b":%s}}\n' % (value, value)
    nested += b'{"seq":99,"time":1.0,"kind":"params","value":{"lr":%s}}\n' % value
    edit = b'{"v":1,"time":%s,"user":%s,"host":%s,"changes":[{"kind":"tags","value":{"a":%s}}]}' % ((value,) * 4)
    schema = b'{"v":1,"writer":%s,"rank":%s,"world":%s,"attempt":%s,"pid":%s,"boot":%s,"t0":%s}\n' % ((value,) * 7)
    schema += b'{"id":%s,"w":1,"keys":["z"],"types":"f"}\n{"id":7,"w":1,"keys":[%s],"types":"f"}\n' % (value, value)
    names = {
        "records/0-deadbeef.jsonl": b"".join(lines) + nested,
        f"edit-{7:020d}-cd.json": edit,
        "points/0-deadbeef.schema.jsonl": schema,
        "console/0-deadbeef.log": b'{"time":%s,"level":%s,"logger":%s,"message":%s}\n' % ((value,) * 4),
        "console/0-deadbeef.out": value + b"\n" + value,
    }
    top = subject.top
    try:
        for name, content in names.items():
            (top / name).write_bytes(content)
        _try_all(subject, [])
    finally:
        for name in names:
            (top / name).unlink()


def _try_all(subject: Subject, damages: list[Damage]) -> None:
    with subject.damaged(damages) as top:
        root, name = str(top.parents[1]), json.loads(subject.files["run.json"])["id"]
        with limited(8, megabytes=512):
            read_all(top)
            show(root)
            ask(top)
        for words in COMMANDS:
            with limited(8, megabytes=512):
                said(words, root, name)
        shutil.rmtree(Path.home() / ".cache", ignore_errors=True)


@pytest.mark.parametrize("odd", TRIED)
def test_in_files_of_other_tools(odd: str, tmp_path: Path) -> None:
    value = ODD[odd].encode("utf-8", "surrogatepass")
    folders = {
        "trainer/checkpoint-5/trainer_state.json": b'{"global_step":%s,"max_steps":%s,"best_metric":%s,"log_history":'
        b'[{"loss":%s,"step":%s,"epoch":%s},{"loss":0.5,"step":5,"epoch":1.0}]}' % ((value,) * 6),
        "lines/metrics.jsonl": b'{"step":1,"loss":0.5}\n{"step":%s,"loss":%s}\n{"step":3,"loss":0.25}\n'
        % (value, value),
        "dvc/dvclive/metrics.json": b'{"loss":%s,"step":%s}' % (value, value),
        "dvc/dvclive/plots/metrics/loss.tsv": b"step\tloss\n0\t1.0\n%s\t%s\n" % (value, value),
        "dvc/dvclive/params.yaml": b"lr: %s\n" % value,
        "pl/version_0/metrics.csv": b"epoch,loss,step\n0,1.0,1\n%s,%s,%s\n" % ((value.replace(b",", b";"),) * 3),
        "pl/version_0/hparams.yaml": b"lr: %s\nx: {%s: %s}\n" % ((value,) * 3),
        "out/train.log": b"step 1 loss 0.5\nstep %s loss %s\n{'loss': %s, 'epoch': 1.0}\n" % ((value,) * 3),
    }
    for name, content in folders.items():
        path = tmp_path / "top" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with limited(8, megabytes=512):
        assert len(read_foreign(tmp_path / "top")) >= 4
    with limited(8, megabytes=512):
        said(("ls", "--json"), str(tmp_path / "top"), "")


# ---- files of the user and of the store


def asked(*words: str) -> tuple[int, str]:
    """Call a command: exit code, and what it said where people look."""
    done = CliRunner().invoke(cli, list(words), prog_name="runs-tui")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stderr


TOML = (
    b"theme = [[[[[]]]]]\n", b"theme = " + b"[" * 50_000, b"mouse = 1e400\n", b"utc = {a = {b = 1}}\n", b"\xff\xfe\0",
    b"root = 7\n", b"root = ''\n", b"[keys]\nruns = 3\n", b"[keys.runs]\nopen = 7\n", b"[keys.runs]\n'\\u001b' = 'x'\n",
    b"a." * 300 + b"b = 1\n", b"theme = '\x1b]0;x\x07'\n", b"root = " + b"9" * 100_000 + b"\n",
)  # fmt: skip


@pytest.mark.parametrize("content", TOML, ids=range(len(TOML)))
def test_in_the_config_file(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be used is said, with the file, and never shown as a traceback."""
    from runs_tui.cli.settings import settings_for_the_monitor

    monkeypatch.setenv("TERM", "xterm-256color")
    path = Path(config_file())
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with limited(4):
        problem = _problem(settings_for_the_monitor)
        assert not problem or str(path) in problem
        code, error = asked("ls")
    assert code in (0, 2)
    assert code == 0 or error


def _problem(read: Callable[[], object]) -> str:
    try:
        read()
    except Problem as problem:
        return problem.message
    return ""


@pytest.mark.parametrize("odd", TRIED)
def test_in_the_lists_of_roots_and_workspaces(odd: str, tmp_path: Path) -> None:
    """A training goes on whatever stands there."""
    path = Path(state_folder(), "roots.json")
    path.parent.mkdir(parents=True)
    path.write_text(f"[{ODD[odd]}, {ODD[odd]}]", encoding="utf-8", errors="surrogatepass")
    config = tmp_path / "config.json"
    value = ODD[odd]
    config.write_text(f'{{"workspace_name":{value},"subscription_id":{value},"resource_group":{value}}}')
    with limited(4):
        known_roots()
        note_root(str(tmp_path))
        workspace_config(str(config))


@pytest.mark.parametrize("odd", TRIED)
def test_in_the_files_of_a_store(odd: str, subject: Subject, tmp_path: Path) -> None:
    root = tmp_path / "store"
    shutil.copytree(subject.top.parents[1], root)
    value = ODD[odd]
    for place in (".runstore/workspace.json", "exp/.experiment.json", ".runstore/models/m/1/model.json"):
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        fields = ("v", "name", "created", "tags", "archived", "id", "version", "size", "path", "properties")
        (root / place).write_text("{" + ",".join(f'"{field}":{value}' for field in fields) + "}", errors="replace")
    (root / ".runstore" / "trash" / "20260101-000000-000000-x" / "content" / "exp" / "r").mkdir(parents=True)
    entry = root / ".runstore" / "trash" / "20260101-000000-000000-x" / "entry.json"
    entry.write_text(f'{{"v":1,"kind":{value},"title":{value},"runs":{value},"time":{value}}}', errors="replace")
    for words in (("ls",), ("ls", "--json"), ("doctor",), ("du",), ("gc", "--dry-run"), ("undo", "--list")):
        with limited(8, megabytes=512):
            code, error = asked(*words, "--root", str(root))
            assert code in (0, 1, 2)
            assert not set(error) & {"\x1b", "\x07"}


LONG = {
    "a line": "a: [" + "'word', " * 50_000 + "1]\n",
    "many lines": "a: [\n" + "  word,\n" * 20_000 + "  1]\n",
    "a line of objects": "a: {" + ", ".join(f"k{number}: 1" for number in range(20_000)) + "}\n",
    "a thousand words on lines": "a: [" + "word\n" * 1000 + "]\n",
}


@pytest.mark.parametrize("form", LONG)
def test_long_yaml_is_read_once(form: str) -> None:
    """Its cost grows with its length, not with the square of that."""
    with limited(6):
        found = read_yaml(LONG[form])["a"]
    assert len(found) == {"a line": 50_001, "many lines": 20_001, "a line of objects": 20_000}.get(form, 1)


@pytest.mark.parametrize("pattern", ["*a" * 15 + "*b", "*?" * 15 + "/b", "**/" * 10 + "b", "/**/a*" * 10 + "b"])
def test_patterns_of_files_are_not_tried_in_all_ways(pattern: str, tmp_path: Path) -> None:
    """What a snapshot leaves out is known soon, whatever stands in .gitignore."""
    store, folder = str(tmp_path / "store"), tmp_path / "folder"
    path = folder / Path(*["a" * 60] * 20) / "a"
    path.parent.mkdir(parents=True)
    path.write_text("")
    (folder / ".gitignore").write_text(pattern)
    with limited(4):
        taken = take_snapshot(store, str(folder))
    assert len([each for each in Path(snapshot_folder(store, taken)).rglob("*") if each.is_file()]) == 2


def test_what_is_nested_too_deeply_does_not_end_a_training(tmp_path: Path) -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    folder = make_run(tmp_path, steps=0)
    writer = RunWriter(folder)
    writer.record("list", name="deep", value=deep)
    writer.record("params", value={"deep": {"er": deep}})
    writer.log("loss", 0.5)
    writer.close()
    assert writer.dropped == 0
    reader = RunReader(folder)
    reader.refresh()
    assert reader.names() == ["loss"]
    assert [record["name"] for record in reader.records("list")] == ["deep"]
