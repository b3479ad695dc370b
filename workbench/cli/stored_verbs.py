"""Verbs about what is kept: sample libraries, question sets, labels, experiments, glossaries."""

from workbench.cli.grammar import RERANKER_HELP, Parser, Verbs


def library_verbs(verbs: Verbs, shared: Parser) -> None:
    """Add sample libraries, question sets and their labels."""
    samples = verbs.add_parser("samples", help="the libraries that come with the product")
    acts = samples.add_subparsers(dest="act", metavar="ACT", required=True)
    acts.add_parser("list", parents=[shared], help="what there is, and what is loaded")
    for act, told in (("load", "load them, or all"), ("remove", "remove them")):
        one = acts.add_parser(act, parents=[shared], help=told)
        one.add_argument("names", nargs="*" if act == "load" else "+", metavar="NAME")
    questions = verbs.add_parser("questions", help="question sets with labels")
    acts = questions.add_subparsers(dest="act", metavar="ACT", required=True)
    acts.add_parser("list", parents=[shared], help="the question sets")
    giving = acts.add_parser("export", parents=[shared], help="write one as CSV")
    giving.add_argument("set", metavar="SET", help="its name or id in questions list")
    giving.add_argument("file", metavar="FILE")
    giving.add_argument("--gaps", action="store_true", help="only those that are not covered")
    taking = acts.add_parser("import", parents=[shared], help="take a folder or a file in")
    taking.add_argument(
        "folder",
        metavar="PATH",
        help="a labelled folder, or questions as CSV, XLSX, text or JSON lines",
    )
    taking.add_argument("--corpus", required=True)
    taking.add_argument("--name", help="what to call the set; default: the folder's name")
    taking.add_argument("--judge", help="who gave the labels")
    _labels(verbs, shared)


def _labels(verbs: Verbs, shared: Parser) -> None:
    labels = verbs.add_parser("labels", help="grades of a question set")
    acts = labels.add_subparsers(dest="act", metavar="ACT", required=True)
    giving = acts.add_parser("export", parents=[shared], help="write them to a file")
    giving.add_argument("set", metavar="SET", help="its name or id in questions list")
    giving.add_argument("file", metavar="FILE")
    giving.add_argument("--format", choices=("csv", "trec", "quepid", "beir"), default="csv")
    giving.add_argument(
        "--criterion", help="its text or id, where FORMAT has one; default: the most graded"
    )
    taking = acts.add_parser("import", parents=[shared], help="take them in from a file")
    taking.add_argument("set", metavar="SET", help="its name or id in questions list")
    taking.add_argument("file", metavar="FILE", help="CSV, XLSX, Quepid, TREC, or a BEIR folder")
    taking.add_argument("--criterion", help="its text or id; default: the most graded")
    taking.add_argument("--judge", help="who gave the labels")
    taking.add_argument(
        "--one-is-right", action="store_true", help="of a file with 0 and 1 alone, take 1 as 3"
    )
    taking.add_argument("--dry-run", action="store_true", help="say what would happen")


def experiment_verbs(verbs: Verbs, shared: Parser) -> None:
    """Add stored measurements."""
    stored = verbs.add_parser("experiment", help="stored measurements")
    acts = stored.add_subparsers(dest="act", metavar="ACT", required=True)
    acts.add_parser("list", parents=[shared], help="what was measured, newest first")
    giving = acts.add_parser("export", parents=[shared], help="write one to a JSON file")
    giving.add_argument("id", metavar="ID", help="as experiment list gives it")
    giving.add_argument("file", metavar="FILE", help="with --format run a folder, or a .zip")
    giving.add_argument(
        "--format", choices=("json", "run"), default="json", help="run: TREC runs and qrels"
    )
    again = acts.add_parser("reproduce", parents=[shared], help="compute one again from its file")
    again.add_argument("file", metavar="FILE")
    again.add_argument("--reranker", help=RERANKER_HELP)


def glossary_verbs(verbs: Verbs, shared: Parser) -> None:
    """Add the terms of a corpus."""
    glossary = verbs.add_parser("glossary", help="Chinese and English terms of a corpus")
    acts = glossary.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = acts.add_parser("list", parents=[shared], help="the entries")
    taking = acts.add_parser("import", parents=[shared], help="replace them by those of a file")
    taking.add_argument("file", metavar="FILE", help="CSV with the columns zh, en and maybe note")
    taking.add_argument("--keep", action="store_true", help="keep what FILE does not have")
    taking.add_argument("--dry-run", action="store_true", help="say what would change")
    giving = acts.add_parser("export", parents=[shared], help="write them as CSV")
    giving.add_argument("file", metavar="FILE", nargs="?", help="default: standard output")
    for act in (listing, taking, giving):
        act.add_argument("--corpus", required=True)
