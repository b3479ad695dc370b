"""Tests of workbench.models.precision: what overflows in half precision is read in float32."""

import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from tests.models.test_attention import ANSWERS, assert_exact, beside
from tests.models.test_varlen import KERNELS
from tests.reference_scorer import reference_log_odds
from workbench.models import qwen3
from workbench.models.device import Placement
from workbench.models.precision import in_float32
from workbench.models.qwen3 import Answers, Qwen3Body
from workbench.models.varlen import adapted

HALF = Placement("cpu", "float16")
BRAIN = Placement("cpu", "bfloat16")
LOUD = 299
"""The token that overflows in float16."""


def changed(source, target, change, dtype: torch.dtype):
    """Copy a checkpoint in another number format, with tensors that were changed."""
    shutil.copy(source / "config.json", target)
    tensors = {
        name: part.to(dtype) for name, part in load_file(source / "model.safetensors").items()
    }
    change(tensors)
    save_file(tensors, target / "model.safetensors", metadata={"format": "pt"})
    return target


def loud(tensors) -> None:
    """Let one token alone use the first channel, and the first layer multiply it by far."""
    tensors["model.embed_tokens.weight"][:, 0] = 0
    tensors["model.embed_tokens.weight"][LOUD] = 0
    tensors["model.embed_tokens.weight"][LOUD, 0] = 1
    for layer in (0, 1):
        tensors[f"model.layers.{layer}.mlp.down_proj.weight"][0] = 0
        tensors[f"model.layers.{layer}.self_attn.o_proj.weight"][0] = 0
    tensors["model.layers.0.mlp.up_proj.weight"][:, 0] = 30_000


@pytest.fixture(scope="module", params=[torch.float16, torch.bfloat16], ids=str)
def checkpoint(request, untied_checkpoint, tmp_path_factory):
    return changed(untied_checkpoint, tmp_path_factory.mktemp("loud"), loud, request.param)


@pytest.fixture
def body(checkpoint):
    return Qwen3Body(checkpoint, HALF, Answers(**ANSWERS))


def quiet(prompts):
    return [np.where(p == LOUD, 0, p).astype(np.int32) for p in prompts]


def states(body) -> dict[str, torch.Tensor]:
    return {name: part.clone() for name, part in body._body.state_dict(keep_vars=False).items()}


def with_loud_ones(*positions: int) -> list[np.ndarray]:
    prompts = quiet(beside(20, 30, 5, 9, 14, 2))
    for position in positions:
        prompts[position][-2] = LOUD
    return prompts


@pytest.mark.parametrize("strategy", ["segments", "varlen", "padded"])
def test_what_overflows_is_read_in_float32_and_the_rest_is_not(checkpoint, monkeypatch, strategy):
    body = Qwen3Body(checkpoint, HALF, Answers(**ANSWERS), strategy=strategy)
    if strategy == "varlen":
        (kernel,) = adapted(KERNELS["2.11"])

        def half_only(query, *rest):
            assert query.dtype == torch.float16
            return kernel(query, *rest)

        with monkeypatch.context() as patch:
            patch.setattr(qwen3, "varlen_kernel", lambda placement: half_only)
            body = Qwen3Body(checkpoint, HALF, Answers(**ANSWERS))
    prompts = with_loud_ones(1, 3)
    found = body.scored(prompts)
    assert found.failed == {}
    reference = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32).eval()
    exact = reference_log_odds(reference, [p.tolist() for p in prompts], **ANSWERS)
    assert_exact(found.log_odds[[1, 3]], [exact[1], exact[3]])
    for at in (0, 2, 4):
        assert found.log_odds[at] == pytest.approx(exact[at], abs=0.2)
        assert abs(found.log_odds[at] - exact[at]) > 1e-6, "this one was not asked for in float32"


def test_a_prefix_that_overflows_is_read_in_float32(body, checkpoint):
    prompts = quiet([*beside(20, 3, 5), *beside(12, 4, 4, seed=1)])
    for prompt in prompts[:2]:
        prompt[7] = LOUD
    found = body.log_odds(prompts, [2, 2])
    reference = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32).eval()
    exact = reference_log_odds(reference, [p.tolist() for p in prompts], **ANSWERS)
    assert_exact(found[:2], exact[:2])
    assert found[2:] == pytest.approx(exact[2:], abs=0.2)


