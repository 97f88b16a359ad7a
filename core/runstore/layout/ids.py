"""Ids of runs and writers, and display names."""

from __future__ import annotations

import os
import time

_ADJECTIVES = (
    "able amber bold brave brisk calm clever cool crisp daring eager fair fine fresh gentle glad golden good "
    "happy honest keen kind light lively lucky mellow merry mild neat noble plain polite proud quick quiet "
    "rapid ready ruby sharp silent silver smart solid steady stoic sunny swift tidy true upbeat vivid warm wise"
).split()
_NOUNS = (
    "ant badger bear beaver bee bison bobcat camel cat crane crow deer dove duck eagle elk falcon ferret finch "
    "fox frog gecko goose hare hawk heron horse ibis jay kite koala lark lemur lion llama lynx mole moose moth "
    "newt otter owl panda parrot puffin quail rabbit raven robin salmon seal stork swan tiger toad trout whale "
    "wolf wombat wren yak zebra"
).split()


def new_interactive_id() -> str:
    """A random id in the form of a UUID version 4 (RFC 9562), as Azure ML gives to interactive runs."""
    raw = bytearray(os.urandom(16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def new_submitted_id(experiment: str) -> str:
    """``<experiment>_<unix seconds>_<8 hex digits>``, as Azure ML gives to submitted runs."""
    return "{}_{}_{}".format(experiment[:200], int(time.time()), os.urandom(4).hex())


def new_display_name() -> str:
    """A name that people can say and remember, such as ``brave-fox-12``."""
    pick = os.urandom(3)
    adjective = _ADJECTIVES[pick[0] % len(_ADJECTIVES)]
    return "{}-{}-{}".format(adjective, _NOUNS[pick[1] % len(_NOUNS)], pick[2] % 90 + 10)


def new_writer_name(rank: int) -> str:
    """The name of one writing process's file set: its rank and a random part, unique in the run."""
    return "{}-{}".format(rank, os.urandom(4).hex())
