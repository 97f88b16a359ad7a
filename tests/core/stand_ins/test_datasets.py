"""Datasets of local files: made, registered, picked from, read."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from runstore import Workspace
from runstore.exceptions import UserErrorException
from runstore.stand_ins.data_output import OutputFileDatasetConfig
from runstore.stand_ins.data_types import DataType, PromoteHeadersBehavior
from runstore.stand_ins.dataset import Dataset


def test_files_are_listed_downloaded_and_linked(workspace: Workspace, data: Path, tmp_path: Path) -> None:
    files = Dataset.File.from_files(str(data))
    assert files.to_path() == ["/a.csv", "/b.csv", "/deep/notes.txt"]
    got = files.download(str(tmp_path / "copy"))
    assert [Path(path).read_text()[:5] for path in got] == ["x,whe", "x,whe", "hello"]
    with pytest.raises(UserErrorException, match="overwrite=True"):
        files.download(str(tmp_path / "copy"))
    with files.mount() as mounted:
        assert mounted.mount_point == str(data)
    with files.take(1).mount(str(tmp_path / "mounted")) as mounted:
        assert [path.name for path in Path(mounted.mount_point).iterdir()] == ["a.csv"]
    assert list((tmp_path / "mounted").iterdir()) == []
    assert (data / "a.csv").is_file()


def test_links_are_followed_and_end(workspace: Workspace, data: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "data").symlink_to(data)
    (data / "deep" / "round").symlink_to(linked)
    files = Dataset.File.from_files(str(linked))
    assert files.to_path() == ["/data/a.csv", "/data/b.csv", "/data/deep/notes.txt"]


def test_patterns_and_datastores_are_sources(workspace: Workspace, data: Path) -> None:
    store = workspace.get_default_datastore()
    store.upload(str(data), target_path="in", show_progress=False)
    assert Dataset.File.from_files((store, "in/*.csv")).to_path() == ["/a.csv", "/b.csv"]
    assert Dataset.File.from_files((store, "in/**/*.txt")).to_path() == ["/deep/notes.txt"]
    assert Dataset.File.from_files(path=[(store, "in/a.csv"), str(data / "deep")]).to_path() == ["/a.csv", "/notes.txt"]
    with pytest.raises(UserErrorException, match="no files at"):
        Dataset.File.from_files((store, "nothing/**"))
    with pytest.raises(UserErrorException, match="not valid"):
        Dataset.File.from_files((store, "../../**"))
    with pytest.raises(UserErrorException, match="only http"):
        Dataset.File.from_files("abfss://somewhere/x")


def test_a_folder_is_uploaded_as_a_dataset(workspace: Workspace, data: Path) -> None:
    store = workspace.get_default_datastore()
    made = Dataset.File.upload_directory(str(data), (store, "up"), pattern="*.csv", show_progress=False)
    assert made.to_path() == ["/a.csv", "/b.csv"]
    assert sorted(path.name for path in Path(store.folder, "up").rglob("*")) == ["a.csv", "b.csv"]


def test_what_this_machine_cannot_do_says_what_to_do(workspace: Workspace, data: Path) -> None:
    table = Dataset.Tabular.from_delimited_files(str(data / "a.csv"))
    for refused in (
        table.to_spark_dataframe,
        table.to_dask_dataframe,
        table.partition_by,
        Dataset.Tabular.from_sql_query,
    ):
        with pytest.raises(UserErrorException, match="pandas"):
            refused()
    with pytest.raises(UserErrorException, match="as_mount"):
        Dataset.File.from_files(str(data)).as_hdfs()
    with pytest.raises(UserErrorException, match="include_path=True"):
        Dataset.Tabular.from_delimited_files(str(data / "a.csv"), partition_format="{year}/x.csv")


def test_names_have_versions_from_one(workspace: Workspace, data: Path) -> None:
    first = Dataset.File.from_files(str(data)).register(workspace, "d", description="all", tags={"k": "v"})
    assert (first.name, first.version, first.description, first.tags) == ("d", 1, "all", {"k": "v"})
    assert Dataset.File.from_files(str(data)).register(workspace, "d").version == 1  # the same content
    other = Dataset.File.from_files(str(data / "deep"))
    with pytest.raises(UserErrorException, match="create_new_version=True"):
        other.register(workspace, "d")
    assert other.register(workspace, "d", create_new_version=True).version == 2

    assert Dataset.get_by_name(workspace, "d").to_path() == ["/notes.txt"]
    assert Dataset.get_by_name(workspace, "d", version=1).id == first.id
    assert Dataset.get_by_id(workspace, first.id).to_path() == first.to_path()
    assert {name: each.version for name, each in workspace.datasets.items()} == {"d": 2}
    with pytest.raises(UserErrorException, match="registered are: d"):
        Dataset.get_by_name(workspace, "e")
    first.unregister_all_versions()
    assert workspace.datasets == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "../../../somewhere"},
        {"definition": None},
        {"version": "1"},
        {"tags": ["a"]},
        {"definition": {"sources": [{"path": 3}]}},
        {"definition": {"sources": []}},
        {"definition": {"options": {"format": "delimited", "separator": 4}}},
        {"definition": {"options": {"format": "pickle"}}},
        {"definition": {"options": {"format": "parquet", "types": {"x": ["bool", {"true_values": [1]}]}}}},
        {"definition": {"steps": [["take", "all"]]}},
        {"definition": {"steps": [["between", "when"]]}},
        None,
    ],
    ids=str,
)
def test_a_damaged_record_is_refused_and_the_next_version_is_whole(
    workspace: Workspace, data: Path, changes: dict[str, Any] | None
) -> None:
    table = Dataset.Tabular.from_delimited_files(str(data / "a.csv"))
    table.register(workspace, "sound")
    identity = table.register(workspace, "table").id
    records = Path(workspace.root, ".runstore", "datasets")
    for path in (records / "versions" / "table" / "1.json", records / "ids" / f"{identity}.json"):
        content = json.loads(path.read_text())
        if changes is not None and isinstance(changes.get("definition"), dict):
            content["definition"].update(changes["definition"])
        else:
            content.update(changes or {})
        path.write_text(json.dumps(content) if changes is not None else "{")
    with pytest.raises(UserErrorException, match=r"versions/table/1\.json is damaged"):
        Dataset.get_by_name(workspace, "table")
    with pytest.raises(UserErrorException, match=rf"ids/{identity}\.json is damaged"):
        Dataset.get_by_id(workspace, identity)
    assert list(Dataset.get_all(workspace)) == ["sound"]
    table.register(workspace, "table")
    assert Dataset.get_by_name(workspace, "table").version == 2
    assert len(Dataset.get_all(workspace)) == 2


def test_versions_registered_at_once_are_all_kept(workspace: Workspace, data: Path) -> None:
    made: list[int] = []

    def register() -> None:
        dataset = Dataset.File.from_files(str(data))
        made.append(dataset.register(workspace, "d", create_new_version=True).version or 0)

    threads = [threading.Thread(target=register) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == list(range(1, 9))


def test_a_split_is_whole_and_the_same_everywhere(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(100):
        (folder / f"{number:03}.txt").write_text("")
    files = Dataset.File.from_files(str(folder))
    left, right = files.random_split(0.7, seed=3)
    assert 50 < len(left.to_path()) < 90
    assert sorted(left.to_path() + right.to_path()) == files.to_path()
    again = left.register(workspace, "left")
    assert Dataset.get_by_name(workspace, "left").to_path() == left.to_path() == again.to_path()
    assert files.skip(98).to_path() == ["/098.txt", "/099.txt"]


def test_tables_are_data_frames(workspace: Workspace, data: Path) -> None:
    table = Dataset.Tabular.from_delimited_files(path=str(data / "*.csv"))
    frame = table.to_pandas_dataframe()
    assert frame["x"].tolist() == [1, 2, 3, 4]
    assert frame["when"].dt.month.tolist() == [1, 2, 3, 4]
    assert list(table.keep_columns(["who", "x"]).take(1).to_pandas_dataframe().columns) == ["who", "x"]
    assert list(table.drop_columns("when").to_pandas_dataframe().columns) == ["x", "who"]
    registered = table.skip(1).register(workspace, "t")
    assert Dataset.get_by_name(workspace, "t").to_pandas_dataframe()["x"].tolist() == [2, 3, 4]
    assert registered.to_csv_files().download()[0].endswith("part-00000.csv")


def test_only_the_first_file_may_have_headers(workspace: Workspace, tmp_path: Path) -> None:
    for name, text in (("1", "a,b\n1,2\n"), ("2", "3,4\n5,6\n"), ("3", "7,8\n")):
        (tmp_path / f"{name}.csv").write_text(text)
    first = PromoteHeadersBehavior.ONLY_FIRST_FILE_HAS_HEADERS
    table = Dataset.Tabular.from_delimited_files(str(tmp_path / "*.csv"), header=first, include_path=True)
    frame = table.register(workspace, "t").to_pandas_dataframe()
    assert list(frame.columns) == ["Path", "a", "b"]
    assert frame.drop(columns="Path").values.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    (tmp_path / "4.csv").write_text("9\n")
    with pytest.raises(UserErrorException, match=r"4\.csv"):
        table.to_pandas_dataframe()


def test_a_file_that_cannot_be_read_as_a_table_is_named(workspace: Workspace, data: Path) -> None:
    with pytest.raises(UserErrorException, match=r"a\.csv: unknown encoding: utf99"):
        Dataset.Tabular.from_delimited_files(str(data / "a.csv"), encoding="utf99").to_pandas_dataframe()
    with pytest.raises(UserErrorException, match=r"a\.csv"):
        Dataset.Tabular.from_json_lines_files(str(data / "a.csv")).to_pandas_dataframe()


def test_lines_of_json_are_rows(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n')
    frame = Dataset.Tabular.from_json_lines_files(str(file)).to_pandas_dataframe()
    assert frame.values.tolist() == [[1, "x"], [2, "y"]]


def test_columns_have_the_types_that_are_asked_for(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("1;007;yes;1,5\n2;008;no;2,5\n")
    table = Dataset.Tabular.from_delimited_files(
        str(file),
        separator=";",
        header=False,
        infer_column_types=False,
        include_path=True,
        set_column_types={
            "Column1": DataType.to_long(),
            "Column2": DataType.to_string(),
            "Column3": DataType.to_bool("yes", "no"),
            "Column4": DataType.to_float(decimal_mark=","),
        },
    )
    rows = table.register(workspace, "typed").to_pandas_dataframe().values.tolist()
    assert rows == [["/t.csv", 1, "007", True, 1.5], ["/t.csv", 2, "008", False, 2.5]]


def test_times_may_be_written_in_several_ways(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("t,x\n01.03.2026,1\n2026-03-02,2\nnever,3\n")
    types = {"t": DataType.to_datetime(["%d.%m.%Y", "%Y-%m-%d"])}
    frame = Dataset.Tabular.from_delimited_files(str(tmp_path / "t.csv"), set_column_types=types).to_pandas_dataframe()
    assert [str(moment)[:10] for moment in frame["t"]] == ["2026-03-01", "2026-03-02", "NaT"]


def test_what_fails_leaves_no_part_of_a_file(workspace: Workspace, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Dataset.Tabular.from_delimited_files(str(data / "a.csv"))
    place = Path(table.to_csv_files().local_path())
    assert [path.name for path in place.parent.iterdir()] == ["part-00000.csv"]
    with pytest.raises(TypeError):
        table.to_csv_files(separator="too long")
    assert [path.name for path in place.parent.iterdir()] == ["part-00000.csv"]
    assert place.read_text().startswith("x,")


def test_times_pick_rows(workspace: Workspace, data: Path) -> None:
    import datetime

    table = Dataset.Tabular.from_delimited_files(str(data / "*.csv")).with_timestamp_columns("when")
    march = datetime.datetime(2026, 3, 1)
    assert table.time_before(march).to_pandas_dataframe()["x"].tolist() == [1, 2, 3]
    assert table.time_after(march, include_boundary=False).to_pandas_dataframe()["x"].tolist() == [4]
    assert table.time_recent(datetime.timedelta(days=40)).to_pandas_dataframe()["x"].tolist() == [3, 4]
    with pytest.raises(UserErrorException, match="with_timestamp_columns"):
        Dataset.Tabular.from_delimited_files(str(data / "a.csv")).time_before(march)


def test_a_data_frame_is_kept_and_registered(workspace: Workspace) -> None:
    import pandas

    store = workspace.get_default_datastore()
    frame = pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    made = Dataset.Tabular.register_pandas_dataframe(frame, (store, "frames"), "f", show_progress=False)
    assert made.version == 1
    assert Dataset.get_by_name(workspace, "f").to_pandas_dataframe().equals(frame)


def test_a_file_of_the_web_is_fetched_once(workspace: Workspace) -> None:
    asked = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            found = self.path.startswith("/table")
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(b"a,b\n1,2\n" if found else b"")

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("localhost", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://localhost:{server.server_port}"
        table = Dataset.Tabular.from_delimited_files(address + "/table%20one.csv?sig=x")
        assert asked == []  # nothing is fetched before it is needed
        for _ in range(2):
            assert table.to_pandas_dataframe().values.tolist() == [[1, 2]]
        assert len(asked) == 1
        with pytest.raises(UserErrorException, match=r"cannot fetch .* give the local path"):
            Dataset.File.from_files(address + "/nothing").to_path()
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("chunked", [False, True])
def test_a_download_that_was_cut_off_is_no_file(workspace: Workspace, chunked: bool) -> None:
    body = b"a,b\n" + b"1,2\n" * 1000
    asked = []

    class Site(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            part = body if len(asked) > 1 else body[:2000]
            self.send_response(200)
            if chunked:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            begin, end = (b"%x\r\n" % len(body), b"\r\n0\r\n\r\n") if chunked else (b"", b"")
            self.wfile.write(begin + part + (end if part == body else b""))
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("localhost", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        files = Dataset.File.from_files(f"http://localhost:{server.server_port}/t.csv")
        with pytest.raises(UserErrorException, match=r"cannot fetch .* give the local path"):
            files.download()
        assert Path(files.download()[0]).read_bytes() == body
    finally:
        server.shutdown()
        server.server_close()


def test_an_input_is_a_path_or_an_id(workspace: Workspace, data: Path) -> None:
    files = Dataset.File.from_files(str(data))
    mounted = files.as_named_input("raw").as_mount("/tmp/anywhere")
    assert str(mounted) == str(data)
    expected = {"AZUREML_DATASET_raw": str(data), "AZUREML_DATAREFERENCE_raw": str(data)}
    assert mounted.script_environment() == expected
    table = Dataset.Tabular.from_delimited_files(str(data / "a.csv"))
    direct = table.as_named_input("table")
    assert direct.script_environment() == {"AZUREML_DATASET_table": "dataset:" + str(direct)}
    assert Dataset.get_by_id(workspace, str(direct)).to_pandas_dataframe()["x"].tolist() == [1, 2]
    picked = files.take(2).as_mount()
    assert sorted(path.name for path in Path(str(picked)).iterdir()) == ["a.csv", "b.csv"]
    one = Dataset.File.from_files(str(data / "a.csv")).as_download()
    assert str(one) == str(data / "a.csv")
    with pytest.raises(UserErrorException, match="input name"):
        files.as_named_input("not a name")


def test_an_output_is_a_folder_of_a_datastore(workspace: Workspace) -> None:
    store = workspace.get_default_datastore()
    output = OutputFileDatasetConfig("prepared", destination=(store, "out/{run-id}")).register_on_complete("prepared")
    folder = Path(str(output.as_upload(overwrite=True)))
    assert folder.is_dir()
    assert store.folder in str(folder)
    (folder / "model.txt").write_text("m")
    assert Dataset.get_by_name(workspace, "prepared").to_path() == ["/model.txt"]
    assert str(output.as_input("next")) == str(folder)
    assert Path(str(OutputFileDatasetConfig())).is_dir()


def test_without_pandas_the_error_says_so(
    workspace: Workspace, data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UserErrorException, match="pip install pandas"):
        Dataset.Tabular.from_delimited_files(str(data / "a.csv")).to_pandas_dataframe()


def test_files_of_several_places_with_equal_names_are_all_there(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("train/x.txt", "test/x.txt", "test/deep/y.txt", "odd/test"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(name)
    places = [str(tmp_path / "in" / "train"), str(tmp_path / "in" / "test")]
    files = Dataset.File.from_files(places)
    assert files.to_path() == ["/train/x.txt", "/test/deep/y.txt", "/test/x.txt"]
    assert [Path(path).read_text() for path in files.download(str(tmp_path / "copy"))] == [
        *("train/x.txt", "test/deep/y.txt", "test/x.txt")
    ]
    mounted = Path(str(files.as_mount()))
    assert sorted(str(path.relative_to(mounted)) for path in mounted.rglob("*.txt")) == [
        *("test/deep/y.txt", "test/x.txt", "train/x.txt")
    ]
    apart = Dataset.File.from_files([str(tmp_path / "in" / "train"), str(tmp_path / "in" / "test" / "deep")])
    assert apart.to_path() == ["/x.txt", "/y.txt"]
    folder_and_file = Dataset.File.from_files([str(tmp_path / "in" / "odd" / "test"), str(tmp_path / "in" / "*/*.txt")])
    assert folder_and_file.to_path() == ["/odd/test", "/test/x.txt", "/train/x.txt"]
    assert len(folder_and_file.download(str(tmp_path / "other"))) == 3


def test_a_mounted_folder_holds_what_the_dataset_holds_now(workspace: Workspace, tmp_path: Path) -> None:
    for name in "bcd":
        (tmp_path / f"{name}.txt").write_text(name)
    files = Dataset.File.from_files(str(tmp_path / "*.txt")).take(2)
    earlier = Path(str(files.as_mount()))
    (tmp_path / "a.txt").write_text("a")
    now = Path(str(files.as_mount()))
    assert sorted(path.name for path in now.iterdir()) == ["a.txt", "b.txt"]
    assert sorted(path.name for path in earlier.iterdir()) == ["b.txt", "c.txt"]  # a script may be reading it
