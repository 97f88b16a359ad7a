"""Weights & Biases: the ``.wandb`` files that its SDK writes beside a run, offline and online."""
