"""What a `SummaryWriter` takes and the store has no place for, one mixin: it is said once, and the training goes on."""

from __future__ import annotations

from runstore.integrations.script_run import say_once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Unkept:
    """Each method takes whatever it is given."""

    def add_graph(self, *_args: Any, **_kwargs: Any) -> None:
        """The graph of a model."""
        _say("add_graph")

    def add_onnx_graph(self, *_args: Any, **_kwargs: Any) -> None:
        """The graph of a model in a file."""
        _say("add_onnx_graph")

    def add_openvino_graph(self, *_args: Any, **_kwargs: Any) -> None:
        """The graph of a model in a file."""
        _say("add_openvino_graph")

    def add_embedding(self, *_args: Any, **_kwargs: Any) -> None:
        """Points to be projected."""
        _say("add_embedding")

    def add_mesh(self, *_args: Any, **_kwargs: Any) -> None:
        """A body in space."""
        _say("add_mesh")

    def add_audio(self, *_args: Any, **_kwargs: Any) -> None:
        """Sound."""
        _say("add_audio")

    def add_video(self, *_args: Any, **_kwargs: Any) -> None:
        """Moving pictures."""
        _say("add_video")

    def add_pr_curve(self, *_args: Any, **_kwargs: Any) -> None:
        """A curve of precision over recall."""
        _say("add_pr_curve")

    def add_pr_curve_raw(self, *_args: Any, **_kwargs: Any) -> None:
        """A curve of precision over recall."""
        _say("add_pr_curve_raw")

    def add_tensor(self, *_args: Any, **_kwargs: Any) -> None:
        """A tensor."""
        _say("add_tensor")

    def export_scalars_to_json(self, *_args: Any, **_kwargs: Any) -> None:
        """A file of all numbers: ``runs-tui export`` writes one."""
        _say("export_scalars_to_json")

    def add_custom_scalars(self, *_args: Any, **_kwargs: Any) -> None:
        """Which charts TensorBoard puts together; ours are put together in the monitor."""

    def add_custom_scalars_multilinechart(self, *_args: Any, **_kwargs: Any) -> None:
        """Which charts TensorBoard puts together."""

    def add_custom_scalars_marginchart(self, *_args: Any, **_kwargs: Any) -> None:
        """Which charts TensorBoard puts together."""


def _say(method: str) -> None:
    say_once("SummaryWriter.{}: not kept, the run store has no place for it".format(method))
