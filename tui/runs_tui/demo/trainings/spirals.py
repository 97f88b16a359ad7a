"""Tell three spirals apart: a network with two hidden layers, trained by Adam with restarts. NumPy alone.

Shows: many metrics in one call, a metric's goal, parameters from the command line, files under outputs/.
"""

import argparse
import itertools
import os

import numpy as np
from numpy.typing import NDArray

from runs_tui.demo.progress import Progress
from runstore import Run

ARMS = 3
Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Layers = list[tuple[Floats, Floats]]  # the matrix and the bias of each layer


def spirals(rng: np.random.Generator, points: int) -> tuple[Floats, Labels]:
    """Positions (points, 2) and arm numbers (points,); the arms blur into each other at their ends."""
    arm = rng.integers(0, ARMS, points)
    radius = np.sqrt(rng.uniform(0.01, 1.0, points))
    angle = 7 * radius + arm * (2 * np.pi / ARMS) + rng.normal(0, 0.42, points)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), arm


def forward(weights: Layers, x: Floats) -> list[Floats]:
    """The output of every layer, the input first and the class probabilities last."""
    outputs = [x]
    for matrix, bias in weights[:-1]:
        outputs.append(np.tanh(outputs[-1] @ matrix + bias))
    logits = outputs[-1] @ weights[-1][0] + weights[-1][1]
    exponent = np.exp(logits - logits.max(axis=1, keepdims=True))
    outputs.append(exponent / exponent.sum(axis=1, keepdims=True))
    return outputs


def gradients(weights: Layers, outputs: list[Floats], labels: Labels) -> Layers:
    """The gradient of the mean cross-entropy by every matrix and bias."""
    delta = outputs[-1].copy()
    delta[np.arange(len(labels)), labels] -= 1
    delta /= len(labels)
    found: Layers = []
    for depth in reversed(range(len(weights))):
        found.append((outputs[depth].T @ delta, delta.sum(axis=0)))
        delta = (delta @ weights[depth][0].T) * (1 - outputs[depth] ** 2)
    return found[::-1]


def score(probabilities: Floats, labels: Labels) -> tuple[float, float]:
    """Mean cross-entropy and accuracy."""
    loss = -np.log(probabilities[np.arange(len(labels)), labels] + 1e-12).mean()
    return float(loss), float((probabilities.argmax(axis=1) == labels).mean())


def norm(layers: Layers) -> float:
    return float(np.sqrt(sum((array**2).sum() for pair in layers for array in pair)))


class Adam:
    """The optimiser; `step` changes the weights in place and returns the length of the change."""

    def __init__(self, weights: Layers) -> None:
        self.weights = [array for pair in weights for array in pair]
        self.mean = [np.zeros_like(array) for array in self.weights]
        self.square = [np.zeros_like(array) for array in self.weights]
        self.count = 0

    def step(self, slopes: Layers, lr: float) -> float:
        self.count += 1
        moved = 0.0
        flat = [array for pair in slopes for array in pair]
        for array, mean, square, slope in zip(self.weights, self.mean, self.square, flat, strict=True):
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope**2 - square)
            change = lr * mean / (1 - 0.9**self.count) / (np.sqrt(square / (1 - 0.999**self.count)) + 1e-8)
            array -= change
            moved += float((change**2).sum())
        return float(moved**0.5)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.003)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=3600)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    rng = np.random.default_rng(args.seed)
    x, labels = spirals(rng, 1200)
    val_x, val_labels = spirals(rng, 600)
    sizes = [2, args.hidden, args.hidden, ARMS]
    weights: Layers = [
        (rng.normal(0, inputs**-0.5, (inputs, outputs)), np.zeros(outputs))
        for inputs, outputs in itertools.pairwise(sizes)
    ]
    adam = Adam(weights)

    run = Run.get_context()
    run.define_metric("val/accuracy", goal="max")
    os.makedirs("outputs", exist_ok=True)
    best = 0.0
    bar = Progress(args.steps, label="spirals")
    for step in bar:
        lr = args.lr * (0.525 + 0.475 * float(np.cos(np.pi * (step % 900) / 900)))
        rows = rng.integers(0, len(x), args.batch)
        outputs = forward(weights, x[rows])
        loss, accuracy = score(outputs[-1], labels[rows])
        slopes = gradients(weights, outputs, labels[rows])
        metrics = {
            "loss": loss,
            "accuracy": accuracy,
            "confidence": float(outputs[-1].max(axis=1).mean()),
            "lr": lr,
            "norm/gradient": norm(slopes),
            "norm/update": adam.step(slopes, lr),
            "norm/weights": norm(weights),
            "epoch": step * args.batch / len(x),
        }
        if step % 10 == 0:
            metrics["val/loss"], metrics["val/accuracy"] = score(forward(weights, val_x)[-1], val_labels)
            if metrics["val/accuracy"] > best:
                best = metrics["val/accuracy"]
                np.savez("outputs/best.npz", *[array for pair in weights for array in pair])
        run.log_metrics(metrics, step=step)
        bar.note = f"loss={loss:.3f}"
        if step % 100 == 0:
            bar.print(
                f"step {step:5d}  val loss {metrics['val/loss']:.3f}  val accuracy "
                f"\x1b[1m{metrics['val/accuracy']:.3f}\x1b[0m  best {best:.3f}"
            )


if __name__ == "__main__":
    main()
