"""What every sample library keeps: it is labelled with care, and not too easy."""

import json
import re
from collections import Counter

import pytest

from tests.sample_corpora.library import POLICIES, PROBE, ROOT, Library, ReadHere, names, terms
from workbench.domain.actors import OWNER
from workbench.domain.glossaries import checked
from workbench.domain.identity import text_hash
from workbench.domain.languages import language_of
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.building import build_index
from workbench.recall.entries import Entry
from workbench.services.evaluations import Plan
from workbench.services.glossary_file import read_glossary
from workbench.services.labelled import LabelledFolders
from workbench.services.workbench import Workbench

ANSWER, RELEVANT = 3, 2
LANGUAGES = {"zh", "en"}
FIRST_QUESTIONS = (
    "迟延交货的违约金现在按什么标准算?",
    "客户说“你们系统不能对接钉钉”,该怎么回应?",
    "数控机床主轴异响怎么排查?",
    "跨境电商退货政策要点",
    "服务器响应慢怎么排查?",
)


def test_there_are_libraries() -> None:
    assert len(names()) == len(FIRST_QUESTIONS)


def test_corpus_json_names_the_library_in_both_languages(library: Library) -> None:
    told = json.loads((library.folder / "corpus.json").read_text(encoding="utf-8"))
    assert set(told) == {"_id", "name", "about", "example"}
    assert told["_id"] == library.folder.name
    for key in ("name", "about", "example"):
        assert set(told[key]) == LANGUAGES and all(text.strip() for text in told[key].values())
    assert re.search(r"[(（]示例[)）]$", told["name"]["zh"])
    assert told["name"]["en"].endswith("(sample)")
    asked = {_folded(one.text) for one in library.labelled.questions}
    assert {_folded(text) for text in told["example"].values()} <= asked


def test_questions_are_many_and_a_sixth_has_no_answer(library: Library) -> None:
    asked, probes = library.asked, len(library.labelled.questions) - len(library.asked)
    assert len(asked) >= 16 and probes <= 1
    unanswered = len(asked) - len(library.answered)
    assert 0.15 <= unanswered / len(asked) <= 0.20, (unanswered, len(asked))
    texts = [one.text for one in library.labelled.questions]
    assert len(set(texts)) == len(texts)
    first = {_folded(text) for text in FIRST_QUESTIONS}
    assert len(first & {_folded(text) for text in texts}) == 1
    for one in library.labelled.questions:
        assert one.language in LANGUAGES or PROBE in one.tags, one
        assert one.language != "zh" or language_of(one.text) in ("zh", "mixed"), one
        assert one.language != "en" or language_of(one.text) == "en", one


def _folded(text: str) -> str:
    return re.sub(r"\W", "", text)


def test_answered_questions_have_an_answer_and_the_others_only_temptations(
    library: Library,
) -> None:
    (answers,) = library.criterion("question")
    for one in library.labelled.questions:
        grades = [label.grade for label in library.labels(one.question_id, answers)]
        if PROBE in one.tags:
            assert not library.labels(one.question_id)
        elif one.answerable:
            assert max(grades, default=0) == ANSWER, one
        else:
            assert len(grades) >= 2 and max(grades) < RELEVANT, one


def test_a_third_is_asked_in_the_other_language(library: Library) -> None:
    (answers,) = library.criterion("question")
    crossed = 0
    for one in library.answered:
        chunks = [
            library.chunk(label)
            for label in library.labels(one.question_id, answers)
            if label.grade == ANSWER
        ]
        spoken = {language_of(chunk.text) for chunk in chunks if chunk}
        crossed += one.language not in spoken and bool(spoken & LANGUAGES)
    assert crossed >= 0.3 * len(library.answered), (crossed, len(library.answered))


def test_criteria_have_twin_instructions_that_say_what_is_judged(library: Library) -> None:
    kinds = Counter(one.kind for one in library.labelled.criteria)
    assert kinds == {"question": 1, "requirement": 2}
    rows = {row["_id"]: row for row in library.rows("instructions.jsonl")}
    told = {one.text for one in library.labelled.instructions}
    for one in library.labelled.criteria:
        own = [row for row in rows.values() if row["criterion_id"] == one.criterion_id]
        spoken = Counter(row["metadata"]["lang"] for row in own)
        assert spoken["zh"] >= 1 and spoken["zh"] == spoken["en"], one
        # A criterion may go on and say what each grade means.
        assert any(one.text.startswith(text) for text in told), one
    for key, row in rows.items():
        twin = rows[row["metadata"]["twin"]]
        assert twin["metadata"]["twin"] == key and twin["criterion_id"] == row["criterion_id"]
        assert {row["metadata"]["lang"], twin["metadata"]["lang"]} == LANGUAGES
        assert language_of(row["instruction"]) == row["metadata"]["lang"], row
        assert row["name"]