def test_the_weights_are_the_same_afterwards_bit_for_bit(body):
    before = states(body)
    angles = {name: part.clone() for name, part in body._body.named_buffers()}
    assert angles, "there are angles to compare"
    calm = with_loud_ones()
    first = body.log_odds(calm)
    body.log_odds(with_loud_ones(0, 1, 2, 3, 4))
    after = states(body)
    assert {name: part.dtype for name, part in after.items()} == {
        name: torch.float16 for name in before
    }
    assert all(torch.equal(after[name], before[name]) for name in before)
    assert all(torch.equal(part, angles[name]) for name, part in body._body.named_buffers())
    body._kept.forget()
    assert body.log_odds(calm).tolist() == first.tolist()


def test_only_what_was_not_finite_is_computed_again(body):
    body.log_odds(with_loud_ones(1))
    # The prefix of 20, 60 tokens beside it, and the one prompt whole, of 25.
    assert body.computed == 20 + 60 + 25


def no_number(tensors) -> None:
    tensors["model.norm.weight"][:] = 3e38


def test_what_is_finite_nowhere_fails_alone_and_is_not_retried_for_ever(
    untied_checkpoint, tmp_path
):
    folder = changed(untied_checkpoint, tmp_path, no_number, torch.bfloat16)
    body = Qwen3Body(folder, BRAIN, Answers(**ANSWERS))
    prompts = quiet(beside(0, 5, 9))
    computed = [0]
    for _ in range(6):
        found = body.scored(prompts)
        assert np.isnan(found.log_odds).all()
        assert {at: error.code for at, error in found.failed.items()} == dict.fromkeys(
            (0, 1), "not_finite"
        )
        assert found.failed[1].params == {"tokens": 9}
        computed.append(body.computed)
    assert np.diff(computed).tolist() == [28, 28, 28, 14, 14, 14]


def test_a_number_that_is_found_makes_up_for_those_that_were_not(body):
    for _ in range(5):
        assert body.scored(with_loud_ones(2)).failed == {}


def test_float32_is_not_read_twice(untied_checkpoint, tmp_path):
    folder = changed(untied_checkpoint, tmp_path, no_number, torch.float32)
    body = Qwen3Body(folder, Placement("cpu", "float32"), Answers(**ANSWERS))
    assert set(body.scored(quiet(beside(0, 5, 9))).failed) == {0, 1}
    assert body.computed == 14


@pytest.mark.parametrize("layer", [0, 1])
def test_a_lack_of_memory_within_leaves_the_weights_as_they_were(body, layer, monkeypatch):
    before = states(body)
    mlp = body._body.layers[layer].mlp
    compute = mlp.forward

    def lacking(rows):
        if rows.dtype == torch.float32:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return compute(rows)

    monkeypatch.setattr(mlp, "forward", lacking)
    found = body.scored(with_loud_ones(1, 3))
    assert {at: error.code for at, error in found.failed.items()} == dict.fromkeys(
        (1, 3), "out_of_memory"
    )
    assert np.isfinite(found.log_odds[[0, 2, 4]]).all()
    assert all(torch.equal(part, before[name]) for name, part in states(body).items())


def test_one_part_at_a_time_is_in_float32():
    parts = [torch.nn.Linear(2, 2, dtype=torch.bfloat16) for _ in range(2)]
    seen = []
    for part in parts:
        part.register_forward_hook(lambda *_: seen.append([p.weight.dtype for p in parts]))
    held = [part.weight.data for part in parts]
    with torch.inference_mode(), in_float32(parts):
        found = parts[1](parts[0](torch.ones(1, 2)))
    assert found.dtype == torch.float32
    assert seen == [[torch.float32, torch.bfloat16], [torch.bfloat16, torch.float32]]
    # The tensors themselves come back, not copies of them.
    assert [part.weight.data_ptr() for part in parts] == [weights.data_ptr() for weights in held]
    assert parts[0](torch.ones(1, 2, dtype=torch.bfloat16)).dtype == torch.bfloat16
