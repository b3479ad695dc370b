"""JSON lines with ids, counts and times, never a word of a document or a question."""

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from workbench.domain.errors import Param

ROTATE_BYTES = 16 * 1024 * 1024
KEEP_FILES = 5


class Logbook:
    """Appends one JSON object a line to ``log.jsonl`` and starts a new file at 16 MiB.

    Fields are identifiers, codes, counts and seconds. Text that a user wrote is never passed in;
    a test sends a canary through every service and looks for it here.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "log.jsonl"
        self._lock = threading.Lock()

    def write(self, event: str, **fields: Param) -> None:
        """Append ``event`` with its fields, the time in UTC and the process."""
        now = time.time()
        stamp = (
            time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"
        )
        rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in fields.items()}
        record = {"at": stamp, "pid": os.getpid(), "event": event} | rounded
        line = json.dumps(record, ensure_ascii=False) + "\n"
        with self._lock:
            self._rotate()
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line)

    def tail(self, lines: int = 200) -> list[str]:
        """Return the last ``lines`` lines, oldest first; none where nothing was written."""
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - lines * 1024))
            return file.read().decode("utf-8", "replace").splitlines()[-lines:]

    def follow(self, interval_seconds: float = 0.5) -> Iterator[str]:
        """Yield each line as it is written, from now on, across rotations; never ends."""
        position = self.path.stat().st_size if self.path.exists() else 0
        while True:
            size = self.path.stat().st_size if self.path.exists() else 0
            position = 0 if size < position else position
            if size > position:
                with self.path.open("rb") as file:
                    file.seek(position)
                    block = file.read()
                whole = block[: block.rfind(b"\n") + 1]
                position += len(whole)
                yield from whole.decode("utf-8", "replace").splitlines()
            time.sleep(interval_seconds)

    def _rotate(self) -> None:
        if not self.path.exists() or self.path.stat().st_size < ROTATE_BYTES:
            return
        for number in range(KEEP_FILES - 1, 0, -1):
            older = self.path.with_suffix(f".{number}.jsonl")
            if older.exists():
                older.replace(self.path.with_suffix(f".{number + 1}.jsonl"))
        self.path.replace(self.path.with_suffix(".1.jsonl"))
