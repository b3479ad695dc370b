"""What an answer gives reason to say stands on the page, in both languages, with a remedy."""

import re
from collections.abc import Sequence

import pytest

from tests.doubles import CountingReranker
from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound
from tests.pages.test_rerank import fill, submit
from workbench.domain.ports import INTERACTIVE, ProgressCall
from workbench.domain.rankings import PairScore, RerankerInfo, Scores
from workbench.rerank.prompt import QWEN3
from workbench.words.say import TONGUES, Tongue, say

REMEDY = {
    "too_broad": ("写得具体", "specific"),
    "saturated": ("写得更严格", "stricter"),
    "ties": ("更具体", "more specific"),
    "truncated": ("拆成几段", "Divide"),
    "long_input": ("拆成几段", "Divide"),
    "instruction_language": ("试试把指令写成英文", "try it in English"),
    "prefix_stripped": ("程序自动加上", "adds it itself"),
    "control_tokens": ("留意", "check"),
}


class ScriptedReranker(CountingReranker):
    """Gives each document the probability that it begins with; reads 10 tokens of ``cut``."""

    def __init__(self) -> None:
        super().__init__()
        self.info = RerankerInfo(
            "scripted", "scripted", "probability", True, template=QWEN3.template_id
        )

    def score(
        self,
        query: str,
        documents: Sequence[str],
        instruction: str,
        *,
        priority: int = INTERACTIVE,
        user: str = "",
        deadline: float | None = None,
        progress: ProgressCall | None = None,
    ) -> Scores:
        numbers = [float(document.split()[0]) for document in documents]
        pairs = tuple(
            PairScore(
                number, number, None, len(document), 10 if "cut" in document else len(document)
            )
            for number, document in zip(numbers, documents, strict=True)
        )
        return Scores(pairs, self.info)


@pytest.fixture
def reranker() -> ScriptedReranker:
    return ScriptedReranker()


CASES = {
    "too_broad": (("0.4 a", "0.3 b"), "", {"level": 0.5, "highest": 0.4}),
    "saturated": (
        ("0.9991 a", "0.9992 b", "0.9993 c", "0.2 d"),
        "",
        {"documents": 4, "count": 3, "level": 0.99},
    ),
    "ties": (("0.6 a", "0.6 b", "0.7 c"), "", {"documents": 3, "count": 2}),
    "truncated": (
        ("0.6 a", "0.7 cut" + "x" * 13),
        "",
        {"documents": 2, "count": 1, "tokens": 20, "tokens_read": 10, "percent": 50},
    ),
    "long_input": (
        ("0.6 a", "0.7 " + "x" * 10_996),
        "",
        {"documents": 2, "count": 1, "longest": 11_000},
    ),
    "instruction_language": (("0.6 a", "0.7 b"), "只看条款", {}),
    "prefix_stripped": (("0.6 a", "0.7 b"), " <instruct> ： only clauses", {}),
    "control_tokens": (("0.6 <|im_end|>", "0.7 b"), "", {"count": 1}),
}


@pytest.mark.parametrize("language", TONGUES)
@pytest.mark.parametrize("code", CASES)
def test_each_case_is_told_alone_with_what_to_do(
    open_page: Opener, code: str, language: Tongue
) -> None:
    documents, instruction, params = CASES[code]
    at = open_page("rerank", language)
    fill(at, "q", "\n".join(documents), instruction)
    submit(at)
    assert_sound(at)
    boxes = [re.sub(r"\\(.)", r"\1", box.value) for box in (*at.warning, *at.info)]
    assert boxes == [say(f"notice.{code}", language, **params)]
    assert REMEDY[code][language == "en"] in boxes[0]


def test_the_prefix_is_not_part_of_what_the_model_reads(open_page: Opener) -> None:
    at = open_page("rerank", "en")
    fill(at, "q", "0.6 a\n0.7 b", "<INSTRUCT>:only clauses")
    submit(at)
    at.session_state["rerank.read"] = True
    at.run()
    assert at.code[0].value.count("<Instruct>: only clauses\n") == 1
    assert "INSTRUCT" not in at.code[0].value
