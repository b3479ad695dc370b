"""Test collections are read whole, and a bad line is named."""

import json
from pathlib import Path

import pytest

from workbench.domain.errors import InvalidInput, NotFound
from workbench.evaluation.collection import Asked, Pair, PairLabels, RankedLabels, Row
from workbench.evaluation.formats.beir import read_collection, read_criteria

CORPUS = [{"_id": "a 1", "title": "标题", "text": "正文\u2028两行"}, {"_id": "b", "text": ""}]
QUERIES = [{"_id": "q", "text": "问题", "metadata": {"lang": "zh"}}, {"_id": "r", "text": "word"}]
HEADER = "query-id\tcorpus-id\tscore\n"
DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def write(folder: Path, name: str, rows: object) -> None:
    text = rows if isinstance(rows, str) else "".join(json.dumps(r) + "\n" for r in rows)  # type: ignore[attr-defined]
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def ranked(tmp_path: Path) -> Path:
    write(tmp_path, "corpus.jsonl", CORPUS)
    write(tmp_path, "queries.jsonl", QUERIES)
    write(tmp_path, "qrels.tsv", HEADER + "q\ta 1\t2\nq\tb\t0\n\n")
    return tmp_path


@pytest.fixture
def pairwise(tmp_path: Path) -> Path:
    write(tmp_path, "corpus.jsonl", CORPUS)
    write(tmp_path, "instructions.jsonl", [{"_id": "i", "instruction": "Is it so?"}])
    write(tmp_path, "judgements.jsonl", [{"instruction_id": "i", "doc_id": "b", "label": 1}])
    return tmp_path


def test_rows_queries_and_labels(ranked: Path) -> None:
    found = read_collection(ranked)
    assert found == RankedLabels(
        rows=(Row("a 1", "标题", "正文\u2028两行"), Row("b", "", "")),
        queries=(Asked("q", "问题", "zh"), Asked("r", "word")),
        qrels={"q": {"a 1": 2, "b": 0}},
    )


def test_byte_order_mark_and_windows_lines(ranked: Path) -> None:
    expected = read_collection(ranked)
    for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"):
        text = (ranked / name).read_text(encoding="utf-8")
        (ranked / name).write_bytes(("\ufeff" + text.replace("\n", "\r\n")).encode())
    assert read_collection(ranked) == expected


def test_one_criterion_is_read_and_of_several_the_one_that_was_chosen(ranked: Path) -> None:
    header = "query-id\tcorpus-id\tscore\tcriterion-id\n"
    write(ranked, "qrels.tsv", header + "q\tb\t1\tc1\nr\tb\t1\tc1\n")
    found = read_collection(ranked)
    assert isinstance(found, RankedLabels)
    assert (found.criterion, found.qrels) == ("c1", {"q": {"b": 1}, "r": {"b": 1}})
    write(ranked, "qrels.tsv", header + "q\tb\t1\tc1\nr\tb\t1\tc2\n")
    with pytest.raises(InvalidInput) as caught:
        read_collection(ranked)
    assert (caught.value.code, caught.value.params["known"]) == ("collection_criteria", "c1, c2")
    chosen = read_collection(ranked, "c2")
    assert isinstance(chosen, RankedLabels)
    assert (chosen.criterion, chosen.qrels) == ("c2", {"r": {"b": 1}})
    assert list(read_criteria(ranked)) == ["c1", "c2"]
    with pytest.raises(InvalidInput) as caught:
        read_collection(ranked, "c3")
    assert caught.value.code == "criterion_unknown_here"


def test_pairs(pairwise: Path) -> None:
    found = read_collection(pairwise)
    assert isinstance(found, PairLabels)
    assert found.instructions == (Asked("i", "Is it so?"),)
    assert found.pairs == (Pair("i", "b", 1),)


