"""search and rerank: a question in, ordered passages out."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from workbench.cli.console import Console
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput, NotFound
from workbench.domain.queries import Narrowing
from workbench.domain.rankings import Candidate
from workbench.services.answers import Request
from workbench.services.long_documents import LongDocuments
from workbench.services.shapes import answer_json, rerank_json
from workbench.services.workbench import Workbench


def search(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Answer one question from a corpus."""
    request = Request(
        method=args.recall,
        reranker=args.reranker,
        candidates=args.candidates,
        keep=args.top_k,
        narrowing=Narrowing(args.document, args.kind, args.lang_filter),
        exact=args.exact,
        glossary=not args.no_glossary,
    )
    corpora = [bench.corpora.by_name(OWNER, name).corpus_id for name in args.corpus]
    if args.reranker != "none":
        console.sending(bench.models.host_of(args.reranker))
    answer = bench.search.ask(OWNER, corpora, args.query, args.instruction, request)
    for notice in answer.notices:
        console.note(notice)
    if console.as_json:
        console.value(answer_json(answer))
        return 0
    if not answer.results:
        console.line(console.say("cli.nothing_found"))
    for result in answer.results:
        page = f"  p. {result.chunk.page_start}" if result.chunk.page_start else ""
        number = _number(result.ranked.candidate)
        console.line(f"{result.ranked.rank}. {' › '.join(result.chunk.path)}{page}  {number}")
        console.line(f"   {result.chunk.text[:300]}")
    return 0


def rerank(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Order the documents of a file."""
    documents = read_documents(Path(args.documents))
    if not documents:
        console.hint(console.say("error.documents_unreadable", path=args.documents))
    console.sending(bench.models.host_of(args.reranker))
    answer = bench.rerank.rank(
        OWNER,
        args.query,
        documents,
        args.instruction,
        reranker=args.reranker,
        progress=console.progress(console.say("cli.reranker")),
        long=LongDocuments(args.long, args.extract),
    )
    for notice in answer.notices:
        console.note(notice)
    if console.as_json:
        console.value(rerank_json(answer))
        return 0
    for row in answer.rows:
        number, part = _number(row.candidate), _part(row.candidate, console)
        console.line(f"{row.rank}. {number}{part}  {row.document[:300]}")
    return 0


def _part(candidate: Candidate, console: Console) -> str:
    """Return how much of a document was read, or which part counted; empty for all in one piece."""
    if candidate.window:
        return "  " + console.say("cli.part", **asdict(candidate.window))
    tokens, read = candidate.tokens or 0, candidate.tokens_read or 0
    return "  " + console.say("cli.read", read=read, tokens=tokens) if read < tokens else ""


def _number(candidate: Candidate) -> str:
    if candidate.score is not None:
        return f"{candidate.score:.4f}"
    return "–" if candidate.margin is None else f"({candidate.margin:.4f})"


def read_documents(path: Path) -> list[str]:
    """Return the documents of a file, or of standard input for ``-``.

    They stand one a line, or are a JSON list of strings.

    Raises:
        NotFound: ``path_missing``.
        InvalidInput: ``path_is_folder``, ``json_broken`` (line, column), or
            ``documents_unreadable`` where it is neither UTF-8 text nor such a list.
    """
    piped = str(path) == "-"
    if path.is_dir():
        raise InvalidInput("path_is_folder", path=str(path))
    if not piped and not path.is_file():
        raise NotFound("path_missing", path=str(path))
    try:
        data = sys.stdin.buffer.read() if piped else path.read_bytes()
        text = data.decode("utf-8-sig")
        if path.suffix == ".json" or text.lstrip().startswith("["):
            return _strings(json.loads(text), path)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise InvalidInput("json_broken", path=str(path), **place) from error
    except UnicodeDecodeError as error:
        raise InvalidInput("documents_unreadable", path=str(path)) from error
    return [line for line in text.splitlines() if line.strip()]


def _strings(value: object, path: Path) -> list[str]:
    if isinstance(value, dict):
        value = value.get("documents")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    raise InvalidInput("documents_unreadable", path=str(path))
