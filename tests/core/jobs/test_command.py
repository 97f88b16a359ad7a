"""What is read out of a command line."""

import pytest

from runstore.jobs.command import experiment_of, facts_of


@pytest.mark.parametrize(
    ("line", "experiment", "params"),
    [
        ("python train.py --lr 0.1", "train", {"lr": 0.1}),
        ("python3.12 -u -W ignore src/train_model.py --lr=0.1 --amp", "train_model", {"lr": 0.1, "amp": True}),
        ("python -m pkg.training --epochs 3", "training", {"epochs": 3}),
        ("python -m pkg.__main__ --epochs 3", "pkg", {"epochs": 3}),
        ("torchrun --nproc_per_node=4 --master_port 1 train.py --lr 1e-4", "train", {"lr": 1e-4}),
        ("torchrun --nproc_per_node 2 -m pkg.train --lr 2", "train", {"lr": 2}),
        ("uv run python -m pkg.train lr=3", "train", {"lr": 3}),
        ("accelerate launch --num_processes 2 /x/y/finetune.py model=small", "finetune", {"model": "small"}),
        ("env A=1 python train.py", "train", {}),
        ("./run.sh --fold 2", "run", {"fold": 2}),
        ("my-trainer fit --config c.yaml", "my-trainer", {"config": "c.yaml"}),
        ("/usr/bin/.hidden", "hidden", {}),
        ("????", "default", {}),
    ],
)
def test_script_experiment_and_parameters(line: str, experiment: str, params: dict[str, object]) -> None:
    arguments = line.split()
    assert experiment_of(arguments) == experiment
    assert facts_of(arguments, "/work", {})["params"] == params


@pytest.mark.parametrize(
    ("arguments", "experiment", "params"),
    [
        (["sh", "-c", "cd x && python train.py", "--n", "1"], "sh", {"n": 1}),
        (["python", "-c", "import train; train.py", "--n", "1"], "python", {"n": 1}),
        (["python", "my script.py", "--n", "1"], "my-script", {"n": 1}),
    ],
)
def test_code_in_the_command_is_no_script(arguments: list[str], experiment: str, params: dict[str, object]) -> None:
    assert experiment_of(arguments) == experiment
    assert facts_of(arguments, "/work", {})["params"] == params
