"""Long documents that the caller brings: ways of reading, extracts, the limit of tokens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles import CountingReranker
from workbench.assembly import build
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput
from workbench.rerank.extract import GAP
from workbench.services.long_documents import LongDocuments
from workbench.services.shapes import rerank_json
from workbench.services.workbench import Workbench
from workbench.settings import Settings

FILLER = "天气晴朗，万里无云。\n\n" * 1_000
LONG = f"{FILLER}## 违约责任\n\n每迟延一日支付万分之八。\n\n# 附录\n\n{FILLER}"
EXTRACT = LongDocuments(extract=True)


@pytest.fixture
def limited(tmp_path: Path, reranker: CountingReranker) -> Iterator[Workbench]:
    made = build(Settings(home=tmp_path / "limited", document_tokens=100), reranker=reranker)
    yield made
    made.close()


def test_the_extract_is_read_in_place_of_a_long_document(
    bench: Workbench, reranker: CountingReranker
) -> None:
    answer = bench.rerank.rank(OWNER, "多少钱", ["short", LONG], long=EXTRACT)
    read = f"{GAP}\n\n## 违约责任\n\n每迟延一日支付万分之八。\n\n{GAP}"
    assert reranker.asked[-1][1] == ("short", read)
    long = next(row for row in answer.rows if row.index == 1)
    assert (long.document, long.read.text) == (LONG, read)
    (told,) = [one for one in answer.notices if one.code == "extracted"]
    assert told.params == {
        "count": 1,
        "documents": 2,
        "characters": 7 + 12,
        "of_characters": 2_000 * 10 + 7 + 12 + 4,
        "kept": 2,
        "paragraphs": 2_003,
    }
    rows = {row["index"]: row for row in rerank_json(answer)["results"]}  # type: ignore[union-attr,index]
    assert rows[0]["extract"] is None
    assert rows[1]["extract"]["kept"] == 2


def test_no_extract_is_made_unasked(bench: Workbench, reranker: CountingReranker) -> None:
    answer = bench.rerank.rank(OWNER, "多少钱", [LONG])
    assert reranker.asked[-1][1] == (LONG,)
    assert answer.notices[0].code == "long_input"


def test_an_extract_of_nothing_is_told_and_all_is_read(
    bench: Workbench, reranker: CountingReranker
) -> None:
    answer = bench.rerank.rank(OWNER, "zz", [FILLER, "zz"], long=EXTRACT)
    assert reranker.asked[-1][1] == (FILLER, "zz")
    assert "extract_empty" in {one.code for one in answer.notices}
    assert "extracted" not in {one.code for one in answer.notices}


def test_a_reranker_that_is_not_told_how_to_read_refuses(bench: Workbench) -> None:
    for way in ("windows", "whole"):
        with pytest.raises(InvalidInput) as caught:
            bench.rerank.rank(OWNER, "q", ["d"], long=LongDocuments(way))
        assert caught.value.code == "long_not_offered"
        assert caught.value.params == {"name": "scripted", "way": way}
    with pytest.raises(InvalidInput) as caught:
        bench.rerank.rank(OWNER, "q", ["d"], long=LongDocuments("half"))  # type: ignore[arg-type]
    assert caught.value.code == "long_unknown"


@pytest.mark.parametrize("way", ["cut", "windows", "whole"])
def test_what_reads_everything_reads_it_in_every_way(bench: Workbench, way: str) -> None:
    long = LongDocuments(way)  # type: ignore[arg-type]
    answer = bench.rerank.rank(OWNER, "违约责任", [LONG, "x"], reranker="lexical", long=long)
    assert [row.index for row in answer.rows] == [0, 1]
    for row in answer.rows:
        assert row.candidate.tokens == row.candidate.tokens_read
        assert row.candidate.window is None
    assert answer.longest is None


def test_a_document_over_the_deployments_limit_is_refused(
    limited: Workbench, reranker: CountingReranker
) -> None:
    # 65 hundredths of a token a character: 153 give 99.45, 154 give 100.1, rounded up
    fits, beyond = "字" * 153, "字" * 154
    assert limited.rerank.rank(OWNER, "q", [fits]).rows
    asked = len(reranker.asked)
    for name in (None, "lexical"):
        with pytest.raises(InvalidInput) as caught:
            limited.rerank.rank(OWNER, "q", ["a", fits, beyond], reranker=name)
        assert caught.value.code == "document_tokens_beyond"
        assert caught.value.params == {"position": 3, "tokens": 101, "limit": 100}
    assert len(reranker.asked) == asked


def test_an_extract_that_fits_the_limit_is_read(limited: Workbench) -> None:
    assert limited.rerank.rank(OWNER, "多少钱", [LONG], long=EXTRACT).rows


def test_the_limit_comes_from_the_environment() -> None:
    assert Settings.from_environment({}).document_tokens == 0
    env = {"WORKBENCH_DOCUMENT_TOKENS": "4096"}
    assert Settings.from_environment(env).document_tokens == 4_096
    with pytest.raises(InvalidInput):
        Settings.from_environment({"WORKBENCH_DOCUMENT_TOKENS": "many"})
