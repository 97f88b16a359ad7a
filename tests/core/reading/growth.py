"""What a run writes, as hypothesis draws it, and the same bytes arriving piece by piece."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from runstore.records.manifest import encode_manifest, new_manifest
from runstore.writing.writer import RunWriter

NAMES = ("loss", "acc", "val/loss", "m2", "m10", "é ", "x" * 40)
VALUES = st.one_of(
    st.floats(),
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.sampled_from([0.0, -0.0, 2**53 + 1, float("nan"), float("inf")]),
)
STEPS = st.none() | st.integers(-5, 2**62)

CALLS = st.lists(
    st.one_of(
        st.tuples(st.just("log"), st.sampled_from(NAMES), VALUES, STEPS),
        st.tuples(
            st.just("log_metrics"),
            st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1, max_size=5),
            STEPS,
        ),
        st.tuples(st.just("text"), st.sampled_from(NAMES), st.text(max_size=5)),
        st.tuples(st.just("params"), st.dictionaries(st.sampled_from("ab"), st.integers(0, 3), max_size=2)),
        st.tuples(st.just("rank"), st.integers(0, 3)),
    ),
    max_size=60,
)


def new_run(folder: Path, **fields: Any) -> Path:
    """An empty run folder."""
    folder.mkdir(parents=True)
    for name in ("points", "records", "console", "alive", "resources", "files"):
        (folder / name).mkdir()
    manifest = new_manifest(**{"id": folder.name, "experiment": folder.parent.name, "status": "Completed", **fields})
    (folder / "run.json").write_bytes(encode_manifest(manifest))
    return folder


def write(folder: Path, calls: list[tuple[Any, ...]]) -> None:
    """Carry out ``calls`` with real writers, one for each rank; ``rank`` closes the present one and opens a new one."""
    writer = RunWriter(str(folder))
    for kind, *arguments in calls:
        if kind == "log":
            writer.log(*arguments)
        elif kind == "log_metrics":
            writer.log_metrics(*arguments)
        elif kind == "text":
            writer.log(*arguments)
        elif kind == "params":
            writer.record("params", value=arguments[0])
        else:
            writer.close()
            writer = RunWriter(str(folder), rank=arguments[0], world=4)
    writer.close()


def pieces(source: Path, target: Path, cuts: list[tuple[int, float]]) -> Iterator[None]:
    """Let the files of ``source`` arrive in ``target``: at each cut one of them gets that share of what it lacks."""
    files = sorted(path.relative_to(source) for path in source.rglob("*") if path.is_file())
    for index, share in [*cuts, *((index, 1.0) for index in range(len(files)))]:
        if not files:
            return
        name = files[index % len(files)]
        content = (source / name).read_bytes()
        path = target / name
        have = path.stat().st_size if path.exists() else 0
        with open(path, "ab") as file:
            file.write(content[have : have + round((len(content) - have) * share)])
        if index % 2:
            os.utime(path.parent, (1, 1))  # as copying tools do; it must not hide a new file
        yield
