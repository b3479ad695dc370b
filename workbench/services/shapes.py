"""Answers as JSON: the same keys on the command line and in the API."""

from collections.abc import Mapping
from dataclasses import asdict

from workbench.domain.documents import Chunk, Notice, Section
from workbench.domain.experiments import Json
from workbench.domain.rankings import Cost, Ranked, RerankerInfo, Window
from workbench.rerank.extract import Extract
from workbench.services.answers import Answer, Result
from workbench.services.compare import Arm, Comparison
from workbench.services.rerank import RerankAnswer


def notice_json(notice: Notice) -> dict[str, Json]:
    """Return a notice with its code and parameters."""
    params: dict[str, Json] = dict(notice.params)
    return {"code": notice.code, "params": params}


def reranker_json(info: RerankerInfo | None) -> dict[str, Json]:
    """Return which reranker made the numbers; ``{"name": "none"}`` where none did."""
    return dict(asdict(info)) if info else {"name": "none"}


def cost_json(cost: Cost) -> dict[str, Json]:
    """Return what an answer took."""
    return dict(asdict(cost))


def result_json(result: Result) -> dict[str, Json]:
    """Return one passage; ``page`` counts from 1, ``score`` is null where the model gives none."""
    chunk = result.chunk
    return {
        "chunk_id": chunk.chunk_id,
        "corpus": result.corpus_id,
        "document": result.document,
        "document_id": result.document_id,
        "path": list(chunk.path),
        "page": chunk.page_start,
        "page_end": chunk.page_end,
        "printed_page": chunk.printed_page,
        "language": chunk.language,
        "text": chunk.text,
        **_numbers(result.ranked),
    }


def _numbers(row: Ranked) -> dict[str, Json]:
    candidate = row.candidate
    return {
        "rank": row.rank,
        "tied": row.tied,
        "recall_rank": candidate.recall_rank,
        "margin": candidate.margin,
        "score": candidate.score,
        "log_odds": candidate.log_odds,
        "tokens": candidate.tokens,
        "tokens_read": candidate.tokens_read,
    }


def answer_json(answer: Answer) -> dict[str, Json]:
    """Return a search's answer."""
    return {
        "query": answer.query.text,
        "results": [result_json(result) for result in answer.results],
        "recalled": answer.recalled,
        "cost": cost_json(answer.cost),
        "reranker": reranker_json(answer.reranker),
        "hints": [notice_json(notice) for notice in answer.notices],
        "glossary": [
            {"zh": one.entry.zh, "en": one.entry.en, "found": one.found}
            for one in answer.pool.glossary
        ],
    }


def window_json(window: Window | None) -> dict[str, Json] | None:
    """Return which part of a document its score comes from; characters ``start`` up to ``end``."""
    return dict(asdict(window)) if window else None


def _extract_json(extract: Extract | None) -> dict[str, Json] | None:
    return dict(asdict(extract)) if extract else None


def rerank_json(answer: RerankAnswer) -> dict[str, Json]:
    """Return reranked documents, best first, ties in the order given.

    ``window`` and ``extract`` are null for a document that was read in one piece, and as it is.
    """
    rows: list[Json] = []
    for row in answer.rows:
        tokens, read = row.candidate.tokens, row.candidate.tokens_read
        rows.append(
            {
                "index": row.index,
                "document": row.document,
                "rank": row.rank,
                "tied": row.tied,
                "margin": row.candidate.margin,
                "score": row.candidate.score,
                "log_odds": row.candidate.log_odds,
                "tokens": tokens,
                "tokens_read": read,
                "truncated": tokens is not None and read is not None and read < tokens,
                "window": window_json(row.candidate.window),
                "extract": _extract_json(row.read.extract),
            }
        )
    return {
        "results": rows,
        "cost": cost_json(answer.cost),
        "reranker": reranker_json(answer.reranker),
        "hints": [notice_json(notice) for notice in answer.notices],
    }


def comparison_json(comparison: Comparison) -> dict[str, Json]:
    """Return a comparison: every arm's numbers for every candidate, and the manifest."""
    arms: list[Json] = []
    for arm in comparison.arms:
        rows: list[Json] = [
            {"chunk_id": row.candidate.chunk_id, **_numbers(row)} for row in arm.ranking.rows
        ]
        difference = _difference(arm)
        arms.append(
            {
                "name": arm.instruction.name,
                "instruction": arm.instruction.text,
                "rows": rows,
                "against_baseline": difference,
                "hints": [notice_json(notice) for notice in arm.notices],
            }
        )
    return {
        "query": comparison.pool.query.text,
        "reranker": reranker_json(comparison.reranker),
        "arms": arms,
        "passages": {
            chunk_id: passage_json(view.chunk, view.document)
            for chunk_id, view in comparison.pool.views.items()
        },
        "manifest": comparison.manifest.fields,
        "identity": comparison.manifest.identity,
        "cost": cost_json(comparison.cost),
    }


def _difference(arm: Arm) -> dict[str, Json]:
    difference = arm.difference
    return {
        "depth": difference.depth,
        "shared": difference.shared,
        "tau_b": difference.tau_b,
        "rbo": difference.rbo,
    }


def passage_json(chunk: Chunk, document: str) -> dict[str, Json]:
    """Return where a passage stands and what it says."""
    return {
        "document": document,
        "path": list(chunk.path),
        "page": chunk.page_start,
        "text": chunk.text,
    }


def section_json(section: Section) -> dict[str, Json]:
    """Return a heading of the chapter tree; ``page`` counts from 1."""
    return {
        "title": section.title,
        "number": section.number,
        "level": section.level,
        "page": section.page,
        "source": section.source,
        "key": section.key,
    }


def chunk_json(chunk: Chunk) -> dict[str, Json]:
    """Return a chunk; offsets are code points of the canonical text, from the first to the last."""
    return {
        "id": chunk.chunk_id,
        "path": list(chunk.path),
        "text": chunk.text,
        "prefix": chunk.prefix,
        "page_start": chunk.page_start,
        "page_end": chunk.page_end,
        "char_start": chunk.spans[0].start if chunk.spans else 0,
        "char_end": chunk.spans[-1].end if chunk.spans else 0,
        "tokens": chunk.tokens,
        "kind": chunk.kind,
        "language": chunk.language,
        "part": chunk.part,
        "parts": chunk.parts,
    }


def params_json(params: Mapping[str, str | int | float | bool | None]) -> dict[str, Json]:
    """Return parameters of a code as JSON."""
    return dict(params)
