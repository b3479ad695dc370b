"""Gives, takes back and changes grades on passages as they are searched today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workbench.domain.actors import Actor, Policy
from workbench.domain.errors import NotFound
from workbench.domain.identity import new_ulid, text_hash
from workbench.domain.judgements import QUOTE_LIMIT, Anchor, JudgedWay, Judgement
from workbench.evaluation.anchoring import compact
from workbench.store.judgements import JudgementRepository
from workbench.store.passages import PassageRepository
from workbench.store.rows import ChunkView


@dataclass(frozen=True, slots=True)
class Said:
    """What a judge says of a passage: a grade from 0 to 3, or None for "cannot tell"."""

    judge: str
    query_id: str
    criterion_id: str
    grade: int | None
    way: JudgedWay = "blind"
    note: str = ""


class Judging:
    """Writes what a judge says; every call is one event, and none of them is ever changed."""

    def __init__(
        self,
        policy: Policy,
        passages: PassageRepository,
        judgements: JudgementRepository,
        now: Callable[[], str],
    ) -> None:
        self._policy = policy
        self._passages = passages
        self._judgements = judgements
        self._now = now

    def grade(self, actor: Actor, corpus_id: str, chunk_id: str, said: Said) -> Judgement:
        """Return the judgement that was kept; it counts in place of the same judge's earlier one.

        Raises:
            NotFound: ``chunk_unknown`` where the passage cannot be found any more,
                ``query_unknown`` or ``criterion_unknown``.
            InvalidInput: ``grade_invalid``.
        """
        self._policy.require(actor, "label", corpus_id)
        view = self._passages.texts(corpus_id, (chunk_id,)).get(chunk_id)
        if view is None:
            raise NotFound("chunk_unknown", chunk=chunk_id)
        anchor = anchor_of(view)
        earlier = self._earlier(said, anchor)
        kept = Judgement(
            judgement_id=new_ulid(),
            judge=said.judge,
            query_id=said.query_id,
            criterion_id=said.criterion_id,
            anchor=anchor,
            grade=said.grade,
            note=said.note,
            at=self._now(),
            supersedes=earlier.judgement_id if earlier else None,
            way=said.way,
        )
        self._judgements.append(kept)
        return kept

    def take_back(self, actor: Actor, judgement: Judgement) -> Judgement:
        """Return the event that undoes ``judgement``: what was said before it counts again.

        Where nothing was said before, nothing is said from now on.
        """
        self._policy.require(actor, "label")
        undone = self._undone(judgement)
        self._judgements.append(undone)
        return undone

    def take_back_all(self, actor: Actor, judgements: Sequence[Judgement]) -> None:
        """Undo several judgements, all or none, each as ``take_back`` does.

        One that its judge has changed since is left as it is.
        """
        self._policy.require(actor, "label")
        judges = {one.judge for one in judgements}
        last = {
            one.judgement_id for judge in judges for one in self._judgements.current(judge=judge)
        }
        undone = [self._undone(one) for one in judgements if one.judgement_id in last]
        self._judgements.append_all(undone)

    def _undone(self, judgement: Judgement) -> Judgement:
        """Return the event that makes count again what was said before ``judgement``."""
        before = self._before(judgement)
        return replace(
            before or judgement,
            judgement_id=new_ulid(),
            at=self._now(),
            supersedes=judgement.judgement_id,
            withdrawn=before is None or before.withdrawn,
        )

    def _earlier(self, said: Said, anchor: Anchor) -> Judgement | None:
        """Return what the judge said last of this passage in this way."""
        same = (
            one
            for one in self._judgements.current(
                judge=said.judge,
                query_id=said.query_id,
                criterion_id=said.criterion_id,
                document_id=anchor.document_id,
            )
            if one.way == said.way and _passage(one.anchor) == _passage(anchor)
        )
        return next(same, None)

    def _before(self, judgement: Judgement) -> Judgement | None:
        if judgement.supersedes is None:
            return None
        history = self._judgements.history(
            judge=judgement.judge,
            query_id=judgement.query_id,
            criterion_id=judgement.criterion_id,
            document_id=judgement.anchor.document_id,
        )
        return next((one for one in history if one.judgement_id == judgement.supersedes), None)


def anchor_of(view: ChunkView) -> Anchor:
    """Return where a passage lies, so that its label stays when the library is sliced anew."""
    chunk = view.chunk
    return Anchor(
        document_id=view.document_id,
        edition_id=view.edition_id,
        section_key=chunk.section_key,
        spans=chunk.spans,
        quote=chunk.text[:QUOTE_LIMIT],
        quote_hash=text_hash(compact(chunk.text)),
        chunk_id=chunk.chunk_id,
    )


def _passage(anchor: Anchor) -> tuple[str, str, str]:
    return anchor.document_id, anchor.section_key, anchor.quote_hash
