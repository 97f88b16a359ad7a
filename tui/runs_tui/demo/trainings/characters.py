"""Learn to write, letter by letter: a small recurrent network on a page of text. NumPy alone.

It carries its hidden state from one batch to the next. The first validation breaks on just that: it has fewer
streams than the training, so the carried state has the wrong shape. A real mistake, with a real traceback.
"""

import argparse

import numpy as np
from numpy.typing import NDArray

from runs_tui.demo.progress import Progress
from runstore import Run

Floats = NDArray[np.float64]
Letters = NDArray[np.int64]

TEXT = """
a training is a long walk downhill in a fog. you feel the slope under your feet and take a step. a small
step is safe and slow. a large step is quick until the valley is narrow, and then you stand on the other
side, higher than before. so you look at the loss after every step. when it falls, you walk on. when it
wobbles, you make the step smaller. when it is not a number, you have left the mountain, and no further step
will bring you back. most of the time nothing happens, and that is good. the curve goes down, the machine
hums, and the night is long. in the morning you look at the numbers and choose the best of the walks. then
you change one thing and walk again. """


def streams(text: str, count: int) -> Letters:
    """The text as (count, length) letters: that many readers, each with a part of its own."""
    letters = np.array([SYMBOLS.index(letter) for letter in text.replace("\n", " ").strip()])
    return letters[: len(letters) // count * count].reshape(count, -1)


SYMBOLS = sorted(set(TEXT.replace("\n", " ")))


class Network:
    """One recurrent layer; its hidden state is carried from call to call."""

    def __init__(self, rng: np.random.Generator, hidden: int, count: int) -> None:
        self.inward = rng.normal(0, 0.1, (len(SYMBOLS), hidden))
        self.across = rng.normal(0, hidden**-0.5, (hidden, hidden))
        self.outward = rng.normal(0, 0.1, (hidden, len(SYMBOLS)))
        self.state = np.zeros((count, hidden))

    def read(self, window: Letters) -> tuple[list[Floats], list[Floats]]:
        """The hidden states and the probabilities of the next letter for (count, length) letters."""
        states, guesses = [self.state], []
        for letter in window.T:
            states.append(np.tanh(self.inward[letter] + states[-1] @ self.across))
            exponent = np.exp(states[-1] @ self.outward)
            guesses.append(exponent / exponent.sum(axis=1, keepdims=True))
        self.state = states[-1]
        return states, guesses

    def learn(self, window: Letters, lr: float) -> tuple[float, float, float]:
        """One step of descent through time; returns the loss in nats, the accuracy, the gradient's norm."""
        states, guesses = self.read(window[:, :-1])
        slopes = [np.zeros_like(self.inward), np.zeros_like(self.across), np.zeros_like(self.outward)]
        rows, loss, hits = np.arange(len(window)), 0.0, 0.0
        later = np.zeros_like(self.state)
        for at in reversed(range(len(guesses))):
            truth, guess = window[:, at + 1], guesses[at]
            loss -= float(np.log(guess[rows, truth]).mean())
            hits += float((guess.argmax(axis=1) == truth).mean())
            delta = guess.copy()
            delta[rows, truth] -= 1
            slopes[2] += states[at + 1].T @ delta
            later = (delta @ self.outward.T + later) * (1 - states[at + 1] ** 2)
            np.add.at(slopes[0], window[:, at], later)
            slopes[1] += states[at].T @ later
            later = later @ self.across.T
        norm = float(np.sqrt(sum(np.square(slope).sum() for slope in slopes)))
        for weights, slope in zip((self.inward, self.across, self.outward), slopes, strict=True):
            weights -= lr * slope / max(norm, 1.0)
        return loss / len(guesses), hits / len(guesses), norm

    def write(self, rng: np.random.Generator, length: int) -> str:
        """Some text of its own."""
        letter, state, text = SYMBOLS.index(" "), np.zeros(self.state.shape[1]), ""
        for _ in range(length):
            state = np.tanh(self.inward[letter] + state @ self.across)
            exponent = np.exp(1.3 * (state @ self.outward))
            letter = int(rng.choice(len(SYMBOLS), p=exponent / exponent.sum()))
            text += SYMBOLS[letter]
        return text


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.25)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--streams", type=int, default=12)
    parser.add_argument("--validate-every", type=int, default=200)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()

    rng = np.random.default_rng(args.seed)
    cut = int(len(TEXT) * 0.85)
    training, validation = streams(TEXT[:cut], args.streams), streams(TEXT[cut:], args.streams // 4)
    network = Network(rng, args.hidden, args.streams)

    run = Run.get_context()
    bar = Progress(args.steps, label="characters")
    place = 0
    for step in bar:
        if place + 9 > training.shape[1]:
            place = 0
        loss, accuracy, norm = network.learn(training[:, place : place + 9], args.lr)
        place += 8
        run.log_metrics(
            {
                "loss": loss,
                "accuracy": accuracy,
                "perplexity": float(np.exp(loss)),
                "norm/gradient": norm,
            },
            step=step,
        )
        bar.note = f"loss={loss:.2f}"
        if step % 40 == 0:
            bar.print(f"step {step:4d} writes: \x1b[36m{network.write(rng, 44)}\x1b[0m")
        if step % args.validate_every == 0:
            _, guesses = network.read(validation)  # the state still has the shape of the training's streams
            run.log("val/confidence", float(np.mean([guess.max(axis=1).mean() for guess in guesses])), step=step)


if __name__ == "__main__":
    main()
