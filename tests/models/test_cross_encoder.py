"""Tests of workbench.models.cross_encoder."""

import numpy as np
import pytest
import torch

from tests.models.gte_forward import gte_logit
from tests.models.tiny_cross import changed, gte_tensors, save_gte, save_roberta
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models.cross_encoder import CrossEncoderBody
from workbench.models.device import Placement

CPU = Placement("cpu", "float32")
LENGTHS = (1, 2, 7, 40, 7, 128, 3, 19)


def prompts_of(lengths, vocabulary: int = 400) -> list[np.ndarray]:
    draw = np.random.default_rng(3)
    return [draw.integers(4, vocabulary, n).astype(np.int32) for n in lengths]


@pytest.fixture(scope="module")
def roberta(tmp_path_factory):
    return save_roberta(tmp_path_factory.mktemp("roberta"))


@pytest.fixture(scope="module")
def gte(tmp_path_factory):
    return save_gte(tmp_path_factory.mktemp("gte"))


def test_the_roberta_computes_what_transformers_alone_computes(roberta):
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(roberta).eval()
    prompts = prompts_of(LENGTHS)
    with torch.no_grad():
        expected = [
            model(torch.from_numpy(ids.astype(np.int64))[None]).logits[0, 0].item()
            for ids in prompts
        ]
    found = CrossEncoderBody(roberta, CPU).log_odds(prompts)
    assert found == pytest.approx(expected, abs=1e-5)
    assert max(expected) - min(expected) > 0.5, "the numbers tell the prompts apart"


def test_the_gte_computes_what_its_description_says(gte):
    prompts = prompts_of(LENGTHS)
    found = CrossEncoderBody(gte, CPU).log_odds(prompts)
    expected = [gte_logit(gte_tensors(), ids) for ids in prompts]
    assert found == pytest.approx(expected, abs=1e-4)
    assert max(expected) - min(expected) > 0.5, "the numbers tell the prompts apart"


def test_the_scaling_of_angles_is_read(gte, tmp_path):
    plain = changed(gte, tmp_path / "plain", rope_scaling=None, rope_theta=160_000)
    prompts = prompts_of((40,))
    with_scaling = CrossEncoderBody(gte, CPU).log_odds(prompts)
    # Without the division of every angle the numbers are near, and wrong.
    assert abs(CrossEncoderBody(plain, CPU).log_odds(prompts) - with_scaling)[0] > 1e-3


@pytest.mark.parametrize("budget", [1, 64, 4096])
@pytest.mark.parametrize("shape", ["roberta", "gte"])
def test_a_number_depends_on_no_other_prompt(shape, budget, request):
    body = CrossEncoderBody(request.getfixturevalue(shape), CPU, budget)
    prompts = prompts_of(LENGTHS)
    alone = [body.log_odds([ids])[0] for ids in prompts]
    assert body.log_odds(prompts) == pytest.approx(alone, abs=1e-5)
    backwards = body.log_odds(prompts[::-1])[::-1]
    assert backwards == pytest.approx(alone, abs=1e-5)
    assert body.log_odds(prompts, [3, 5]) == pytest.approx(alone, abs=1e-5)


@pytest.mark.parametrize("shape", ["roberta", "gte"])
def test_half_precision_keeps_the_head_whole(shape, request):
    folder = request.getfixturevalue(shape)
    exact = CrossEncoderBody(folder, CPU).log_odds(prompts_of(LENGTHS))
    half = CrossEncoderBody(folder, Placement("cpu", "bfloat16")).log_odds(prompts_of(LENGTHS))
    assert half == pytest.approx(exact, abs=0.5)
    # A number with 8 bits would be a multiple of a power of two that float32 exceeds.
    as_bfloat = torch.from_numpy(half).to(torch.bfloat16).double().numpy()
    assert (as_bfloat != half).any()


def test_no_prompts_give_no_numbers(roberta):
    body = CrossEncoderBody(roberta, CPU)
    assert body.log_odds([]).tolist() == []
    assert body.computed == 0
    body.log_odds(prompts_of((3, 5)))
    assert body.computed == 10, "padding is computed too"


def test_what_no_model_could_read_is_refused(roberta):
    body = CrossEncoderBody(roberta, CPU)
    assert body.max_positions == 128, "130 positions, of which padding takes the first two"
    for prompt, code in (
        ([], "prompt_empty"),
        ([5] * 129, "prompt_too_long"),
        ([400], "id_unknown"),
    ):
        with pytest.raises(InvalidInput, match=code):
            body.log_odds([np.array(prompt, np.int32)])
    with pytest.raises(InvalidInput, match="groups_do_not_match"):
        body.log_odds(prompts_of((3,)), [2])


def test_for_want_of_memory_passes_are_halved_and_one_prompt_fails_alone(roberta):
    body = CrossEncoderBody(roberta, CPU)
    prompts = prompts_of(LENGTHS)
    expected = body.log_odds(prompts)
    whole, seen = body._body.forward, []

    def small(input_ids, **more):
        seen.append(tuple(input_ids.shape))
        if input_ids.numel() > 60:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return whole(input_ids=input_ids, **more)

    body._body.forward = small
    scored = body.scored(prompts)
    assert [at for at in range(len(prompts)) if at in scored.failed] == [5]
    assert scored.failed[5].code == "out_of_memory"
    assert scored.failed[5].params == {"tokens": 128}
    others = [at for at in range(len(prompts)) if at != 5]
    assert scored.log_odds[others] == pytest.approx(expected[others], abs=1e-5)
    assert np.isnan(scored.log_odds[5])
    assert max(rows for rows, _ in seen) > 1


def test_a_number_that_is_none_fails_alone(roberta):
    body = CrossEncoderBody(roberta, CPU)
    with torch.no_grad():
        body._body.embeddings.word_embeddings.weight[399] = float("nan")
    with pytest.raises(Unavailable, match="not_finite"):
        body.log_odds(prompts_of((3,)) + [np.array([5, 399], np.int32)])
    scored = body.scored([np.array([5, 6, 7], np.int32), np.array([5, 399], np.int32)])
    assert np.isfinite(scored.log_odds).tolist() == [True, False]
    assert list(scored.failed) == [1]
