"""The page Rerank: examples, recognition, files, answers, refusals, and what is told about them."""

import io
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from streamlit.testing.v1 import AppTest

from tests.doubles import CountingReranker
from tests.ingest.office_maker import repacked, saved
from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from workbench.services.workbench import Workbench
from workbench.words.presets import presets
from workbench.words.say import TONGUES, Tongue, say, sentences

NAMES = list(presets("zh"))


def fill(at: AppTest, query: str = "", documents: str = "", instruction: str = "") -> None:
    at.text_input(key="rerank.query").set_value(query)
    at.text_area(key="rerank.documents").set_value(documents)
    at.text_area(key="rerank.instruction").set_value(instruction)
    at.run()


def submit(at: AppTest) -> None:
    at.button(key="rerank.submit").click().run()


def drop(at: AppTest, name: str, data: bytes) -> None:
    at.file_uploader[0].upload(name, data).run()


@pytest.mark.parametrize("language", TONGUES)
@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_one_click_and_one_button(
    open_page: Opener, reranker: CountingReranker, name: str, language: Tongue
) -> None:
    at = open_page("rerank", language)
    at.button(key=f"rerank.preset.{name}.{language}").click().run()
    submit(at)
    assert_sound(at)
    preset = presets(language)[name]
    assert reranker.asked == [(preset.query, preset.documents, preset.instruction)]
    assert len(at.dataframe[0].value) == len(preset.documents)
    assert (say_footer(language) in shown(at)) == (name == "medical")
    assert not at.warning


def as_the_browser_still_has_them(at: AppTest, query: str, documents: str) -> None:
    """Put old texts into the fields, which the next click then brings along."""
    at.text_input(key="rerank.query").set_value(query)
    at.text_area(key="rerank.documents").set_value(documents)
    at.text_area(key="rerank.instruction").set_value("")


@pytest.mark.parametrize("before", [("", ""), ("old question", "old one\nold two")])
def test_a_click_before_the_browser_has_the_example_does_not_undo_it(
    open_page: Opener, reranker: CountingReranker, before: tuple[str, str]
) -> None:
    at = open_page("rerank", "en")
    fill(at, *before)
    preset = presets("en")["penalty"]
    at.button(key="rerank.preset.penalty.en").click().run()
    as_the_browser_still_has_them(at, *before)
    submit(at)
    assert_sound(at)
    assert reranker.asked == [(preset.query, preset.documents, preset.instruction)]
    assert at.text_input(key="rerank.query").value == preset.query


def test_an_example_that_was_changed_stays_changed(
    open_page: Opener, reranker: CountingReranker
) -> None:
    at = open_page("rerank", "en")
    at.button(key="rerank.preset.penalty.en").click().run()
    at.text_input(key="rerank.query").set_value("mine").run()
    as_the_browser_still_has_them(at, "", "")
    at.run()
    assert at.text_input(key="rerank.query").value == ""
    assert at.text_area(key="rerank.documents").value == ""


def say_footer(language: Tongue) -> str:
    return presets(language)["medical"].footer


def test_examples_of_the_other_language_are_one_switch_away(
    open_page: Opener, reranker: CountingReranker
) -> None:
    at = open_page("rerank", "zh")
    assert presets("en")["server"].label not in shown(at)
    at.button(key="rerank.preset_language").click().run()
    assert say("ui.presets.switch", "zh") in shown(at)
    at.button(key="rerank.preset.server.en").click().run()
    submit(at)
    assert reranker.asked[-1][0] == presets("en")["server"].query
    assert at.title[0].value == say("ui.rerank.title", "zh")
    at.button(key="rerank.preset_language").click().run()
    assert at.button(key="rerank.preset.server.zh").label == presets("zh")["server"].label


def test_the_table_is_sorted_and_names_its_number(open_page: Opener) -> None:
    at = open_page("rerank", "zh")
    fill(at, "违约金", "无关\n违约金万分之八\n违约")
    submit(at)
    table = at.dataframe[0].value
    assert list(table["段落"]) == ["违约金万分之八", "违约", "无关"]
    assert list(table["原来第几"]) == [2, 3, 1]
    assert list(table["移动"]) == ["▲1", "▲1", "▼2"]
    assert list(table["读取 token"]) == ["7 / 7", "2 / 2", "2 / 2"]
    assert list(table["符合程度"]) == sorted(table["符合程度"], reverse=True)


