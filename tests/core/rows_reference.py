"""A slow, plain reader of point files, written from FORMAT.md alone: what the tests compare with."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

NO_STEP = -(2**63)


def read_points(folder: Path, kind: str = "points") -> list[dict[str, Any]]:
    """Every point of every writer as {writer, rank, seq, step, time, name, value}, in order of writer and seq."""
    found: list[dict[str, Any]] = []
    for schema_file in sorted((folder / kind).glob("*.schema.jsonl")):
        header, *lines = [json.loads(line) for line in schema_file.read_bytes().splitlines()]
        schemas = {line["id"]: line for line in lines}
        for rows_file in sorted((folder / kind).glob(header["writer"] + ".*.rows")):
            width = int(rows_file.name.split(".")[-2])
            size = 24 + 8 * width
            content = rows_file.read_bytes()
            for start in range(0, len(content) - size + 1, size):
                schema_id, seq, step = struct.unpack_from("<IIq", content, start)
                (time,) = struct.unpack_from("<d", content, start + size - 8)
                schema = schemas[schema_id]
                for index, (name, type_) in enumerate(zip(schema["keys"], schema["types"], strict=True)):
                    (value,) = struct.unpack_from("<d" if type_ == "f" else "<q", content, start + 16 + 8 * index)
                    found.append(
                        {
                            "writer": header["writer"],
                            "rank": header["rank"],
                            "seq": seq,
                            "step": None if step == NO_STEP else step,
                            "time": time,
                            "name": name,
                            "value": bool(value) if type_ == "b" else value,
                        }
                    )
    found.sort(key=lambda point: (point["writer"], point["seq"]))
    return found


def read_records(folder: Path) -> list[dict[str, Any]]:
    """Every record line of every writer."""
    return [
        json.loads(line)
        for path in sorted((folder / "records").glob("*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]