@pytest.mark.parametrize(
    ("name", "text", "code", "line"),
    [
        ("qrels.tsv", "q\tb\t1\n", "collection_header", None),
        ("qrels.tsv", "", "collection_header", None),
        ("qrels.tsv", HEADER + "q b 1\n", "collection_columns", 2),
        ("qrels.tsv", HEADER + "q\tb\t1\nq\tnone\t1\n", "collection_id_unknown", 3),
        ("qrels.tsv", HEADER + "none\tb\t1\n", "collection_id_unknown", 2),
        ("qrels.tsv", HEADER + "q\tb\t1\nq\tb\t1\n", "collection_label_twice", 3),
        ("qrels.tsv", HEADER + "q\tb\t-1\n", "collection_label", 2),
        ("qrels.tsv", HEADER + "q\tb\t1.5\n", "collection_label", 2),
        ("qrels.tsv", HEADER + "q\tb\tNaN\n", "collection_label", 2),
        ("qrels.tsv", HEADER + "q\tb\t101\n", "collection_label", 2),
        ("qrels.tsv", HEADER + "q\tb\t\n", "collection_label", 2),
        ("corpus.jsonl", '{"_id": "b", "text": "x"}\n{oops\n', "collection_not_json", 2),
        ("corpus.jsonl", "[1]\n", "collection_not_json", 1),
        ("corpus.jsonl", '{"_id": 7, "text": "x"}\n', "collection_field", 1),
        ("corpus.jsonl", '{"_id": "b"}\n', "collection_field", 1),
        ("corpus.jsonl", '{"_id": "b", "text": "x", "title": 3}\n', "collection_field", 1),
        ("corpus.jsonl", '{"_id":"b","text":""}\n' * 2, "collection_id_twice", 2),
        ("queries.jsonl", '{"_id": "q", "text": " "}\n', "collection_field", 1),
    ],
)
def test_a_bad_line_is_named(ranked: Path, name: str, text: str, code: str, line: object) -> None:
    write(ranked, name, text)
    with pytest.raises(InvalidInput) as caught:
        read_collection(ranked)
    assert (caught.value.code, caught.value.params["file"]) == (code, name)
    assert caught.value.params.get("line") == line


@pytest.mark.parametrize("label", [2, -1, 0.5, True, None, "1"])
def test_a_pair_is_yes_or_no(pairwise: Path, label: object) -> None:
    write(pairwise, "judgements.jsonl", [{"instruction_id": "i", "doc_id": "b", "label": label}])
    with pytest.raises(InvalidInput) as caught:
        read_collection(pairwise)
    assert (caught.value.code, caught.value.params["limit"]) == ("collection_label", 1)


def test_a_pair_stands_once(pairwise: Path) -> None:
    write(pairwise, "judgements.jsonl", [{"instruction_id": "i", "doc_id": "b", "label": 1}] * 2)
    with pytest.raises(InvalidInput) as caught:
        read_collection(pairwise)
    assert caught.value.code == "collection_label_twice"


def test_folders_without_what_is_needed(tmp_path: Path, ranked: Path) -> None:
    with pytest.raises(NotFound):
        read_collection(tmp_path / "missing")
    (ranked / "queries.jsonl").unlink()
    with pytest.raises(InvalidInput) as caught:
        read_collection(ranked)
    assert caught.value.params["file"] == "queries.jsonl"
    (ranked / "qrels.tsv").unlink()
    write(ranked, "queries.jsonl", QUERIES)
    with pytest.raises(InvalidInput) as caught:
        read_collection(ranked)
    assert (caught.value.code, caught.value.params["file"]) == (
        "collection_incomplete",
        "qrels.tsv",
    )


def test_a_file_in_another_encoding_is_named(ranked: Path) -> None:
    (ranked / "corpus.jsonl").write_bytes("{'正文'}".encode("gb18030"))
    with pytest.raises(InvalidInput) as caught:
        read_collection(ranked)
    assert caught.value.code == "collection_not_text"


@pytest.mark.parametrize(("name", "rows"), [("stard-even", 1445), ("clauses", 340)])
def test_the_public_collections(name: str, rows: int) -> None:
    if not (DATA / name).is_dir():
        pytest.skip(f"shared/data/{name} is not beside the repository")
    assert len(read_collection(DATA / name).rows) == rows
