"""What Azure ML does with a model on its servers: the calls exist, and say what to do instead."""

from __future__ import annotations

from runstore.exceptions import WebserviceException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_INSTEAD = (
    "Model.{}: models are not deployed locally; load the file in your own process, "
    "for example joblib.load(Model.get_model_path('my-model')), or serve it with a web framework"
)


class Undeployed:
    """Each call raises `WebserviceException`, which names the alternative."""

    @staticmethod
    def deploy(*_args: Any, **_kwargs: Any) -> Any:
        """Raises `WebserviceException`: models are not deployed here; load `Model.get_model_path` in a server."""
        raise WebserviceException(_INSTEAD.format("deploy"))

    @staticmethod
    def package(*_args: Any, **_kwargs: Any) -> Any:
        """Raises `WebserviceException`: models are not deployed here; load `Model.get_model_path` in a server."""
        raise WebserviceException(_INSTEAD.format("package"))

    @staticmethod
    def profile(*_args: Any, **_kwargs: Any) -> Any:
        """Raises `WebserviceException`: models are not deployed here; load `Model.get_model_path` in a server."""
        raise WebserviceException(_INSTEAD.format("profile"))
