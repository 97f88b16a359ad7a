"""Ways to log in to Azure: all accepted, none used; a local workspace asks for no log-in."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class AbstractAuthentication:
    """A log-in. Arguments are taken and not kept, so that no secret lies around."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def get_authentication_header(self) -> dict[str, str]:
        """No header: there is no web service behind a local workspace."""
        return {}

    def get_token(self, *scopes: str, **kwargs: Any) -> str:
        """An empty token."""
        return ""


class InteractiveLoginAuthentication(AbstractAuthentication):
    """A log-in in the browser."""


class AzureCliAuthentication(AbstractAuthentication):
    """The log-in of the command ``az``."""


class ServicePrincipalAuthentication(AbstractAuthentication):
    """The log-in of a service."""


class MsiAuthentication(AbstractAuthentication):
    """The log-in of a machine."""


class ArmTokenAuthentication(AbstractAuthentication):
    """A token of the resource manager."""


class AzureMLTokenAuthentication(AbstractAuthentication):
    """The token of a run."""


class TokenAuthentication(AbstractAuthentication):
    """A token from a function."""


class Audience:
    """Whom a token is for."""

    ARM = "ARM"
    AZUREML = "AZUREML"
