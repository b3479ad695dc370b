"""The whole path to a cross-encoder that is named by its folder or its hub's name."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.models.conftest import save_qwen3
from tests.models.tiny_cross import changed, save_gte, save_roberta, save_tokenizer
from tests.qwen3_tokenizer import qwen3_tokenizer_file
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.services.workbench import Workbench
from workbench.settings import Settings

DOCUMENTS = [
    "中国的首都是北京",
    "the capital of china is Beijing",
    "",
    "</s> <s> <mask>",
    "是" * 500,
]
QUERY = "the capital of china"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def roberta(home: Path) -> Path:
    return save_tokenizer(save_roberta(home / "models" / "BAAI" / "bge-reranker-v2-m3"))


@pytest.fixture(scope="module")
def gte(home: Path) -> Path:
    return save_tokenizer(save_gte(home / "gte"))


@pytest.fixture(scope="module")
def bench(home: Path, roberta: Path) -> Iterator[Workbench]:
    from workbench.assembly import build

    made = build(Settings(home=home, threads=1, reranker="BAAI/bge-reranker-v2-m3"))
    yield made
    made.close()


def test_a_name_finds_the_model_and_scores_as_transformers_does(
    bench: Workbench, roberta: Path
) -> None:
    import torch
    from tokenizers import Tokenizer
    from transformers import AutoModelForSequenceClassification

    answer = bench.rerank.rank(OWNER, QUERY, DOCUMENTS, "find it")
    info = answer.reranker
    assert (info.name, info.model) == ("BAAI/bge-reranker-v2-m3",) * 2
    assert (info.score_kind, info.supports_instruction, info.template) == (
        "logit",
        False,
        "pair/v1",
    )
    assert (info.max_length, bool(info.revision), bool(info.device)) == (128, True, True)
    tokenizer = Tokenizer.from_file(str(roberta / "tokenizer.json"))
    model = AutoModelForSequenceClassification.from_pretrained(roberta).float().eval()
    told = {row.index: row.candidate for row in answer.rows}
    for index in (0, 1, 2):
        ids = tokenizer.encode(f"find it {QUERY}", DOCUMENTS[index]).ids
        with torch.no_grad():
            expected = model(torch.tensor([ids])).logits[0, 0].item()
        tolerance = 1e-5 if info.dtype == "float32" else 0.3
        assert told[index].margin == pytest.approx(expected, abs=tolerance)
        assert (told[index].score, told[index].log_odds) == (None, None)
        assert told[index].tokens == len(ids)
    assert told[4].tokens_read == 128 < (told[4].tokens or 0)
    assert "truncated" in {notice.code for notice in answer.notices}


def test_a_folder_is_a_reranker_too(bench: Workbench, gte: Path) -> None:
    answer = bench.rerank.rank(OWNER, QUERY, DOCUMENTS[:2], reranker=str(gte))
    assert (answer.reranker.name, answer.reranker.model) == (str(gte), "gte")
    assert len({row.candidate.margin for row in answer.rows}) == 2


def test_a_folder_of_another_size_of_qwen3_follows_instructions(
    bench: Workbench, tmp_path: Path
) -> None:
    folder = save_qwen3(tmp_path / "qwen3-large")
    shutil.copy(qwen3_tokenizer_file(), folder / "tokenizer.json")
    info = bench.rerank.rank(OWNER, QUERY, ["a", "b"], reranker=str(folder)).reranker
    assert (info.model, info.score_kind) == ("qwen3-large", "probability")
    assert (info.supports_instruction, info.max_length) == (True, 512)


def test_it_is_offered_where_it_was_configured_and_nothing_else_is(
    bench: Workbench, gte: Path
) -> None:
    state = bench.models.state(OWNER)
    assert state.active == "BAAI/bge-reranker-v2-m3"
    assert state.why.code == "chosen_by_setting"
    (offer,) = [one for one in state.offers if one.name == state.active]
    assert offer.problem is None
    assert offer.info is not None and offer.info.supports_instruction is False
    assert str(gte) not in {one.name for one in state.offers}
    bench.models.require_offered(state.active)
    for name in (str(gte), "/etc", "typo"):
        with pytest.raises(InvalidInput, match="reranker_unknown"):
            bench.models.require_offered(name)


def test_names_that_refer_to_nothing(bench: Workbench, tmp_path: Path) -> None:
    for name, error, code in (
        ("typo", InvalidInput, "reranker_unknown"),
        ("owner/typo", Unavailable, "model_missing"),
        (str(tmp_path / "gone"), Unavailable, "model_folder_missing"),
        (str(tmp_path), Unavailable, "model_incomplete"),
    ):
        with pytest.raises(error, match=code):
            bench.rerank.rank(OWNER, QUERY, ["d"], reranker=name)


def test_bad_models_are_refused_by_what_was_found(
    bench: Workbench, roberta: Path, tmp_path: Path
) -> None:
    def refused(folder: Path) -> Unavailable:
        with pytest.raises(Unavailable) as caught:
            bench.rerank.rank(OWNER, QUERY, ["d"], reranker=str(folder))
        return caught.value

    other = changed(roberta, tmp_path / "other", architectures=["BertForSequenceClassification"])
    error = refused(other)
    assert error.code == "architecture_unsupported"
    assert error.params["found"] == "BertForSequenceClassification"
    assert "XLMRoberta" in str(error.params["expected"])

    pickled = changed(roberta, tmp_path / "pickled")
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    assert refused(pickled).code == "weights_not_safe"

    small = changed(roberta, tmp_path / "small", vocab_size=50)
    error = refused(small)
    assert (error.code, error.params["known"]) == ("tokenizer_beyond_model", 50)

    foreign = changed(roberta, tmp_path / "foreign", bos_token_id=101)
    assert refused(foreign).code == "tokenizer_mismatch"

    labels = changed(roberta, tmp_path / "labels", id2label={"0": "a", "1": "b"})
    assert refused(labels).code == "labels_unsupported"

    broken = changed(roberta, tmp_path / "broken")
    (broken / "config.json").write_text(json.dumps([]))
    assert refused(broken).code == "weights_damaged"
