"""The verbs and options of the command line, a contract that other programs rely on."""

import argparse

from workbench.cli.bench import BENCHMARKS
from workbench.cli.grammar import RERANKER_HELP, Parser, Verbs
from workbench.cli.stored_verbs import experiment_verbs, glossary_verbs, library_verbs
from workbench.domain.languages import LANGUAGES
from workbench.domain.rankings import LONG_WAYS, RECALL_METHODS
from workbench.services.answers import CANDIDATES, KEEP
from workbench.services.evaluations import MEASURES
from workbench.services.fetching import SOURCES
from workbench.services.folder_comparisons import MEASURES as ARM_MEASURES

MODES = ("auto", "statute", "contract", "manual", "qa")


def build_parser() -> Parser:
    """Return the parser of all verbs."""
    parser = Parser(prog="python -m workbench", description=__doc__)
    shared = Parser(add_help=False)
    shared.add_argument("--home", help="folder that holds the data")
    shared.add_argument("--lang", choices=("zh", "en"), help="language of messages")
    shared.add_argument("--json", action="store_true", help="one JSON value on standard output")
    for action in shared._actions:  # a verb must not reset what stood before it
        action.default = argparse.SUPPRESS
    _add_shared(parser)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    _operate(verbs, shared)
    _documents(verbs, shared)
    _ask(verbs, shared)
    _evaluate(verbs, shared)
    _compare(verbs, shared)
    library_verbs(verbs, shared)
    glossary_verbs(verbs, shared)
    experiment_verbs(verbs, shared)
    _machine(verbs, shared)
    _bench(verbs, shared)
    return parser


def _add_shared(parser: Parser) -> None:
    parser.add_argument("--home", help="folder that holds the data")
    parser.add_argument("--lang", choices=("zh", "en"), help="language of messages")
    parser.add_argument("--json", action="store_true", help="one JSON value on standard output")


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port from 1 to 65535")


def _operate(verbs: Verbs, shared: Parser) -> None:
    serve = verbs.add_parser("serve", parents=[shared], help="serve pages and API")
    serve.add_argument("--host")
    serve.add_argument("--port", type=_port)
    serve.set_defaults(browser=False)
    verbs.add_parser("status", parents=[shared], help="say whether a server runs")
    verbs.add_parser("stop", parents=[shared], help="stop the server")
    logs = verbs.add_parser("logs", parents=[shared], help="print the log")
    logs.add_argument("-f", "--follow", action="store_true")
    logs.add_argument("--lines", type=int, default=50)


def _documents(verbs: Verbs, shared: Parser) -> None:
    outline = verbs.add_parser("outline", parents=[shared], help="the chapter tree of a file")
    outline.add_argument("file")
    outline.add_argument("--ignore-bookmarks", action="store_true")
    outline.add_argument("--password", action="store_true", help="ask for the file's password")
    cut = verbs.add_parser("slice", parents=[shared], help="the chunks of a file")
    cut.add_argument("file")
    cut.add_argument("--mode", choices=MODES, default="auto")
    cut.add_argument("--password", action="store_true", help="ask for the file's password")
    _columns(cut)
    ingest = verbs.add_parser("ingest", parents=[shared], help="read files into a corpus")
    ingest.add_argument("paths", nargs="+", metavar="PATH")
    ingest.add_argument("--corpus", required=True)
    ingest.add_argument("--sync", action="store_true", help="remove documents whose file is gone")
    ingest.add_argument("--password", action="store_true", help="ask for the files' password")
    ingest.add_argument("--no-vectors", action="store_true", help="leave embedding to the server")
    _columns(ingest)


def _columns(verb: Parser) -> None:
    told = "of CSV and Excel tables, by its name or as #3"
    verb.add_argument("--question", metavar="COL", help=f"the question column {told}")
    verb.add_argument("--text", metavar="COL", action="append", default=[], help="a text column")
    verb.add_argument(
        "--context", metavar="COL", action="append", default=[], help="a column read as background"
    )


