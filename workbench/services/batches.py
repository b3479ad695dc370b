"""Files and folders handed in together: what became of each, until the list is cleared."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Literal, TypeAlias

from workbench.domain.actors import Actor, Policy
from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.experiments import Json
from workbench.domain.jobs import Job
from workbench.domain.text import display_name
from workbench.services.jobs import Jobs
from workbench.services.uploads import KINDS, Uploads
from workbench.store.workspace import WorkspaceRepository

Fate: TypeAlias = Literal["job", "skipped", "refused", "left"]
"""A job reads it; it was there already; it could not be taken; its kind is not read."""

REMEMBERED = 500
_HIDDEN = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_BETWEEN = " › "


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that was handed in: the document's name, its place in a folder, and its fate.

    ``told`` is why it was not taken, as an error's code or a notice's; None where a job reads it.
    """

    name: str
    place: str
    fate: Fate
    job_id: str | None = None
    told: Notice | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that were handed in; ``hidden`` ones, which systems leave in folders, are counted."""

    files: tuple[Handed, ...] = ()
    hidden: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand in: its path as far as it is known, and how to get its content."""

    path: str
    read: Callable[[], bytes]


class Batches:
    """Hands files to a corpus one by one, and remembers the outcome with the corpus."""

    def __init__(
        self,
        policy: Policy,
        uploads: Uploads,
        jobs: Jobs,
        workspace: WorkspaceRepository,
        now: Callable[[], str],
    ) -> None:
        self._policy = policy
        self._uploads = uploads
        self._jobs = jobs
        self._workspace = workspace
        self._now = now

    def hand_in(self, actor: Actor, corpus_id: str, files: Iterable[File]) -> Batch:
        """Return what became of the files; those before that are in by now are forgotten.

        Hidden files are passed over. Files of one name bear the folders that tell them apart.
        """
        self._policy.require(actor, "edit", corpus_id)
        seen = sorted(files, key=lambda file: file.path)
        shown = [file for file in seen if not is_hidden(file.path)]
        names = names_of([file.path for file in shown])
        taken: set[str] = set()
        contents: dict[str, str] = {}
        handed = []
        for file, name in zip(shown, names, strict=True):
            handed.append(self._one(actor, corpus_id, file, name, taken, contents))
            taken.add(name)
        before = [one for one in self.last(actor, corpus_id).files if self._open(actor, one)]
        kept = [one for one in before if one.name not in taken]
        batch = Batch((*handed, *kept)[:REMEMBERED], len(seen) - len(shown), self._now())
        self._workspace.set(_key(corpus_id), _stored(batch))
        return batch

    def last(self, actor: Actor, corpus_id: str) -> Batch:
        """Return what was handed in last and is not cleared; an empty batch for nothing."""
        self._policy.require(actor, "view", corpus_id)
        stored: Any = self._workspace.get(_key(corpus_id))
        if not isinstance(stored, dict):
            return Batch()
        return Batch(tuple(map(_handed, stored["files"])), stored["hidden"], stored["at"])

    def clear(self, actor: Actor, corpus_id: str) -> None:
        """Forget the list; the documents and the jobs stay."""
        self._policy.require(actor, "edit", corpus_id)
        self._workspace.remove(_key(corpus_id))

    def read_again(self, actor: Actor, corpus_id: str, job_id: str, password: str) -> None:
        """Read a locked file with its password; the list shows the new job in place of the old."""
        job = self._uploads.read_again(actor, job_id, password=password).job
        batch = self.last(actor, corpus_id)
        if job is None or not batch.files:
            return
        files = tuple(
            replace(one, job_id=job.job_id) if one.job_id == job_id else one for one in batch.files
        )
        self._workspace.set(_key(corpus_id), _stored(replace(batch, files=files)))

    def jobs_of(self, actor: Actor, batch: Batch) -> dict[str, Job]:
        """Return the jobs of a batch by their identifiers, as far as they are known."""
        wanted = {one.job_id for one in batch.files if one.job_id}
        if not wanted:
            return {}
        found = {j.job_id: j for j in self._jobs.list(actor, 2 * REMEMBERED) if j.job_id in wanted}
        return found | {one: self._jobs.get(actor, one) for one in wanted - found.keys()}

    def _one(
        self,
        actor: Actor,
        corpus_id: str,
        file: File,
        name: str,
        taken: set[str],
        contents: dict[str, str],
    ) -> Handed:
        """Return what became of a file, given the names and the contents that came before it."""
        place = file.path.replace("\\", "/")
        if not name.lower().endswith(KINDS):
            return Handed(name, place, "left")
        try:
            if name in taken:
                raise InvalidInput("name_twice", path=place)
            data = file.read()
            twin = contents.setdefault(sha256(data).hexdigest(), name)
            if twin != name:
                told = Notice("already_there", {"name": name, "document": twin})
                return Handed(name, place, "skipped", None, told)
            upload = self._uploads.upload(actor, corpus_id, name, data)
        except WorkbenchError as error:
            return Handed(name, place, "refused", None, Notice(error.code, error.params))
        if upload.job is None:
            return Handed(upload.name, place, "skipped", None, upload.skipped)
        return Handed(upload.name, place, "job", upload.job.job_id)

    def _open(self, actor: Actor, one: Handed) -> bool:
        """Return whether a file of an earlier batch still needs attention."""
        if one.job_id is None:
            return one.fate == "refused"
        return self._jobs.get(actor, one.job_id).state != "done"


def is_hidden(path: str) -> bool:
    """Return whether systems and Office leave such a file or folder behind without being asked.

    >>> [is_hidden(p) for p in (".DS_Store", "合同/~$a.docx", "__MACOSX/a.pdf", "./a.pdf")]
    [True, True, True, False]
    """
    parts = [part for part in path.replace("\\", "/").split("/") if part not in (".", "..")]
    return any(part.startswith((".", "~$")) or part.lower() in _HIDDEN for part in parts)


def names_of(paths: Sequence[str]) -> list[str]:
    """Return the documents' names: the files' own, with folders where several would be the same."""
    plain = [display_name(path) for path in paths]
    several = Counter(plain)
    return [
        name if several[name] == 1 else _with_folders(path)
        for name, path in zip(plain, paths, strict=True)
    ]


def _with_folders(path: str) -> str:
    """Return the path below the folder that was handed in, as one name."""
    parts = path.replace("\\", "/").strip("/").split("/")
    return display_name(_BETWEEN.join(parts[1:] or parts))


def _key(corpus_id: str) -> str:
    return f"batch:{corpus_id}"


def _stored(batch: Batch) -> Json:
    files: list[Json] = [
        {
            "name": one.name,
            "place": one.place,
            "fate": one.fate,
            "job": one.job_id,
            "told": {"code": one.told.code, "params": {**one.told.params}} if one.told else None,
        }
        for one in batch.files
    ]
    return {"at": batch.at, "hidden": batch.hidden, "files": files}


def _handed(stored: dict[str, Any]) -> Handed:
    told = stored["told"]
    return Handed(
        stored["name"],
        stored["place"],
        stored["fate"],
        stored["job"],
        Notice(told["code"], told["params"]) if told else None,
    )
