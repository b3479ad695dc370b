"""Ends a request's work once its client has gone."""

from anyio import from_thread
from fastapi import Request

from workbench.domain.errors import Conflict
from workbench.domain.ports import ProgressCall


def while_there(request: Request) -> ProgressCall:
    """Return a progress call that ends the work of a client who waits no longer.

    It is made for routes that run in a thread of the server: the event loop is asked from there.

    Raises:
        Conflict: ``client_gone``; nobody reads it, but the log tells why nothing was answered.
    """

    def look(_done: int, _total: int) -> None:
        if from_thread.run(request.is_disconnected):
            raise Conflict("client_gone")

    return look
