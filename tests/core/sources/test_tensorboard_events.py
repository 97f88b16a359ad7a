"""Records and events of event files, against what protocol buffers and the real writer make of them."""

import math
import random
import struct
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.sources.tensorboard.checksums import intact
from runstore.sources.tensorboard.decoding import Decoder
from runstore.sources.tensorboard.frames import FRAME, HEAD, frames
from tests.core.integrations.event_files import crc32c

event_pb2 = pytest.importorskip("tensorboardX.proto.event_pb2")
types_pb2 = pytest.importorskip("tensorboardX.proto.types_pb2")

LONGEST = 1 << 20


def masked(data):
    """The checksum as a record holds it."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def framed(record, sums=True):
    """A record with its frame; ``sums``: whether the writer makes checksums."""
    length = struct.pack("<Q", len(record))
    return length + struct.pack("<I", masked(length) if sums else 0) + record + bytes(4)


def records(block):
    found = frames(block, LONGEST)
    return [block[at : at + size] for at, size in zip(found.starts.tolist(), found.lengths.tolist(), strict=True)]


def loop(metrics, steps):
    """Records of a training loop: of several lengths that repeat."""
    return [
        bytes([metric % 7]) * (20 + metric % 5 + len(str(step))) for step in range(steps) for metric in range(metrics)
    ]


# ---- frames


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 12),
    st.integers(1, 60),
    st.lists(st.binary(min_size=1, max_size=300), max_size=20),
    st.booleans(),
    st.data(),
)
def test_records_are_those_that_were_written_wherever_the_file_ends(metrics, steps, odd, sums, data):
    written = [*loop(metrics, steps), *odd, *loop(metrics, steps)]
    block = b"".join(framed(each, sums) for each in written)
    assert records(block) == written
    cut = data.draw(st.integers(0, len(block)))
    found = records(block[:cut])
    assert found == written[: len(found)]
    rest = frames(block[:cut], LONGEST)
    assert rest.damaged == 0
    assert [*found, *records(block[rest.end :])] == written
    assert rest.wanted in (0, FRAME + len(written[len(found)]) if len(found) < len(written) else 0)


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=200), st.integers(0, 200))
def test_after_damage_reading_goes_on_with_the_next_good_record(garbage, place):
    written = loop(4, 60)
    place %= len(written)
    pieces = [framed(each) for each in written]
    block = b"".join(pieces[:place]) + b"\xff" + garbage + b"\xff" * 8 + b"".join(pieces[place:])
    found = frames(block, LONGEST)
    assert records(block)[:place] == written[:place]
    assert records(block)[place + 1 - len(written) :] == written[place + 1 :]
    assert 0 < found.damaged <= len(garbage) + 9


def test_a_length_that_cannot_be_takes_no_memory():
    length = struct.pack("<Q", 1 << 60)
    good = framed(b"good")
    for head, ends in ((length + struct.pack("<I", masked(length)), len(good)), (length + bytes(4), None)):
        tracemalloc.start()
        found = frames(good + head + bytes(range(1, 200)), LONGEST)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
        tracemalloc.stop()
        assert found.starts.tolist() == [HEAD]
        # With its checksum it may come to be; without it is damage.
        assert (found.end == ends and found.wanted == (1 << 60) + FRAME) if ends else found.damaged > 0


def test_a_part_that_is_not_written_yet_is_waited_for():
    block = framed(b"one") + bytes(4096)
    found = frames(block, LONGEST)
    assert (len(found.starts), found.end, found.damaged, found.wanted) == (1, len(framed(b"one")), 0, 0)


# ---- events


def scalar(tag, value, way):
    """A value of a summary, written in one of the ways that there are."""
    one = event_pb2.Event().summary.value.add(tag=tag)
    if way == "simple":
        one.simple_value = value
        return one
    tensor = one.tensor
    if way in ("content", "content and plugin"):
        tensor.dtype = types_pb2.DT_FLOAT
        tensor.tensor_shape.SetInParent()
        tensor.tensor_content = struct.pack("<f", value)
    elif way == "float":
        tensor.dtype = types_pb2.DT_FLOAT
        tensor.float_val.append(value)
    elif way == "double":
        tensor.dtype = types_pb2.DT_DOUBLE
        tensor.double_val.append(value)
    elif way == "half":
        tensor.dtype = types_pb2.DT_HALF
        tensor.half_val.append(int.from_bytes(struct.pack("<e", value), "little"))
    elif way == "integer":
        tensor.dtype = types_pb2.DT_INT64
        tensor.int64_val.append(int(value))
    if way == "content and plugin":
        one.metadata.plugin_data.plugin_name = "scalars"
    return one


def one_value(time, step, value):
    """The bytes of an event."""
    return event_pb2.Event(wall_time=time, step=step, summary={"value": [value]}).SerializeToString()


ways = st.sampled_from(["simple", "content", "content and plugin", "float", "double", "half", "integer"])
numbers = st.integers(-1000, 1000).map(lambda number: number / 4)
tags = st.sampled_from(["loss", "acc", "train/loss", "é" * 70, "x" * 200])
steps = st.one_of(st.integers(0, 300), st.integers(-(1 << 63), (1 << 63) - 1))
kinds = st.lists(st.tuples(tags, ways), min_size=1, max_size=4)
points_of = st.lists(st.tuples(steps, numbers), min_size=1, max_size=40)


def expected(way, value):
    """What a value is after it was written this way."""
    return float(int(value)) if way == "integer" else value


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(kinds, st.lists(st.tuples(steps, numbers), min_size=1, max_size=40)), min_size=1, max_size=6),
    st.data(),
)
def test_numbers_of_all_encodings_are_read_as_protocol_buffers_have_them(written, data):
    """Loops of events with one to four values, as many writers write them, read in blocks of any size."""
    events, wanted = [], {}
    for values, points in written:
        for step, number in points:
            event = event_pb2.Event(wall_time=1e9 + len(events), step=step)
            for place, (tag, way) in enumerate(values):
                event.summary.value.add().CopyFrom(scalar(tag, number + place, way))
                wanted.setdefault(tag, []).append((step, event.wall_time, expected(way, number + place)))
            events.append(framed(event.SerializeToString()))
    decoder, found = Decoder(), {}
    while events:
        count = data.draw(st.integers(1, len(events)))
        block = b"".join(events[:count])
        del events[:count]
        decoded = decoder.decode(block, frames(block, LONGEST))
        assert (decoded.others, decoded.damaged) == ([], 0)
        for points in decoded.points:
            rows = zip(points.steps.tolist(), points.times.tolist(), points.values.tolist(), strict=True)
            found.setdefault(points.tag, []).extend(rows)
    # Values of one tag in one event have no order.
    assert {tag: sorted(rows) for tag, rows in found.items()} == {tag: sorted(rows) for tag, rows in wanted.items()}
    if all(len(values) == 1 for values, _ in written):
        assert found == wanted


def test_of_a_training_loop_nearly_nothing_is_left_to_be_read_one_by_one(monkeypatch):
    """The way that is fast is taken: what an event looks like is found out once."""
    from runstore.sources.tensorboard import decoding

    read = []
    monkeypatch.setattr(decoding, "event", lambda *args, real=decoding.event: read.append(1) or real(*args))
    block = b"".join(
        framed(
            event_pb2.Event(
                wall_time=1e9, step=step, summary={"value": [scalar(tag, step / 2, way)]}
            ).SerializeToString()
        )
        for step in range(130)
        for tag, way in (("a", "simple"), ("bc", "content and plugin"), ("def", "float"))
    )
    decoded = Decoder().decode(block, frames(block, LONGEST))
    assert [len(points.values) for points in decoded.points] == [130] * 3
    # Three events, each of steps 0 (two bytes less), of one byte and of two; those of which there are too few.
    assert len(read) < 24


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=80), min_size=1, max_size=30), st.data())
def test_no_content_breaks_the_decoder(contents, data):
    event = event_pb2.Event(
        wall_time=math.inf, step=5, summary={"value": [scalar("loss", 0.5, "float")]}
    ).SerializeToString()
    cut = data.draw(st.integers(1, len(event)))
    place = data.draw(st.integers(0, len(event) - 1))
    broken = event[:place] + data.draw(st.binary(min_size=1, max_size=1)) + event[place + 1 :]
    block = b"".join(map(framed, [*contents, event[:cut], broken, *[broken] * 20, *[event] * 20]))
    decoded = Decoder().decode(block, frames(block, LONGEST))
    assert sum(len(points.values) for points in decoded.points if points.tag == "loss") >= 20
    assert all(math.isfinite(time) for points in decoded.points for time in points.times.tolist())


def sealed(record):
    """A record with its frame and both checksums."""
    return framed(record)[:-4] + struct.pack("<I", masked(record))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 600), min_size=1, max_size=30), st.integers(0, 1 << 32))
def test_a_record_whose_content_is_another_one_is_left_out(lengths, seed):
    chance = random.Random(seed)
    contents = [chance.randbytes(length) for length in [*lengths, *[70] * 20, *[300] * 20]]
    block = b"".join(map(sealed, contents))
    found = frames(block, LONGEST)
    assert intact(block, found) is found
    assert found.lengths.tolist() == list(map(len, contents))
    place = chance.choice([place for place, content in enumerate(contents) if content])
    at = int(found.starts[place]) + chance.randrange(len(contents[place]))
    other = block[:at] + bytes([block[at] ^ 1 << chance.randrange(8)]) + block[at + 1 :]
    left = intact(other, found)
    assert left.starts.tolist() == [*found.starts[:place].tolist(), *found.starts[place + 1 :].tolist()]
    assert left.damaged


def test_a_writer_may_leave_all_checksums_out():
    block = b"".join(framed(content, sums=False) for content in (b"abc", b"defg" * 100))
    found = frames(block, LONGEST)
    assert intact(block, found) is found
