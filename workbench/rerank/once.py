"""Makes what is costly at its first use, once for all threads."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Holds a value from its first use on; a failed attempt is made again."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._value: T | None = None

    def get(self) -> T:
        """Return the value, made by whoever comes first while the others wait."""
        with self._lock:
            if self._value is None:
                self._value = self._make()
            return self._value
