"""One tree of errors, each a code with parameters that words turns into a sentence.

WorkbenchError
├── InvalidInput            the request cannot be answered as it stands
├── NotFound                a corpus, document, job or file that does not exist
├── Forbidden               the actor may not do this
├── Conflict                the state changed, or a name is taken
├── UnreadableDocument      a file that cannot be read; nothing of it was stored
├── Busy                    the queue is full; try again
├── Unavailable             weights, model host or hub are missing or failed
└── DeadlineExceeded        the answer did not come in time
"""

from typing import TypeAlias

Param: TypeAlias = str | int | float | bool | None


class WorkbenchError(Exception):
    """A failure that a user can be told about.

    ``code`` is the key of a sentence (``error.<code>`` in the words), ``params`` its blanks.
    Errors are stored, sent and logged as code and parameters, never as a sentence.
    """

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: dict[str, Param] = params

    def __str__(self) -> str:
        blanks = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({blanks})"


class InvalidInput(WorkbenchError):
    """The request cannot be answered as it stands."""


class NotFound(WorkbenchError):
    """A corpus, document, job or file that does not exist."""


class Forbidden(WorkbenchError):
    """The actor may not do this."""


class Conflict(WorkbenchError):
    """The state changed meanwhile, or a name is taken."""


class UnreadableDocument(WorkbenchError):
    """A file that cannot be read; nothing of it was stored."""


class Busy(WorkbenchError):
    """The queue is full; the same request may succeed later."""


class Unavailable(WorkbenchError):
    """Weights, model host or hub are missing or have failed."""


class DeadlineExceeded(WorkbenchError):
    """The answer did not come in time."""


KINDS: tuple[type[WorkbenchError], ...] = (
    InvalidInput,
    NotFound,
    Forbidden,
    Conflict,
    UnreadableDocument,
    Busy,
    Unavailable,
    DeadlineExceeded,
)


def revive(kind: str, code: str, params: dict[str, Param]) -> WorkbenchError:
    """Return the error that was sent as text by another process; unknown kinds become the root."""
    by_name = {cls.__name__: cls for cls in KINDS}
    return by_name.get(kind, WorkbenchError)(code, **params)
