"""Long candidates on the page Rerank: what was not read is offered to be, and extracts first."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from tests.pages.test_rerank import fill, submit
from tests.rerank.scripted import CharacterTokenizer, ScriptedScorer
from workbench.domain.rankings import RerankerInfo
from workbench.rerank.engine import Engine
from workbench.rerank.qwen3 import LongLimits, Qwen3Reranker
from workbench.services.models import Models
from workbench.services.workbench import Workbench
from workbench.settings import Settings
from workbench.words.say import TONGUES, Tongue, say

INFO = RerankerInfo("scripted", "scripted", "probability", True)
SHORT = "yes"
TAIL = "a" * 60 + "yyy" + "b" * 60
HEAD = 48 + len("<Instruct>: judge\n<Query>: q\n<Document>: ")


def answers(text: str) -> float:
    return float(text.partition("<Document>: ")[2].count("y"))


@pytest.fixture
def scorer() -> ScriptedScorer:
    return ScriptedScorer(answers)


@pytest.fixture
def bench(tmp_path: Path, scorer: ScriptedScorer, embedder) -> Iterator[Workbench]:
    from workbench.assembly import build

    model = Qwen3Reranker(
        CharacterTokenizer,
        Engine(scorer),
        lambda: INFO,
        max_length=HEAD + 40,
        long=LongLimits(whole=HEAD + 400, window=32),
    )
    made = build(Settings(home=tmp_path / "home"), reranker=model, embedder=embedder)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def speed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """A machine that reads a hundred tokens in a second; what it was asked to estimate."""
    asked: list[tuple[int, int]] = []

    def expected(self: Models, pairs: int = 20, tokens: int = 300) -> float:
        asked.append((pairs, tokens))
        return pairs * tokens / 100

    monkeypatch.setattr(Models, "expected_seconds", expected)
    return asked


def ask(open_page: Callable[..., AppTest], language: Tongue, documents: Sequence[str]) -> AppTest:
    at = open_page("rerank", language)
    fill(at, "q", "\n".join(documents), "judge")
    submit(at)
    assert_sound(at)
    return at


def labels(at: AppTest) -> list[str]:
    return [one.label for one in at.button if (one.key or "").startswith("rerank.again")]


@pytest.mark.parametrize(
    ("language", "told", "parts"),
    [
        ("zh", "模型只读了前 129 个（60%）", "分段读完，取最高分"),
        ("en", "read the first 129 (60 %)", "Read in parts, keep the best"),
    ],
)
def test_what_was_cut_says_so_and_offers_the_two_other_ways(
    open_page: Opener, language: Tongue, told: str, parts: str
) -> None:
    at = ask(open_page, language, [SHORT, TAIL])
    total, read = HEAD + len(TAIL), HEAD + 40
    column = say("ui.rerank.tokens", language)
    assert f"{read} / {total}" in list(at.dataframe[0].value[column])
    assert told in shown(at)
    assert labels(at) == [parts, say("ui.rerank.read_whole", language, time=seconds(language))]


def seconds(language: Tongue) -> str:
    total = (2 * HEAD + len(TAIL) + len(SHORT)) / 100
    return say("format.seconds_short", language, number=round(total, 1))


@pytest.mark.parametrize("language", TONGUES)
def test_parts_are_one_click_and_name_the_part_that_counted(
    open_page: Opener, scorer: ScriptedScorer, language: Tongue
) -> None:
    at = ask(open_page, language, [SHORT, TAIL])
    column = say("ui.rerank.document", language)
    assert list(at.dataframe[0].value[column]) == [SHORT, TAIL]
    at.button(key="rerank.again_windows").click().run()
    assert_sound(at)
    table = at.dataframe[0].value
    assert list(table[column]) == [TAIL, SHORT]
    number, _, characters = table[say("ui.rerank.part", language)].iloc[0].partition(" · ")
    first, last = map(int, characters.split("–"))
    assert "yyy" in TAIL[first - 1 : last]
    assert int(number.split(" / ")[1]) > 3
    assert table[say("ui.rerank.part", language)].iloc[1] == ""
    total = HEAD + len(TAIL)
    assert table[say("ui.rerank.tokens", language)].iloc[0] == f"{total} / {total}"
    told = say(
        "notice.read_in_parts", language, documents=2, count=1, parts=int(number.split(" / ")[1])
    )
    assert told in shown(at)
    assert labels(at) == []
    assert say("ui.asking.outdated", language) not in shown(at)
    at.session_state["rerank.read"] = True
    at.session_state["rerank.code"] = True
    at.run()
    assert f"<Document>: {TAIL[first - 1 : last]}<|im_end|>" in at.code[0].value
    assert '"long": "windows"' in at.code[1].value


@pytest.mark.parametrize("language", TONGUES)
def test_whole_is_one_click(open_page: Opener, scorer: ScriptedScorer, language: Tongue) -> None:
    at = ask(open_page, language, [SHORT, TAIL])
    at.button(key="rerank.again_whole").click().run()
    assert_sound(at)
    column = say("ui.rerank.document", language)
    assert list(at.dataframe[0].value[column]) == [TAIL, SHORT]
    assert say("ui.rerank.part", language) not in at.dataframe[0].value
    assert any(text.endswith(TAIL) for call in scorer.calls for text in call)
    assert labels(at) == []


@pytest.mark.parametrize("language", TONGUES)
def test_what_cannot_be_read_whole_is_told_and_not_offered(
    open_page: Opener, language: Tongue
) -> None:
    at = ask(open_page, language, [SHORT, "z" * 500])
    assert labels(at) == [say("ui.rerank.read_parts", language)]
    told = say("ui.rerank.beyond_whole", language, tokens=str(HEAD + 500), limit=str(HEAD + 400))
    assert told in shown(at)
    at.segmented_control(key="rerank.long").set_value("whole").run()
    submit(at)
    assert not at.exception
    refused = say(
        "error.document_beyond_model", language, position=2, tokens=HEAD + 500, limit=HEAD + 400
    )
    assert at.error[0].value.replace("\\", "") == refused


@pytest.mark.parametrize("language", TONGUES)
def test_what_was_read_to_its_end_offers_nothing(open_page: Opener, language: Tongue) -> None:
    at = ask(open_page, language, [SHORT, "x"])
    assert labels(at) == []
    assert not at.toggle
    assert say("ui.rerank.part", language) not in at.dataframe[0].value


@pytest.mark.parametrize("language", TONGUES)
def test_an_extract_is_offered_first_over_ten_thousand_characters(
    open_page: Opener, scorer: ScriptedScorer, language: Tongue
) -> None:
    at = open_page("rerank", language)
    long = "今天天气很好。" * 1_000 + "违约责任见附件。" + "今天天气很好。" * 500
    fill(at, "q", f"{SHORT}\n{long}", "judge")
    (toggle,) = at.toggle
    assert toggle.label == say("ui.rerank.extract", language, count="1", longest="10,508")
    assert toggle.value is False
    toggle.set_value(True).run()
    submit(at)
    assert_sound(at)
    read = [text for call in scorer.calls for text in call]
    assert all(len(text) < 1_000 for text in read)
    told = [box.value for box in at.warning]
    beginning = {"zh": "2 段中有 1 段只读了摘录：共 10,508 字", "en": "Of one of 2 passages"}
    assert any(box.startswith(beginning[language]) for box in told), told
    assert long in list(at.dataframe[0].value[say("ui.rerank.document", language)])
    at.toggle(key="rerank.extract").set_value(False).run()
    assert say("ui.asking.outdated", language) in shown(at)


def test_ten_thousand_characters_are_read_as_they_are(open_page: Opener) -> None:
    at = open_page("rerank", "zh")
    fill(at, "q", "天" * 10_000, "judge")
    assert not at.toggle
