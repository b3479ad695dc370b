"""Show what reading and slicing make of a file, without keeping anything."""

from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.domain.actors import Actor, Policy
from workbench.domain.columns import ColumnMap, require_sound
from workbench.domain.documents import Reading, SlicePolicy
from workbench.domain.errors import InvalidInput, NotFound
from workbench.domain.identity import digest
from workbench.domain.ports import ProgressCall, Reader
from workbench.domain.text import display_name


class Slicing:
    """Reads one file outside any corpus."""

    def __init__(self, policy: Policy, reader: Reader) -> None:
        self._policy = policy
        self._reader = reader

    def read(
        self,
        actor: Actor,
        path: Path,
        slice_policy: SlicePolicy,
        *,
        password: str | None = None,
        progress: ProgressCall | None = None,
        columns: ColumnMap | None = None,
    ) -> Reading:
        """Return the chapter tree and chunks of a file.

        Chunk ids are made as if the document's id were the hash of its name.

        Raises:
            NotFound: ``path_missing``.
            InvalidInput: ``path_is_folder``; what is wrong with ``columns``.
            UnreadableDocument: It cannot be read.
        """
        self._policy.require(actor, "slice")
        if columns:
            require_sound(columns)
        if path.is_dir():
            raise InvalidInput("path_is_folder", path=str(path))
        if not path.is_file():
            raise NotFound("path_missing", path=str(path))
        name = display_name(path.name)
        return self._reader.read(
            str(path),
            name,
            digest(name),
            slice_policy,
            password=password,
            progress=progress,
            columns=columns,
        )

    def read_bytes(self, actor: Actor, name: str, data: bytes) -> Reading:
        """Return what a file holds that was handed in as bytes; it is gone afterwards.

        Raises:
            UnreadableDocument: It cannot be read.
        """
        self._policy.require(actor, "slice")
        shown = display_name(name)
        with TemporaryDirectory(prefix="workbench-") as folder:
            path = Path(folder) / "handed-in"
            path.write_bytes(data)
            return self._reader.read(str(path), shown, digest(shown), SlicePolicy())