def test_a_pasted_sheet_is_recognised_and_may_be_read_otherwise(
    open_page: Opener, reranker: CountingReranker
) -> None:
    at = open_page("rerank", "zh")
    fill(at, "退货", '编号\t正文\r\n1\t"退货七天\n运费自付"\r\n2\t换货\r\n')
    assert "识别为：表格，3 行 → 2 段" in shown(at)
    assert "只用“正文”这一列" in shown(at)
    submit(at)
    assert reranker.asked[-1][1] == ("退货七天\n运费自付", "换货")
    at.segmented_control(key="rerank.split").set_value("lines").run()
    assert say("ui.asking.outdated", "zh") in shown(at)
    submit(at)
    assert len(reranker.asked[-1][1]) == 4


@pytest.mark.parametrize("language", TONGUES)
def test_an_empty_question_is_told_in_the_language(open_page: Opener, language: Tongue) -> None:
    at = open_page("rerank", language)
    fill(at, " ", "a")
    submit(at)
    assert not at.exception
    assert at.error[0].value.replace("\\", "") == say("error.query_empty", language)


@pytest.mark.parametrize("language", TONGUES)
def test_no_candidates_are_told(
    open_page: Opener, reranker: CountingReranker, language: Tongue
) -> None:
    at = open_page("rerank", language)
    fill(at, "a", " \n\n")
    submit(at)
    assert say("ui.rerank.no_documents", language) in shown(at)
    assert not reranker.asked


def test_one_candidate_is_ranked(open_page: Opener) -> None:
    at = open_page("rerank", "en")
    fill(at, "a", "only")
    submit(at)
    assert_sound(at)
    assert list(at.dataframe[0].value["Reranked"]) == ["1"]


@pytest.mark.parametrize("language", TONGUES)
def test_too_many_candidates_are_told_before_the_button(
    open_page: Opener, reranker: CountingReranker, language: Tongue
) -> None:
    at = open_page("rerank", language)
    fill(at, "a", "\n".join(f"line {n}" for n in range(10_000)))
    told = say("error.documents_too_many", language, count=10_000, limit=1_000)
    assert told in shown(at)
    assert at.button(key="rerank.submit").disabled
    fill(at, "a", "x\ny")
    assert not at.button(key="rerank.submit").disabled
    assert not reranker.asked


def test_a_line_of_five_megabytes_is_told_before_the_button(open_page: Opener) -> None:
    at = open_page("rerank", "en")
    fill(at, "a", "short\n" + "x" * 5_000_000)
    assert "Candidate 2 has 5,000,000 characters" in shown(at)
    assert at.button(key="rerank.submit").disabled


def test_what_is_pasted_is_never_markdown(open_page: Opener) -> None:
    at = open_page("rerank", "en")
    fill(at, "a", "![x](http://evil.test)\ttext\n1\t$x$\n")
    captions = [caption.value for caption in at.caption]
    assert not [one for one in captions if "![x]" in one]


def test_a_word_file_fills_the_field(open_page: Opener, reranker: CountingReranker) -> None:
    made = docx.Document()
    made.add_paragraph("签收七天内可以退货。")
    made.add_paragraph("超过七天只换不退。")
    table = made.add_table(2, 2)
    for at_row, row in enumerate((("项目", "费用"), ("换货", "免费"))):
        for at_cell, text in enumerate(row):
            table.cell(at_row, at_cell).text = text
    at = open_page("rerank", "zh")
    fill(at, "退货要钱吗？", "旧的")
    drop(at, "退货.docx", saved(made))
    assert_sound(at)
    assert [one.value for one in at.success] == [
        "《退货.docx》已填进上面的框，共 4 段。文件没有保存。"
    ]
    assert at.file_uploader[0].value is None
    submit(at)
    assert reranker.asked[-1][1] == (
        "签收七天内可以退货。",
        "超过七天只换不退。",
        "项目 | 费用",
        "换货 | 免费",
    )
    fill(at, "退货要钱吗？", "另外的")
    assert not at.success