def test_requirements_are_judged_on_enough_questions_and_change_the_order(
    library: Library,
) -> None:
    (answers,) = library.criterion("question")
    before = library.grades(answers)
    for criterion in library.criterion("requirement"):
        after = library.grades(criterion)
        best: dict[str, int] = {}
        for (question, _), grade in after.items():
            best[question] = max(grade, best.get(question, 0))
        assert len(best) >= 6, criterion
        assert min(best.values()) >= RELEVANT, (criterion, best)
        lost = [key for key in after if before.get(key, 0) >= RELEVANT and after[key] == 0]
        assert lost, criterion


def test_every_quote_stands_once_in_its_section(library: Library) -> None:
    wrong = [
        (label.line, label.quote, len(label.quote), places)
        for label in library.labelled.labels
        if (places := library.places(label)) != 1
        or not 12 <= len(label.quote) <= 60
        or "\n" in label.quote
    ]
    assert not wrong


@pytest.mark.parametrize("policy", POLICIES)
def test_every_anchor_lies_in_one_chunk_however_it_is_sliced(library: Library, policy: str) -> None:
    lost = [
        (label.line, label.document, label.section, label.quote)
        for label in library.labelled.labels
        if library.chunk(label, policy) is None
    ]
    assert not lost


def test_one_label_is_openly_arguable(library: Library) -> None:
    assert any(label.note.startswith("arguable:") for label in library.labelled.labels)


def test_every_question_has_distractors_that_share_its_words(library: Library) -> None:
    lacking = {
        one.question_id: found
        for one in library.asked
        if len(found := _distractors(library, one.question_id)) < 2
    }
    assert not lacking


def _distractors(library: Library, question: str) -> set[str]:
    """Return the chunks graded 0 or 1 that share three content words with what is asked.

    That is the question or, since people ask in other words and in another language, a passage
    that answers it. Where nothing answers, a passage tempts by its topic: one word is enough.
    """
    (answers,) = library.criterion("question")
    (asked,) = (one for one in library.asked if one.question_id == question)
    placed = [(label.grade, library.chunk(label)) for label in library.labels(question, answers)]
    answering = [terms(chunk.text) for grade, chunk in placed if chunk and grade == ANSWER]
    found: set[str] = set()
    for grade, chunk in placed:
        if chunk is None or grade >= RELEVANT:
            continue
        words, wanted = terms(chunk.reads), terms(asked.text)
        tempting = len(words & wanted) >= (min(3, len(wanted)) if answering else 1)
        if tempting or any(len(words & answer) >= 3 for answer in answering):
            found.add(chunk.chunk_id)
    return found


def test_words_alone_find_some_answers_and_not_all(library: Library, measuring: Workbench) -> None:
    measuring.evaluate._folders = LabelledFolders(ReadHere(library))
    plan = Plan(method="bm25", reranker="none", measures="nDCG@10")
    found = measuring.evaluate.folder(OWNER, library.folder, plan)
    value = found.measures["nDCG@10"]
    assert value is not None and 0.45 <= value <= 0.75, value


WITH_GLOSSARY = sorted(path.parent.name for path in ROOT.glob("*/glossary.csv"))


@pytest.mark.parametrize("name", WITH_GLOSSARY)
def test_a_glossary_holds_terms_of_the_documents(name: str) -> None:
    library = Library.of(name)
    path = library.folder / "glossary.csv"
    rows, notices = read_glossary(path.read_bytes())
    told = checked(rows)
    assert not (notices or told.problems or told.repeated)
    assert 20 <= len(told.entries) <= 40
    entries = [
        Entry(c.chunk_id, "", "", c.language, c.kind, c.reads, text_hash(c.reads))
        for reading in library.readings().values()
        for c in reading.chunks
    ]
    index = build_index(entries, {}, MixedAnalyzer(), generation=0)
    assert not [e for e in told.entries if not (index.holds(e.zh) or index.holds(e.en))]
    both = sum(index.holds(e.zh) and index.holds(e.en) for e in told.entries)
    assert both >= 0.8 * len(told.entries)
