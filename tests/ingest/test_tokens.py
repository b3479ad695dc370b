import pytest

from workbench.domain.errors import InvalidInput
from workbench.ingest.tokens import counter_named, estimate, has_cjk, weight


@pytest.mark.parametrize(
    ("text", "tokens"),
    # .65 a CJK character, .25 any other, rounded up; worked out by hand
    [("", 0), ("字", 1), ("合同", 2), ("合同法", 2), ("abcd", 1), ("abcde", 2), ("合同 ab", 3)],
)
def test_estimate(text, tokens):
    assert estimate(text) == tokens


def test_weights_add_up():
    assert weight("合同ab") == weight("合同") + weight("ab") == 180


def test_counter_by_name():
    assert counter_named("estimate-1")("合同") == 2
    with pytest.raises(InvalidInput) as caught:
        counter_named("qwen")
    assert (caught.value.code, caught.value.params) == ("unknown_counter", {"name": "qwen"})


def test_has_cjk():
    assert has_cjk("a字")
    assert not has_cjk("abc é")