def test_a_text_file_fills_the_field_as_it_stands(
    open_page: Opener, reranker: CountingReranker
) -> None:
    at = open_page("rerank", "en")
    drop(at, "code.txt", b"def f():\n    return 1\n\ndef g():\n    return 2\n")
    fill_query(at, "two")
    submit(at)
    assert reranker.asked[-1][1] == ("def f():\n    return 1", "def g():\n    return 2")


def fill_query(at: AppTest, query: str) -> None:
    at.text_input(key="rerank.query").set_value(query).run()


def bomb() -> bytes:
    """A Word file whose text unpacks to a thousand times its size."""
    letters = b"<w:t>" + b"a" * 50_000_000 + b"</w:t>"
    made = docx.Document()
    made.add_paragraph("x")
    return repacked(saved(made), **{"word/document.xml": letters})


@pytest.mark.parametrize("language", TONGUES)
@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("bomb.docx", bomb, "unpacks_too_far"),
        ("setup.txt", lambda: b"MZ\x90\x00\x03" + bytes(range(256)) * 20, "unsupported_kind"),
        ("empty.txt", lambda: b"", "empty_file"),
    ],
)
def test_a_bad_file_is_told_and_changes_nothing(
    open_page: Opener,
    bench: Workbench,
    name: str,
    data: Callable[[], bytes],
    code: str,
    language: Tongue,
) -> None:
    at = open_page("rerank", language)
    fill(at, "q", "kept")
    drop(at, name, data())
    assert not at.exception
    beginning = sentences(language)[f"error.{code}"].split("{")[0]
    assert len(beginning) > 3
    assert at.error[0].value.replace("\\", "").startswith(beginning)
    assert at.text_area(key="rerank.documents").value == "kept"
    assert not list((bench.settings.home / "files").rglob("*.*"))


def test_a_text_file_of_one_huge_line_is_refused_before_the_button(open_page: Opener) -> None:
    at = open_page("rerank", "en")
    drop(at, "long.txt", b"x" * 5_000_000)
    assert not at.exception
    assert "Candidate 1 has 5,000,000 characters" in shown(at)


def test_the_same_inputs_are_not_called_outdated(open_page: Opener) -> None:
    at = open_page("rerank", "en")
    at.button(key="rerank.preset.shop.en").click().run()
    submit(at)
    at.run()
    assert say("ui.asking.outdated", "en") not in shown(at)
    at.button(key="rerank.preset.medical.en").click().run()
    assert say("ui.asking.outdated", "en") in shown(at)


@pytest.mark.parametrize("language", TONGUES)
def test_what_the_model_read_and_code_for_other_systems(
    open_page: Opener, language: Tongue
) -> None:
    at = open_page("rerank", language)
    fill(at, "q?", "one\nthree", "i")
    submit(at)
    assert not at.code
    at.session_state["rerank.read"] = True
    at.session_state["rerank.code"] = True
    at.run()
    assert_sound(at)
    assert [tab.label for tab in at.tabs] == ["Python", "curl", "JavaScript", "Java", "Excel VBA"]
    assert at.code[0].value == "i q?\n\none"
    assert say("ui.rerank.read_tokens", language, tokens="3", read="3") in shown(at)
    assert all("/api/predict" in code.value for code in at.code[1:])


def test_nothing_of_a_file_stays_behind(
    open_page: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    at = open_page("rerank", "en")
    drop(at, "a.txt", b"one\ntwo\n")
    assert at.text_area(key="rerank.documents").value == "one\ntwo"
    assert list(folder.iterdir()) == []


def test_an_archive_with_nothing_in_it_is_no_word_file(open_page: Opener) -> None:
    at = open_page("rerank", "zh")
    drop(at, "a.docx", io.BytesIO(b"PK\x05\x06" + bytes(18)).getvalue())
    assert not at.exception and at.error
