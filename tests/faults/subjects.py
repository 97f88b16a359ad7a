"""Folders to be damaged: a run of ours with everything that one can hold, and what real writers of other tools made."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runstore.layout.paths import RunPaths
from runstore.records.edits import encode_edit
from runstore.writing.writer import RunWriter
from tests.faults.mutations import Damage, Files, done
from tests.tui.recorded_store import run_with_records

GOLDEN = Path(__file__).parents[1] / "core" / "sources" / "golden"


class Subject:
    """A folder on the disk and what is in it while it is sound."""

    def __init__(self, top: Path, files: Files) -> None:
        self.top = top
        self.files = files
        for name in files:
            self._put(name)

    @contextmanager
    def damaged(self, damages: list[Damage]) -> Iterator[Path]:
        """The folder with this damage, which is mended afterwards."""
        changed = done(self.files, damages)
        try:
            for name, content in changed.items():
                if content is None:
                    (self.top / name).unlink(missing_ok=True)
                else:
                    (self.top / name).write_bytes(content)
            yield self.top
        finally:
            for name in changed:
                self._put(name)

    def _put(self, name: str) -> None:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.files[name])


def foreign_subjects() -> list[str]:
    """The names of the subjects of other tools: the tool and what was made with it."""
    plain = [
        f"{tool.name}/{each.name}"
        for tool in sorted(GOLDEN.iterdir())
        for each in sorted(tool.iterdir())
        if each.is_dir() and each.name != "__pycache__"
    ]
    logs = [f"log/{each.name}" for each in sorted(GOLDEN.joinpath("log").glob("*.log"))]
    return [*plain, *logs, "mlflow/files", "mlflow/database", "trackio/new", "trackio/old"]


def foreign(name: str, top: Path) -> Subject:
    """One of them, written below ``top``."""
    return Subject(top, _golden_files(name))


def _golden_files(name: str) -> Files:
    tool, _, part = name.partition("/")
    packed = GOLDEN / tool / "runs.tar.xz"
    if packed.exists():
        with tarfile.open(packed) as archive:
            found = {
                member.name: _content(archive, member)
                for member in archive.getmembers()
                if member.isfile() and member.name.removeprefix("./").startswith(part)
            }
        return {path.removeprefix("./"): content for path, content in found.items()}
    folder = GOLDEN / name
    if folder.is_file():
        return {folder.name: folder.read_bytes()}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    assert stream is not None
    return stream.read()


def own(top: Path) -> Subject:
    """A run of ours in a root of its own: points of several widths, kinds and ranks, all records, edits, output."""
    made = Path(run_with_records(top / "made", status="Running"))
    for rank in (0, 1):
        writer = RunWriter(str(made), rank=rank, world=2)
        for step in range(12):
            writer.log_metrics({"count": step, "good": step % 2 == 0, "x": 0.5 * step, "y": 1 / (1 + step)}, step)
            writer.log("late" if step > 6 else "early", float(step), step)
        writer.log("big", 2**70)
        writer.record("params", value={"lr": 0.1, "layers": [1, 2, {"deep": None}]})
        writer.record("tags", value={"kind": "sweep", "gone": "x"}, remove=["gone"])
        writer.record("metric", name="x", goal="min", description="to be small")
        writer.record("alert", name="loss", value="it is NaN", level="error")
        writer.record("dropped", value=3)
        writer.close()
    samples = RunWriter(str(made), kind="resources")
    for _ in range(5):
        samples.log_metrics({"cpu_percent": 12.5, "memory_mb": 100.0, "gpu0_util_percent": 50.0})
    samples.close()
    console = Path(RunPaths(str(made)).console)
    (console / "0-aabbccdd.out").write_bytes(
        b"epoch 1 loss=0.5\n 50%|###   | 1/2 [00:01<00:01, 1it/s]\r100%|######| 2/2\n\x1b[31mred\x1b[0m\n" * 20
    )
    (console / "0-aabbccdd.out.idx").write_bytes(bytes(32))
    (console / "0-aabbccdd.out.gap").write_bytes(bytes(16))
    (console / "0-aabbccdd.err").write_bytes(b"Traceback (most recent call last):\n  File x\nValueError: no\n")
    (console / "0-aabbccdd.log").write_bytes(
        b'{"time":1.7e9,"level":"ERROR","logger":"a","message":"m","place":"a.py:1","traceback":"T"}\n' * 5
    )
    (console / "system.log").write_bytes(b"begun\nended\n")
    (made / "alive").joinpath("0-aabbccdd").write_bytes(bytes(16))
    edit = encode_edit([{"kind": "tags", "value": {"by": "hand"}}, {"kind": "cancel"}], 5.0, "u", "h")
    (made / f"edit-{5:020d}-ab.json").write_bytes(edit)
    files = {str(path.relative_to(made)): path.read_bytes() for path in sorted(made.rglob("*")) if _is_plain(path)}
    return Subject(top / "root" / "exp" / "run", files)


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
