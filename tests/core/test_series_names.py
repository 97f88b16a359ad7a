"""Order of metric names and the guess of what is better."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runstore.series import guess_goal, natural_key


def test_numbers_in_names_sort_by_value() -> None:
    names = ["m10", "m2", "m1", "layer12/w", "layer3/w", "loss", "Loss", "acc", "m02"]
    assert sorted(names, key=natural_key) == [
        "acc", "layer3/w", "layer12/w", "Loss", "loss", "m1", "m02", "m2", "m10",
    ]  # fmt: skip


@given(st.lists(st.text(st.sampled_from("aB/_ 0179²٣"), max_size=6)), st.randoms())
def test_any_names_sort_the_same_way_from_any_order(names: list[str], order: random.Random) -> None:
    shuffled = names.copy()
    order.shuffle(shuffled)
    assert sorted(shuffled, key=natural_key) == sorted(names, key=natural_key)


@given(st.lists(st.integers(0, 10**30), min_size=1))
def test_numbered_names_sort_as_their_numbers(numbers: list[int]) -> None:
    names = sorted({f"m{number}" for number in numbers}, key=natural_key)
    assert [int(re.sub("m", "", name)) for name in names] == sorted(set(numbers))


def test_a_name_of_many_digits_sorts() -> None:
    long = "9" * 10_000
    assert sorted([long, "10", "9"], key=natural_key) == ["9", "10", long]


@pytest.mark.parametrize(
    ("name", "goal"),
    [
        ("loss", "min"), ("train/loss", "min"), ("loss/train", "min"), ("val_loss_epoch", "min"),
        ("valLoss", "min"), ("MSELoss", "min"), ("mse", "min"), ("RMSE", "min"), ("error_rate", "min"),
        ("ppl", "min"), ("val/acc", "max"), ("trainAcc", "max"), ("acc5", "max"), ("accuracy_top1", "max"),
        ("AUC", "max"), ("f1_macro", "max"), ("F1", "max"), ("mAP50", "max"),
        ("lr", None), ("loss_scale", None), ("epoch", None), ("grad_norm", None), ("accumulated", None),
        ("glossary", None), ("", None), ("x" * 300_000, None), ("err_count", None),
    ],
)  # fmt: skip
def test_the_goal_is_guessed_from_words_of_the_name(name: str, goal: str | None) -> None:
    assert guess_goal(name) == goal