def _ask(verbs: Verbs, shared: Parser) -> None:
    search = verbs.add_parser("search", parents=[shared], help="answer one question")
    search.add_argument("query")
    search.add_argument("--corpus", required=True, action="append")
    search.add_argument("--instruction")
    search.add_argument("--recall", choices=RECALL_METHODS, default="hybrid")
    search.add_argument("--reranker", help=RERANKER_HELP)
    search.add_argument("--candidates", type=int, default=CANDIDATES)
    search.add_argument("--top-k", type=int, default=KEEP)
    search.add_argument("--document")
    search.add_argument("--kind")
    search.add_argument("--lang-filter", choices=LANGUAGES)
    search.add_argument("--exact", action="store_true", help="find the question word for word")
    search.add_argument(
        "--no-glossary", action="store_true", help="leave the corpora's glossaries alone"
    )
    rerank = verbs.add_parser("rerank", parents=[shared], help="order the documents of a file")
    rerank.add_argument("--query", required=True)
    rerank.add_argument("--documents", required=True, metavar="FILE", help="- reads a pipe")
    rerank.add_argument("--instruction")
    rerank.add_argument("--reranker", help=RERANKER_HELP)
    rerank.add_argument(
        "--long", choices=LONG_WAYS, default="cut", help="how what does not fit the model is read"
    )
    rerank.add_argument(
        "--extract", action="store_true", help="over 10,000 characters, keep what bears on Q alone"
    )


def _evaluate(verbs: Verbs, shared: Parser) -> None:
    evaluate = verbs.add_parser("evaluate", parents=[shared], help="measure with labels")
    evaluate.add_argument(
        "folder", metavar="DIR", help="corpus.jsonl, queries.jsonl, qrels.tsv; or a sample library"
    )
    evaluate.add_argument("--recall", choices=RECALL_METHODS, default="hybrid")
    evaluate.add_argument("--reranker", help=f"{RERANKER_HELP}; none for the order of recall")
    evaluate.add_argument("--instruction", help="its text, or its id in instructions.jsonl")
    evaluate.add_argument("--criterion", help="whose labels count; default: the instruction's")
    evaluate.add_argument("--candidates", type=int, default=CANDIDATES)
    evaluate.add_argument(
        "--limit-queries", type=int, metavar="N", help="a sample, always the same"
    )
    evaluate.add_argument("--by", choices=("language-pair",))
    evaluate.add_argument("--measures", default=MEASURES, help=f"default: {MEASURES}")


def _compare(verbs: Verbs, shared: Parser) -> None:
    compare = verbs.add_parser(
        "compare", parents=[shared], help="compare instructions, with labels"
    )
    compare.add_argument("folder", metavar="DIR", help="as for evaluate")
    compare.add_argument(
        "--instructions", required=True, metavar="FILE", help='[{"name","text","criterion"?}, …]'
    )
    compare.add_argument("--baseline", metavar="NAME", help="default: the first of FILE")
    compare.add_argument("--fail-if-worse", metavar="MEASURE:BY", help="as in nDCG@10:0.02")
    compare.add_argument(
        "--controls",
        default="",
        metavar="empty,placebo,again",
        help="instructions that should change nothing, measured beside the baseline",
    )
    compare.add_argument("--recall", choices=RECALL_METHODS, default="hybrid")
    compare.add_argument("--reranker", help=RERANKER_HELP)
    compare.add_argument("--candidates", type=int, default=CANDIDATES)
    compare.add_argument("--limit-queries", type=int, metavar="N", help="a sample, always the same")
    compare.add_argument("--measures", default=ARM_MEASURES, help=f"default: {ARM_MEASURES}")
    compare.add_argument(
        "--complete", action="store_true", help="what has no label is known to be wrong"
    )
    pairs = verbs.add_parser("sensitivity", parents=[shared], help="p-MRR over instruction pairs")
    pairs.add_argument("pairs", metavar="PAIRS", help="a line of JSON a pair")
    pairs.add_argument("--corpus", required=True, metavar="DIR", help="holds corpus.jsonl")
    pairs.add_argument("--reranker", help=RERANKER_HELP)
    pairs.add_argument("--limit-pairs", type=int, metavar="N", help="a sample, always the same")
    pairs.add_argument(
        "--depth", type=int, default=25, help="candidates of each language, where PAIRS has none"
    )


def _machine(verbs: Verbs, shared: Parser) -> None:
    doctor = verbs.add_parser("doctor", parents=[shared], help="what is installed and works")
    doctor.add_argument("--reranker", help=RERANKER_HELP)
    model = verbs.add_parser("model", help="fetch weights")
    acts = model.add_subparsers(dest="act", metavar="ACT", required=True)
    fetch = acts.add_parser("fetch", parents=[shared], help="download weights from a hub")
    fetch.add_argument("--source", choices=SOURCES, default="huggingface")
    fetch.add_argument("--name")


def _bench(verbs: Verbs, shared: Parser) -> None:
    bench = verbs.add_parser("bench", parents=[shared], help="measure speed and recall")
    bench.add_argument("benchmark", choices=tuple(BENCHMARKS))
    bench.add_argument(
        "--full", action="store_true", help="more of everything; rerank then needs a CUDA card"
    )
