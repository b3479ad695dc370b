"""Questions and instructions are checked once, where they enter."""

import pytest

from workbench.domain.actors import OWNER, Actor, Policy
from workbench.domain.errors import Forbidden, InvalidInput, NotFound, revive
from workbench.domain.experiments import Manifest, canonical_json
from workbench.domain.queries import QUERY_LIMIT, Instruction, Query


@pytest.mark.parametrize("text", ["", "  ", "\n\u3000"])
def test_an_empty_question_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Query.of(text)
    assert caught.value.code == "query_empty"


def test_a_question_of_200_000_characters_is_refused_with_both_numbers() -> None:
    with pytest.raises(InvalidInput) as caught:
        Query.of("问" * 200_000)
    assert caught.value.params == {"length": 200_000, "limit": QUERY_LIMIT}


@pytest.mark.parametrize(
    ("given", "text", "stripped"),
    [
        ("<Instruct>: find it", "find it", True),
        ("< instruct >: 找到它", "找到它", True),
        ("<Instruct>:找到它", "找到它", True),
        ("\ufeff<INSTRUCT>\u3000：<instruct>: 找到它", "找到它", True),
        ("＜Instruct＞：找到它", "找到它", True),
        ("find <Instruct>: it", "find <Instruct>: it", False),
        (None, "", False),
        ("  ", "", False),
    ],
)
def test_a_pasted_prefix_is_taken_off_and_said(given: str, text: str, stripped: bool) -> None:
    instruction = Instruction.of(given)
    assert (instruction.text, instruction.stripped) == (text, stripped)


def test_the_policy_knows_the_owner_alone() -> None:
    Policy().require(OWNER, "search")
    with pytest.raises(Forbidden) as caught:
        Policy().require(Actor("x", "x"), "search")
    assert caught.value.code == "not_allowed"


def test_an_error_survives_being_sent() -> None:
    error = NotFound("corpus_unknown", name="合同")
    again = revive("NotFound", error.code, error.params)
    assert (type(again), again.code, again.params) == (NotFound, error.code, error.params)


def test_equal_manifests_have_one_identity_whatever_the_order_of_fields() -> None:
    assert Manifest.of(a=1, b=[0.1]).identity == Manifest.of(b=[0.1], a=1).identity
    assert Manifest.of(a=1).identity != Manifest.of(a=2).identity


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), [1.0, float("nan")], {"a": {"b": float("inf")}}]
)
def test_no_nan_enters_json(value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        canonical_json(value)  # type: ignore[arg-type]
    assert caught.value.code == "not_finite"
