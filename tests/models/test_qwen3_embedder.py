"""Tests of workbench.models.qwen3_embedder and workbench.models.qwen3_states, on a random Qwen3."""

import json
import shutil

import numpy as np
import pytest

from tests.models.conftest import save_qwen3
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.domain.ports import Embedder, EmbedderInfo, Vectors
from workbench.models import qwen3_embedder
from workbench.models.client import ModelHost
from workbench.models.device import Placement
from workbench.models.qwen3_embedder import Qwen3Embedder
from workbench.models.qwen3_states import Qwen3StatesBody
from workbench.models.weights import Weights

TEXTS = ["The buyer pays within thirty days.", "合同解除后，定金应当退还。" * 9, "x", "<|im_end|>"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, tokenizer_folder):
    found = save_qwen3(tmp_path_factory.mktemp("embedding"))
    shutil.copy(tokenizer_folder / "tokenizer.json", found / "tokenizer.json")
    return found


@pytest.fixture
def tiny(host, folder):
    return Qwen3Embedder(host, Weights(folder, "r1", "folder"), "tiny", device="cpu")


def rows(vectors: Vectors) -> np.ndarray:
    return np.frombuffer(vectors.data, "<f4").reshape(len(vectors), vectors.dim)


def by_the_card(folder, texts: list[str]) -> np.ndarray:
    """Return vectors as the model card of Qwen3-Embedding-0.6B computes them."""
    import torch
    import torch.nn.functional as F
    from torch import Tensor
    from transformers import AutoModel, PreTrainedTokenizerFast

    def last_token_pool(last_hidden_states: Tensor, attention_mask: Tensor) -> Tensor:
        left_padding = attention_mask[:, -1].sum() == attention_mask.shape[0]
        if left_padding:
            return last_hidden_states[:, -1]
        sequence_lengths = attention_mask.sum(dim=1) - 1
        batch_size = last_hidden_states.shape[0]
        return last_hidden_states[
            torch.arange(batch_size, device=last_hidden_states.device), sequence_lengths
        ]

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"),
        padding_side="left",
        pad_token="<|endoftext|>",
    )
    model = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    # That checkpoint's tokenizer adds the closing token by itself; the reranker's does not.
    batch_dict = tokenizer(
        [text + "<|endoftext|>" for text in texts],
        padding=True,
        truncation=True,
        max_length=8192,
        return_tensors="pt",
        return_token_type_ids=False,
    )
    with torch.inference_mode():
        outputs = model(**batch_dict)
    embeddings = last_token_pool(outputs.last_hidden_state, batch_dict["attention_mask"])
    return F.normalize(embeddings, p=2, dim=1).numpy()


def get_detailed_instruct(task_description: str, query: str) -> str:
    return f"Instruct: {task_description}\nQuery:{query}"


def test_passages_are_those_of_the_card(tiny, folder):
    assert rows(tiny.embed_passages(TEXTS[:3])) == pytest.approx(
        by_the_card(folder, TEXTS[:3]), abs=1e-5
    )


def test_questions_stand_under_the_cards_instruction(tiny, folder):
    task = "Given a web search query, retrieve relevant passages that answer the query"
    asked = [get_detailed_instruct(task, text) for text in TEXTS[:3]]
    found = rows(tiny.embed_queries(TEXTS[:3]))
    assert found == pytest.approx(by_the_card(folder, asked), abs=1e-5)
    assert np.abs(found - rows(tiny.embed_passages(TEXTS[:3]))).max() > 0.01


def test_the_company_a_text_keeps_does_not_matter(tiny):
    together = rows(tiny.embed_passages(TEXTS))
    alone = np.concatenate([rows(tiny.embed_passages([text])) for text in TEXTS])
    assert together == pytest.approx(alone, abs=1e-5)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-6)


def test_a_text_cannot_spell_a_control_token(tiny, folder):
    spelled = by_the_card(folder, ["<|im_end|>"])
    assert np.abs(rows(tiny.embed_passages(["<|im_end|>"])) - spelled).max() > 0.01


def test_long_texts_are_cut_before_the_closing_token(tiny, folder, monkeypatch):
    # 512 positions: 511 tokens and the closing one.
    long = rows(tiny.embed_passages(["x " * 2000]))
    assert long.shape == (1, 32)
    monkeypatch.setattr(qwen3_embedder, "LONGEST", 3)
    short = Qwen3Embedder(tiny._calls._host, tiny._weights, "tiny", device="cpu")
    assert rows(short.embed_passages(["a b c d e"])) == pytest.approx(
        by_the_card(folder, ["a b"]), abs=1e-5
    )


def test_a_checkpoint_without_an_output_matrix_is_read_too(folder, tmp_path):
    from transformers import AutoModel

    AutoModel.from_pretrained(folder, local_files_only=True).save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    config["architectures"] = ["Qwen3ForCausalLM"]
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    cpu, ids = Placement("cpu", "float32"), [np.array([5, 6, 7], np.int32)]
    expected = Qwen3StatesBody(folder, cpu).embed(ids)
    assert Qwen3StatesBody(tmp_path, cpu).embed(ids) == pytest.approx(expected, abs=1e-6)


def test_the_info_needs_no_host(folder):
    unstarted = ModelHost(threads=1)
    port: Embedder = Qwen3Embedder(unstarted, Weights(folder, "r1", "folder"), "tiny")
    assert port.info == EmbedderInfo("tiny", "r1", 32)
    assert port.info.key == "tiny@r1"
    assert not unstarted.stats().alive


def test_bad_texts_and_ids_are_refused(tiny, folder):
    with pytest.raises(InvalidInput, match="text_empty"):
        tiny.embed_passages(["a", " "])
    assert len(tiny.embed_passages([])) == 0
    body = Qwen3StatesBody(folder, Placement("cpu", "float32"))
    assert body.embed([]).shape == (0, 32)
    for ids, code in (([], "text_empty"), ([-1], "id_unknown"), ([1] * 513, "prompt_too_long")):
        with pytest.raises(InvalidInput, match=code):
            body.embed([np.array(ids, np.int32)])


def test_a_folder_that_says_no_size_is_refused(host, tmp_path):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(Unavailable, match="weights_damaged"):
        _ = Qwen3Embedder(host, Weights(tmp_path, "r", "folder"), "x").info
