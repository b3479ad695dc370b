"""Every code of the product has a sentence in both languages, with blanks that are filled."""

import re
import string
import unicodedata
from typing import get_args

import pytest

from tests.words.scan import ROOT, codes, said, sources
from workbench.domain.documents import ChunkKind, SectionSource
from workbench.domain.errors import InvalidInput
from workbench.domain.jobs import JobKind, JobState
from workbench.domain.languages import LANGUAGES
from workbench.services.models import RERANKERS
from workbench.ui.presets import COMPARE
from workbench.words.say import TONGUES, Tongue, say, say_error, sentences, tongue

PAGES = [path.stem for path in (ROOT / "pages").glob("*.py")]
FROM_OTHER_PLACES = [
    *("error.embedder_missing", "error.weights_missing", "error.job_crashed"),
    *("notice.damaged_bookmarks", "notice.damaged_labels"),
    *("notice.chosen_by_setting", "notice.chosen_by_user"),
]
"""Codes that change family on their way: a problem that is raised, an error that is noted."""
FAMILIES = [
    *(f"ui.{page}.{part}" for page in PAGES for part in ("title", "lead", "nav")),
    *(f"job.{kind}" for kind in get_args(JobKind)),
    *(f"ui.jobs.{state}" for state in get_args(JobState)),
    *(f"stage.{stage}" for stage in ("reading", "embedding", "reranking", "downloading")),
    *(f"evidence.{source}" for source in get_args(SectionSource)),
    *(f"chunk_kind.{kind}" for kind in get_args(ChunkKind)),
    *(f"language_of_text.{language}" for language in LANGUAGES),
    *(f"language.{language}" for language in TONGUES),
    *(f"model.{name}.{part}" for name in RERANKERS for part in ("name", "about", "warning")),
    *(
        f"score.{scale}.{part}"
        for scale in ("probability", "logit", "similarity", "overlap")
        for part in ("name", "title", "meaning")
    ),
    *(f"preset.instruction.{name}{part}" for name in COMPARE for part in ("", ".label")),
]


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_both_languages_have_the_same_codes() -> None:
    singular = {code for code in sentences("en") if code.endswith(".one")}
    assert sentences("zh").keys() == sentences("en").keys() - singular
    assert {code.removesuffix(".one") for code in singular} <= sentences("en").keys()


def test_a_singular_asks_for_nothing_that_its_plural_is_not_given() -> None:
    english = sentences("en")
    for code in (code for code in english if code.endswith(".one")):
        plural = blanks(english[code.removesuffix(".one")])
        assert "count" in plural and blanks(english[code]) <= plural, code


@pytest.mark.parametrize("one", [1, "1"])
def test_one_is_said_in_the_singular_where_the_language_has_one(one: int | str) -> None:
    assert say("ui.rerank.read_as_lines", "en", count=one) == "Recognised as lines → 1 candidate"
    assert say("ui.rerank.read_as_lines", "en", count=2).endswith("2 candidates")
    assert say("ui.rerank.read_as_lines", "en", count=0).endswith("0 candidates")
    assert "1" in say("ui.rerank.read_as_lines", "zh", count=one)


def test_both_languages_have_the_same_blanks() -> None:
    wrong = [k for k, text in sentences("zh").items() if blanks(text) != blanks(sentences("en")[k])]
    assert not wrong


@pytest.mark.parametrize("language", TONGUES)
def test_every_code_that_is_said_has_a_sentence(language: Tongue) -> None:
    missing = [f"{code} ({place})" for code, place in said() if code not in sentences(language)]
    assert not missing
    assert not [code for code in [*FAMILIES, *FROM_OTHER_PLACES] if code not in sentences(language)]


@pytest.mark.parametrize("language", TONGUES)
def test_every_error_and_notice_has_a_sentence_that_its_parameters_fill(language: Tongue) -> None:
    wrong = []
    for used in codes():
        sentence = sentences(language).get(f"{used.family}.{used.code}")
        if sentence is None:
            wrong.append(f"{used.family}.{used.code} has no sentence ({used.place})")
        elif used.params is not None and blanks(sentence) - used.params:
            needed = blanks(sentence) - used.params
            wrong.append(f"{used.family}.{used.code} is not given {needed} ({used.place})")
    assert not wrong, "\n".join(wrong)


def test_the_scan_sees_the_codes_it_should() -> None:
    found = {(used.family, used.code) for used in codes()}
    assert {("error", "query_empty"), ("error", "locked"), ("notice", "document_added")} <= found
    assert ("error", "model_host_closed") in found
    assert len(found) > 100


def test_pages_hold_no_chinese_of_their_own() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources("pages", "workbench/ui")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"[\u3400-\u9fff]", line)
    ]
    assert not wrong


def test_chinese_sentences_have_chinese_punctuation() -> None:
    between = re.compile(r"[\u3400-\u9fff][,;?!]|[,;?!][\u3400-\u9fff]|[\u3400-\u9fff]:(?!\d)")
    assert not {k for k, text in sentences("zh").items() if between.search(text)}


def test_words_that_would_confuse_stay_off_the_screen() -> None:
    screen = {k: v for k, v in sentences("zh").items() if not k.startswith("preset.")}
    for word in ("召回", "片段", "判据", "基线", "对比项", "准确率", "标注集", "阈值"):
        found = {k for k, text in screen.items() if word in text}
        assert found <= {"ui.search.recall_help"}, (word, found)


def test_no_sentence_is_empty_or_holds_control_characters() -> None:
    may_be_empty = {"model.qwen3.warning", "preset.instruction.default"}
    for language in TONGUES:
        for code, text in sentences(language).items():
            assert text or code in may_be_empty, code
            assert not [c for c in text if unicodedata.category(c) == "Cc" and c != "\n"], code


def test_blanks_are_filled() -> None:
    error = InvalidInput("query_too_long", length=9_001, limit=8_000)
    assert "9,001" in say_error(error, "en") and "8,000" in say_error(error, "zh")
    assert say("format.seconds", "zh", number=3) == "3 秒"


def test_an_unknown_code_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        say("no.such.code", "en")


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("en_GB", "en"), ("EN", "en"), ("zh-CN", "zh"), ("de", "zh"), ("", "zh"), (None, "zh")],
)
def test_a_locale_is_zh_or_en(locale: str | None, expected: Tongue) -> None:
    assert tongue(locale) == expected
