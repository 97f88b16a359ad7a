"""Damage inside records with checksums, which are made right again: it gets as far as what decodes their contents."""

from __future__ import annotations

import random
from struct import Struct

from runstore.sources.wandb.framing import records_in
from tests.core.integrations.event_files import crc32c
from tests.core.sources.wandb_log import log
from tests.faults.mutations import Damage, Files, done, drawn

_HEAD = Struct("<QI")


def resealed(files: Files, chance: random.Random) -> list[Damage]:
    """Damage to one record of a ``.wandb`` or an event file."""
    name = chance.choice([name for name in sorted(files) if ".wandb" in name or "tfevents" in name])
    return [(_wandb if ".wandb" in name else _event_file)(name, files[name], chance)]


def _damaged(record: bytes, chance: random.Random) -> bytes:
    content = done({"record": record}, drawn({"record": record}, chance)).get("record")
    return record if content is None else content


def _event_file(name: str, content: bytes, chance: random.Random) -> Damage:
    starts, at = [], 0
    while at < len(content):
        starts.append(at)
        at += 16 + _HEAD.unpack_from(content, at)[0]
    at = chance.choice(starts)
    (length, _) = _HEAD.unpack_from(content, at)
    record = _damaged(content[at + 12 : at + 12 + length], chance)
    head = len(record).to_bytes(8, "little")
    return Damage("sealed", name, at, 16 + length, head + _sum(head) + record + _sum(record))


def _sum(data: bytes) -> bytes:
    crc = crc32c(data)
    return (((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF).to_bytes(4, "little")


def _wandb(name: str, content: bytes, chance: random.Random) -> Damage:
    batch = records_in(content)
    records = [batch.data[begin:end] for begin, end in batch.spans]
    place = chance.randrange(len(records))
    records[place] = _damaged(records[place], chance)
    return Damage("sealed", name, 0, len(content), log(records))
