"""What a model's numbers depend on beside what it reads, as one text."""

from importlib.metadata import version

from workbench.models.client import ModelHost
from workbench.models.requests import ModelRequest
from workbench.models.weights import content_stamp

LIBRARIES = ("torch", "transformers", "tokenizers")
"""Their versions can change a number's last digits."""


class ModelIdentity:
    """Tells a model from every other that would answer with other numbers; loads nothing.

    It stands for the files as they are when this is made.
    """

    def __init__(self, host: ModelHost, request: ModelRequest) -> None:
        self._host = host
        self._request = request
        self._stamp = self._stamp_now()

    def __call__(self) -> str | None:
        """Return files, libraries, device, format and attention; starts the host where none runs.

        None where it cannot be known: the files have changed since, so that the host may have
        loaded these or those, or the model was loaded elsewhere than this machine's policy says.

        Raises:
            Unavailable: The host cannot be started.
        """
        request, placed = self._request, self._host.placement()
        device, dtype = request.device or placed.device, request.dtype or placed.dtype
        loads = [load for load in self._host.stats().loads if load.role == request.role]
        elsewhere = loads and (loads[-1].device, loads[-1].dtype) != (device, dtype)
        if elsewhere or self._stamp is None or self._stamp_now() != self._stamp:
            return None
        attention = "kernel" if placed.kernel else "plain"
        answers = f"yes {request.yes} no {request.no}"
        libraries = (f"{name} {version(name)}" for name in LIBRARIES)
        ran = (device, placed.card, dtype, attention)
        return "\n".join((request.kind, self._stamp, answers, *ran, *libraries))

    def _stamp_now(self) -> str | None:
        try:
            return content_stamp(self._request.path)
        except OSError:
            return None  # a file went away while it was looked at
