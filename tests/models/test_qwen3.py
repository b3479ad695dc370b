"""Tests of workbench.models.qwen3."""

import json
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.reference_scorer import reference_log_odds
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models import qwen3
from workbench.models.device import Placement
from workbench.models.qwen3 import Answers, Qwen3Body

CPU = Placement("cpu", "float32")


def prompts(*lengths: int, vocabulary: int = 151_669, seed: int = 0) -> list[np.ndarray]:
    draw = np.random.default_rng(seed)
    return [draw.integers(0, vocabulary, n).astype(np.int32) for n in lengths]


@pytest.fixture(scope="module")
def body(checkpoint):
    return Qwen3Body(checkpoint, CPU, Answers(), budget=256)


def assert_equal(found, expected) -> None:
    for ours, theirs in zip(found, expected, strict=True):
        assert abs(ours - theirs) <= 1e-4 * max(1.0, abs(theirs)), (ours, theirs)


def test_odds_equal_the_model_cards(body, reference):
    asked = prompts(1, 2, 57, 200, 3, 3, 480, 31, 1)
    asked.append(asked[2])
    expected = reference_log_odds(reference, [p.tolist() for p in asked])
    found = body.log_odds(asked)
    assert found.dtype == np.float64
    assert np.std(found) > 1, "the model says the same to everything, which proves nothing"
    assert_equal(found, expected)
    assert found[9] == pytest.approx(found[2], abs=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_any_order_and_company_give_the_same_odds(body, seed):
    draw = np.random.default_rng(seed)
    asked = prompts(*draw.integers(1, 90, 12), seed=seed)
    alone = [body.log_odds([p])[0] for p in asked]
    order = draw.permutation(12)
    assert_equal(body.log_odds([asked[i] for i in order]), [alone[i] for i in order])
    assert_equal(body.log_odds(asked[:5]), alone[:5])


def test_an_untied_head_is_read_from_its_own_rows(untied_checkpoint):
    from transformers import AutoModelForCausalLM

    answers = {"yes": 17, "no": 203}
    theirs = AutoModelForCausalLM.from_pretrained(untied_checkpoint).eval()
    assert not torch.equal(theirs.lm_head.weight, theirs.model.embed_tokens.weight)
    asked = prompts(4, 9, 1, vocabulary=300)
    expected = reference_log_odds(theirs, [p.tolist() for p in asked], pad=0, **answers)
    ours = Qwen3Body(untied_checkpoint, CPU, Answers(**answers))
    assert_equal(ours.log_odds(asked), expected)


def test_yes_and_no_exchanged_change_the_sign(checkpoint, body):
    exchanged = Qwen3Body(checkpoint, CPU, Answers(yes=2152, no=9693))
    asked = prompts(5, 6)
    assert exchanged.log_odds(asked) == pytest.approx(-body.log_odds(asked), rel=1e-6)


def test_half_precision_stays_near(untied_checkpoint):
    answers = Answers(17, 203)
    asked = prompts(4, 30, 12, vocabulary=300)
    exact = Qwen3Body(untied_checkpoint, CPU, answers).log_odds(asked)
    half = Qwen3Body(untied_checkpoint, Placement("cpu", "bfloat16"), answers)
    assert half.log_odds(asked) == pytest.approx(exact, abs=1.0)
    assert half.log_odds(asked).tolist() != exact.tolist()


def test_it_tells_what_it_is(body):
    # Tied: 151,669 × 32, two layers, one norm.
    layer = 32 * 32 + 2 * 32 * 16 + 32 * 32 + 3 * 32 * 64 + 2 * 8 + 2 * 32
    assert body.parameters == 151_669 * 32 + 2 * layer + 32
    assert body.max_positions == 512


def test_nothing_asked_gives_nothing(body):
    assert body.log_odds([]).shape == (0,)


def test_prompts_that_cannot_be_read_are_refused(body):
    with pytest.raises(InvalidInput) as caught:
        body.log_odds(prompts(3, 0))
    assert (caught.value.code, caught.value.params) == ("prompt_empty", {"position": 1})
    with pytest.raises(InvalidInput) as caught:
        body.log_odds(prompts(513))
    assert caught.value.params == {"tokens": 513, "limit": 512}
    for wrong in (-1, 151_669):
        with pytest.raises(InvalidInput, match="id_unknown"):
            body.log_odds([np.array([1, wrong], np.int32)])


def test_answers_outside_the_vocabulary_are_refused(untied_checkpoint):
    with pytest.raises(InvalidInput) as caught:
        Qwen3Body(untied_checkpoint, CPU, Answers())
    assert caught.value.params == {"id": 2152, "limit": 300}


class SmallMemory:
    """The real computation, which runs out of memory above a number of tokens."""

    def __init__(self, body: Qwen3Body, room: int) -> None:
        self.compute, self.room, self.sizes = body.odds, room, []

    def __call__(self, asked, shared):
        self.sizes.append(sum(map(len, asked)))
        if self.sizes[-1] > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return self.compute(asked, shared)


def test_batches_are_halved_where_memory_does_not_suffice(checkpoint, monkeypatch):
    body = Qwen3Body(checkpoint, CPU, Answers(), budget=256)
    asked = prompts(*[20] * 12)
    expected = body.log_odds(asked)
    memory = SmallMemory(body, room=70)
    monkeypatch.setattr(body, "odds", memory)
    assert_equal(body.log_odds(asked), expected)
    # 12 × 20 does not fit, nor 6 × 20; 3 × 20 does.
    assert memory.sizes == [240, 120, 60, 60, 60, 60]
    memory.sizes.clear()
    body.log_odds(asked)
    assert max(memory.sizes) <= 60, "what did not fit once is tried again"


def test_a_prompt_that_alone_does_not_fit_is_refused(checkpoint, monkeypatch):
    body = Qwen3Body(checkpoint, CPU, Answers())
    monkeypatch.setattr(body, "odds", SmallMemory(body, room=50))
    asked = prompts(10, 51, 20)
    with pytest.raises(Unavailable) as caught:
        body.log_odds(asked)
    assert (caught.value.code, caught.value.params) == ("out_of_memory", {"tokens": 51})
    scored = body.scored(asked)
    assert {at: error.code for at, error in scored.failed.items()} == {1: "out_of_memory"}
    assert np.isnan(scored.log_odds[1])
    expected = Qwen3Body(checkpoint, CPU, Answers()).log_odds([asked[0], asked[2]])
    assert_equal(scored.log_odds[[0, 2]], expected)


def copied(source, target, change) -> None:
    """Copy a checkpoint whose tensors were changed."""
    shutil.copy(source / "config.json", target)
    tensors = load_file(source / "model.safetensors")
    change(tensors)
    save_file(tensors, target / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_weights_that_are_not_finite_are_refused(untied_checkpoint, tmp_path, value):
    def change(tensors):
        tensors["model.layers.1.mlp.up_proj.weight"][3, 5] = value

    copied(untied_checkpoint, tmp_path, change)
    with pytest.raises(Unavailable) as caught:
        Qwen3Body(tmp_path, CPU, Answers(17, 203))
    assert caught.value.code == "weights_not_finite"
    assert caught.value.params["tensor"] == "model.layers.1.mlp.up_proj.weight"


def test_odds_that_are_not_finite_are_refused(untied_checkpoint, tmp_path):
    def change(tensors):
        tensors["model.norm.weight"][:] = 3e38

    copied(untied_checkpoint, tmp_path, change)
    with pytest.raises(Unavailable, match="not_finite"):
        Qwen3Body(tmp_path, CPU, Answers(17, 203)).log_odds(prompts(3, vocabulary=300))


def test_missing_tensors_are_refused_instead_of_drawn_at_random(untied_checkpoint, tmp_path):
    def change(tensors):
        del tensors["model.layers.0.self_attn.k_proj.weight"]

    copied(untied_checkpoint, tmp_path, change)
    with pytest.raises(Unavailable, match=r"weights_damaged.*k_proj"):
        Qwen3Body(tmp_path, CPU, Answers(17, 203))


def test_a_cut_file_is_refused(untied_checkpoint, tmp_path):
    shutil.copy(untied_checkpoint / "config.json", tmp_path)
    whole = (untied_checkpoint / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Unavailable, match="weights_truncated"):
        Qwen3Body(tmp_path, CPU, Answers(17, 203))


def test_code_in_the_folder_is_never_run(untied_checkpoint, tmp_path):
    config = json.loads((untied_checkpoint / "config.json").read_text())
    config["auto_map"] = {"AutoConfig": "evil.Config", "AutoModelForCausalLM": "evil.Model"}
    shutil.copy(untied_checkpoint / "model.safetensors", tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "evil.py").write_text("raise SystemExit('ran')")
    asked = prompts(3, vocabulary=300)
    found = Qwen3Body(tmp_path, CPU, Answers(17, 203)).log_odds(asked)
    assert found == Qwen3Body(untied_checkpoint, CPU, Answers(17, 203)).log_odds(asked)


def test_no_tensor_of_vocabulary_times_length_is_made(checkpoint):
    body = Qwen3Body(checkpoint, CPU, Answers())
    sizes = []
    body._body.register_forward_hook(
        lambda module, arguments, output: sizes.append(tuple(output.last_hidden_state.shape))
    )
    body.log_odds(prompts(30, 30))
    assert sizes == [(1, 60, 32)]
    assert not hasattr(body, "lm_head")
    assert qwen3.BUDGET == 4096


def test_sharded_weights_load(tmp_path, untied_checkpoint):
    from transformers import Qwen3ForCausalLM

    model = Qwen3ForCausalLM.from_pretrained(untied_checkpoint)
    model.save_pretrained(tmp_path, max_shard_size="30KB")
    assert len(list(tmp_path.glob("*.safetensors"))) > 1
    asked = prompts(7, vocabulary=300)
    found = Qwen3Body(tmp_path, CPU, Answers(17, 203)).log_odds(asked)
    assert found == Qwen3Body(untied_checkpoint, CPU, Answers(17, 203)).log_odds(asked)
