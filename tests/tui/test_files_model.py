"""The tree of a run's files, and what a file is told to be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runs_tui.model.files import FileTree, Node
from runs_tui.model.peek import peek
from tests.tui.recorded_store import HOSTILE, gradient, put, run_with_records


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return run_with_records(tmp_path)


def names(nodes: list[Node]) -> list[str]:
    return ["  " * node.depth + node.name + "/" * (node.kind == "folder") for node in nodes]


def test_outputs_first_and_folders_open_on_demand(folder: str, tmp_path: Path) -> None:
    tree = FileTree(folder, str(tmp_path))
    found = names(tree.nodes())
    assert found[0] == "outputs/"
    assert found[1] == "  deep/"
    assert "    er/" not in found
    assert found.index("logs/") < found.index("uploaded.csv")
    tree.toggle("outputs/deep")
    assert "    er/" in names(tree.nodes())
    tree.toggle("outputs")
    assert "  deep/" not in names(tree.nodes())


def test_new_files_are_seen(folder: str, tmp_path: Path) -> None:
    tree = FileTree(folder, str(tmp_path))
    before = names(tree.nodes())
    put(folder, "outputs/later.txt", b"x")
    assert set(names(tree.nodes())) - set(before) == {"  later.txt"}


def test_a_script_at_work_has_its_outputs_among_the_uploads(folder: str, tmp_path: Path) -> None:
    before = names(FileTree(folder, str(tmp_path)).nodes())
    work = Path(folder, "work")
    (work / "outputs" / "deep").mkdir(parents=True)
    (work / "outputs" / "deep" / "model.pt").write_text("m")
    (work / "train.py").write_text("x = 1\n")
    tree = FileTree(folder, str(tmp_path))
    assert names(tree.nodes()) == before  # a folder of both places is one
    (work / "outputs" / "fresh.txt").write_text("f")
    tree.toggle("outputs/deep")
    found = {node.key: node for node in tree.nodes()}
    assert {"outputs/fresh.txt", "outputs/deep/model.pt", "outputs/deep/er", "outputs/link"} <= found.keys()
    assert Path(found["outputs/deep/model.pt"].path).read_text() == "m"
    assert tree.count(found["outputs/deep"]) == 2
    assert not any("train.py" in key for key in found)
    os.rename(work / "outputs", work / "aside")
    (work / "outputs").symlink_to("/etc")
    assert names(FileTree(folder, str(tmp_path)).nodes()) == before


def test_links_are_shown_and_never_followed(folder: str, tmp_path: Path) -> None:
    tree = FileTree(folder, str(tmp_path))
    kinds = {node.name: node.kind for node in tree.nodes()}
    assert (kinds["link"], kinds["folder-link"], kinds["pipe"]) == ("link", "link", "other")
    tree.toggle("outputs/folder-link")
    assert not any(node.key.startswith("outputs/folder-link/") for node in tree.nodes())
    files = Path(folder, "files")
    os.rename(files, tmp_path / "moved")
    files.symlink_to("/etc")
    assert not any(node.kind == "file" for node in FileTree(folder, str(tmp_path)).nodes())


def test_the_snapshot(folder: str, tmp_path: Path) -> None:
    source = tmp_path / ".runstore" / "snapshots" / "abc" / "lib"
    source.mkdir(parents=True)
    (source / "net.py").write_text("x = 1\n")
    tree = FileTree(folder, str(tmp_path))
    tree.use_snapshot("abc")
    (node,) = [node for node in tree.nodes() if node.name == "snapshot"]
    tree.toggle(node.key)
    assert names(tree.nodes())[-1] == "  lib/"
    for senseless in ("../abc", "", None, 7, "no-such", ".", "..", "abc/lib"):
        tree.use_snapshot(senseless)
        assert not any(node.name == "snapshot" for node in tree.nodes()), senseless


def test_captured_output_is_among_the_files(folder: str, tmp_path: Path) -> None:
    console = Path(folder, "console")
    console.mkdir(exist_ok=True)
    (console / "0-1a2b3c4d.out").write_text("printed\n")
    (console / "system.log").write_text("2026-11-25T10:00:00Z began\n")
    tree = FileTree(folder, str(tmp_path))
    groups = [node for node in tree.nodes() if node.name in ("user_logs", "system_logs")]
    assert [node.name for node in groups] == ["user_logs", "system_logs"]
    tree.toggle(groups[0].key)
    assert "  std_log.txt" in names(tree.nodes())


def test_a_huge_folder_is_cut_and_says_so(folder: str, tmp_path: Path) -> None:
    many = Path(folder, "files", "outputs", "many")
    many.mkdir()
    for number in range(5_010):
        (many / f"f{number}").touch()
    tree = FileTree(folder, str(tmp_path))
    tree.toggle("outputs/many")
    nodes = tree.nodes()
    assert sum(node.key.startswith("outputs/many/f") for node in nodes) == 5_000
    assert any(node.name == "and 10 more, not shown" for node in nodes)


@pytest.mark.parametrize(
    ("content", "kind", "about"),
    [
        (b"hello\n", "text", "6 bytes"),
        ("ä".encode() * 5_000, "text", "10 kB"),
        ("ab".encode("utf-16"), "bytes", "binary"),
        (b"\x1b[31mred\x1b[0m\n", "text", ""),
        (b"", "empty", "an empty file"),
        (gradient(), "image", "PNG 24 x 12"),
        (b"\x80\x04\x95" + bytes(99), "bytes", "pickle"),
        (b"\x93NUMPY\x01\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (10, 4), }\n", "bytes", "<f4 (10, 4)"),
        (b"PK\x03\x04abc\0", "bytes", "zip"),
        (b"\x89HDF\r\n\x1a\n\0", "bytes", "HDF5"),
        (b"\xff\xfe\0\x01", "bytes", "binary"),
    ],
)
def test_what_a_file_is(tmp_path: Path, content: bytes, kind: str, about: str) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(content)
    found = peek(str(path))
    assert found.kind == kind
    assert about in found.about


def test_what_is_no_file_is_said(folder: str) -> None:
    outputs = Path(folder, "files", "outputs")
    assert "links are not followed" in peek(str(outputs / "link")).about
    assert peek(str(outputs / "pipe")).kind == "closed"
    assert "cannot be read" in peek(str(outputs / "gone")).about
    assert peek(str(outputs / HOSTILE)).kind == "text"
