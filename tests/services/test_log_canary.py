"""No word of a document, a question or an instruction reaches the log."""

from workbench.domain.actors import OWNER
from workbench.domain.errors import WorkbenchError
from workbench.services.workbench import Workbench

CANARY = "绝密金丝雀canary7391"


def test_no_text_reaches_the_log(bench: Workbench) -> None:
    corpus = bench.corpora.list(OWNER)[0].corpus_id
    text = f"# {CANARY}\n\n第一条 {CANARY} 的内容。\n"
    bench.uploads.ingest_now(OWNER, corpus, f"{CANARY}.md", text.encode())
    bench.uploads.ingest_now(OWNER, corpus, f"{CANARY}.pdf", b"%PDF-" + CANARY.encode())
    bench.embedding.now(OWNER, corpus)
    bench.search.ask(OWNER, [corpus], CANARY, CANARY)
    bench.rerank.rank(OWNER, CANARY, [CANARY], CANARY)
    bench.compare.run(OWNER, [corpus], CANARY, [(CANARY, ""), ("B", CANARY)])
    bench.corpora.create(OWNER, CANARY)
    try:
        bench.rerank.rank(OWNER, CANARY, [CANARY], reranker=CANARY)
    except WorkbenchError as error:
        assert error.code == "reranker_unknown"
    lines = bench.log.tail(1000)
    events = {line.split('"event": "')[1].split('"')[0] for line in lines}
    assert {"document_read", "job", "search", "rerank", "compare", "index_changed"} <= events
    assert CANARY not in "\n".join(lines)
