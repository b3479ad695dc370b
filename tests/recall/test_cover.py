import pytest

from tests.recall.tiny import entry
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.building import build_index
from workbench.recall.index import CorpusIndex

TEXTS = ["违约金 XK-200", "违约责任 xk", "1,584 元", "", "late delivery 违约"]


@pytest.fixture
def index() -> CorpusIndex:
    entries = [entry(f"c{at}", text) for at, text in enumerate(TEXTS)]
    return build_index(entries, {}, MixedAnalyzer(), generation=1)


@pytest.mark.parametrize(
    ("terms", "parts", "found"),
    [
        ((), (), ["c0", "c1", "c2", "c3", "c4"]),
        (("xk",), (), ["c0", "c1"]),
        (("xk", "200"), (), ["c0"]),
        (("nowhere",), (), []),
        (("late", "xk"), (), []),
    ],
)
def test_chunks_with_all_terms(
    index: CorpusIndex, terms: tuple[str, ...], parts: tuple[str, ...], found: list[str]
) -> None:
    assert index.with_all(terms, parts) == found


def test_parts_narrow_while_many_are_left() -> None:
    entries = [entry(f"c{at:03d}", f"违约金{at} 元") for at in range(200)]
    entries.append(entry("x", "任意解除"))
    index = build_index(entries, {}, MixedAnalyzer(), generation=1)
    assert index.with_all((), ("除",)) == ["x"]
    assert index.with_all((), ("约", "19")) == [f"c{at:03d}" for at in (19, 119, *range(190, 200))]
    assert index.with_all((), ("没",)) == []


def test_chunks_of_several_documents_stand_in_the_order_of_the_corpus() -> None:
    entries = [entry("b", "甲方", document="b.md"), entry("a", "甲方", document="a.md")]
    index = build_index(entries, {}, MixedAnalyzer(), generation=1)
    assert index.with_all(("甲方",)) == ["b", "a"]
