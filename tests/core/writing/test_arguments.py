"""What is read from a command's arguments, and what never is."""

from __future__ import annotations

import pytest

from runstore.writing.arguments import mask_arguments, params_from_arguments
from runstore.writing.facts import without_credentials


def test_parameters_are_typed() -> None:
    arguments = "train.py --lr 1e-3 --epochs=10 name=bert --amp --layers 1 2 3 -b 32 --debug false --offset -5".split()
    assert params_from_arguments(arguments) == {
        "lr": 1e-3,
        "epochs": 10,
        "name": "bert",
        "amp": True,
        "layers": [1, 2, 3],
        "b": 32,
        "debug": False,
        "offset": -5,
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["--api-key", "S3CRET"],
        ["--api_key=S3CRET"],
        ["--token", "S3CRET"],
        ["hf_token=S3CRET"],
        ["--db-password", "S3CRET"],
        ["--AWS_SECRET_ACCESS_KEY=S3CRET"],
        ["--url", "https://user:S3CRET@host/repo"],
        ["--key", "S3CRET"],
        ["-e", "WANDB_API_KEY=S3CRET"],
        ["--PassWord", "S3CRET"],
        ["--my_\u017fecret=S3CRET"],  # the long s, which is an s where case does not count
    ],
)
def test_secrets_are_masked(arguments: list[str]) -> None:
    assert "S3CRET" not in " ".join(mask_arguments(arguments))
    assert "S3CRET" not in repr(params_from_arguments(arguments))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--tokenizer", "bert"],
        ["--max-new-tokens", "512"],
        ["--pad_token", "<pad>"],
        ["--monkey", "x"],
        ["--keyframes=3"],
        ["--author", "me"],
    ],
)
def test_names_that_only_look_like_secrets_are_kept(arguments: list[str]) -> None:
    assert mask_arguments(arguments) == arguments


def test_addresses_of_repositories_lose_their_credentials() -> None:
    assert without_credentials("https://me:TOKEN@git.example/x.git") == "https://git.example/x.git"
    assert without_credentials("git@git.example:x.git") == "git@git.example:x.git"
