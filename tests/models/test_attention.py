"""Tests of workbench.models.attention: every way to read a row equals the model card's scoring."""

import math
from itertools import accumulate, pairwise

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from transformers import AutoModelForCausalLM
from transformers.masking_utils import AttentionMaskInterface

from tests.models.conftest import save_qwen3
from tests.models.test_varlen import KERNELS
from tests.reference_scorer import DEFAULT_INSTRUCTION, reference_log_odds
from workbench.domain.errors import Unavailable
from workbench.models import attention, passes, qwen3
from workbench.models.attention import NAME, SegmentRow, tokens_of
from workbench.models.device import Placement, place
from workbench.models.passes import MOST_SHARED
from workbench.models.prefixes import NONE
from workbench.models.qwen3 import Answers, Qwen3Body
from workbench.models.qwen3_tokenizer import Qwen3Tokenizer
from workbench.models.varlen import adapted
from workbench.rerank.prompt import QWEN3, encode

CPU = Placement("cpu", "float32")
ANSWERS = {"yes": 17, "no": 203}
SHAPES = {
    "as the model card's": {},
    "one layer, no groups": {"num_hidden_layers": 1, "num_key_value_heads": 4},
    "four layers, one group": {"num_hidden_layers": 4, "num_key_value_heads": 1},
    "untied, groups of three": {
        "tied": False,
        "hidden_size": 48,
        "num_hidden_layers": 3,
        "num_attention_heads": 6,
        "head_dim": 16,
    },
}
STRATEGIES = ["segments", "varlen", "padded"]


def drawn(draw, tokens: int) -> np.ndarray:
    return draw.integers(0, 300, tokens).astype(np.int32)


def beside(prefix: int, *lengths: int, seed: int = 0) -> list[np.ndarray]:
    """Return prompts that share a prefix, then differ at once."""
    draw = np.random.default_rng(seed)
    shared = drawn(draw, prefix)
    prompts = [np.concatenate([shared, drawn(draw, n)]) for n in lengths]
    for at, prompt in enumerate(prompts):
        prompt[prefix] = at
    return prompts


def body_of(folder, monkeypatch, strategy: str, budget: int = 4096, **answers) -> Qwen3Body:
    if strategy != "varlen":
        return Qwen3Body(folder, CPU, Answers(**answers), budget, strategy)
    (kernel,) = adapted(KERNELS["2.11"])
    with monkeypatch.context() as patch:
        patch.setattr(qwen3, "varlen_kernel", lambda placement: kernel)
        body = Qwen3Body(folder, CPU, Answers(**answers), budget)
    assert body.strategy == "varlen"
    return body


def assert_exact(found, expected) -> None:
    for ours, theirs in zip(found, expected, strict=True):
        assert abs(ours - theirs) <= 1e-4 * max(1.0, abs(theirs)), (ours, theirs)
        assert abs(probability(ours) - probability(theirs)) <= 1e-5


def probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


@pytest.fixture(scope="module", params=SHAPES)
def shape(request, tmp_path_factory):
    """A checkpoint with 300 tokens, and the same weights as the model card loads them."""
    folder = tmp_path_factory.mktemp("shape")
    save_qwen3(folder, vocabulary=300, **SHAPES[request.param])
    return folder, AutoModelForCausalLM.from_pretrained(folder).eval()


PROMPTS = {
    "random lengths": beside(40, 1, 80, 3, 17, 200, 44),
    "prefix longer than a document": beside(120, 1, 2, 5),
    "identical": [beside(9, 30)[0]] * 3,
    "one is the beginning of another": [beside(9, 30)[0][:n] for n in (39, 20, 1)],
    "one prompt": beside(9, 30),
    "one token each": beside(0, 1, 1),
    "nothing shared": beside(0, 30, 2, 9),
}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("prompts", PROMPTS.values(), ids=PROMPTS)
def test_odds_equal_the_model_cards(shape, monkeypatch, strategy, prompts):
    folder, reference = shape
    expected = reference_log_odds(reference, [p.tolist() for p in prompts], pad=0, **ANSWERS)
    body = body_of(folder, monkeypatch, strategy, **ANSWERS)
    assert_exact(body.log_odds(prompts), expected)
    # Several batches, each beside the same prefix.
    small = body_of(folder, monkeypatch, strategy, budget=25, **ANSWERS)
    assert_exact(small.log_odds(prompts), expected)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_real_prompts_score_as_the_model_cards(
    checkpoint, reference, tokenizer_folder, monkeypatch, strategy
):
    documents = ["", "x", "北京是中国的首都。", "Bananas are yellow. " * 9, "😀👩‍🚀" * 20, "x"]
    pairs = encode(
        QWEN3, Qwen3Tokenizer(tokenizer_folder), "首都?", documents, DEFAULT_INSTRUCTION, 512
    )
    prompts = [np.array(p, np.int32) for p in pairs.prompts]
    found = body_of(checkpoint, monkeypatch, strategy).log_odds(prompts)
    assert_exact(found, reference_log_odds(reference, pairs.prompts))
    assert np.std(found) > 0.1, "the model says the same to everything, which proves nothing"


def ragged(*sizes: tuple[int, tuple[int, ...]]) -> tuple[list[np.ndarray], list[int]]:
    """Return groups of prompts, each of a prefix's length and its own lengths, and their sizes."""
    groups = [beside(prefix, *own, seed=seed) for seed, (prefix, own) in enumerate(sizes)]
    return [prompt for group in groups for prompt in group], [len(group) for group in groups]


def nested() -> tuple[list[np.ndarray], list[int]]:
    """Return groups whose prefixes are the same, and the beginning of one another."""
    trunk = drawn(np.random.default_rng(8), 300)
    prompts = []
    for group, length in enumerate((60, 60, 90, 30, 300)):
        prompts += [
            np.concatenate([trunk[:length], [(trunk[length % 300] + at + 1) % 300, group, at]])
            for at in range(3)
        ]
    return [p.astype(np.int32) for p in prompts], [3] * 5


GROUPS = {
    "two": ragged((40, (3, 80, 7)), (9, (1, 50))),
    "one of one prompt": ragged((0, (30,))),
    "all of one prompt": ragged((0, (30,)), (0, (2,)), (0, (44,))),
    "ragged, some of one and of nothing shared": ragged(
        (70, (1, 2, 3)), (0, (25,)), (0, (5, 60, 1)), (120, (33, 8)), (1, (4, 4)), (0, (1,))
    ),
    "the same prefix, and nested ones": nested(),
}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("budget", [4096, 100, 25])
@pytest.mark.parametrize("groups", GROUPS)
def test_groups_score_as_the_model_card_does(shape, monkeypatch, strategy, budget, groups):
    folder, reference = shape
    prompts, sizes = GROUPS[groups]
    body = body_of(folder, monkeypatch, strategy, budget=budget, **ANSWERS)
    found = body.log_odds(prompts, sizes)
    assert_exact(found, reference_log_odds(reference, [p.tolist() for p in prompts], **ANSWERS))
    # With what is kept by then, in another order, and as one group.
    order = list(accumulate(sizes, initial=0))
    turned = [at for n in reversed(range(len(sizes))) for at in range(order[n], order[n + 1])]
    again = body.log_odds([prompts[at] for at in turned], sizes[::-1])
    assert_exact(again, found[turned])
    assert_exact(body.log_odds(prompts), found)


@pytest.mark.parametrize("device", ["cuda", "mps"])
@pytest.mark.parametrize("groups", GROUPS)
def test_groups_score_the_same_on_other_devices(shape, device, groups):
    try:
        placement = place(device, "float32")
    except Unavailable:
        pytest.skip(f"this machine has no {device}")
    folder, _ = shape
    prompts, sizes = GROUPS[groups]
    expected = Qwen3Body(folder, CPU, Answers(**ANSWERS)).log_odds(prompts, sizes)
    # The device's own choice, prompts in rows, and in the format that it would choose.
    for strategy in (None, "segments", "padded"):
        body = Qwen3Body(folder, placement, Answers(**ANSWERS), strategy=strategy)
        assert body.log_odds(prompts, sizes) == pytest.approx(expected, rel=1e-3, abs=1e-3)
    half = Qwen3Body(folder, place(device), Answers(**ANSWERS)).log_odds(prompts, sizes)
    assert half == pytest.approx(expected, abs=1.0)


@pytest.mark.parametrize("rows", [1, 7, 64])
def test_blocks_of_queries_beside_a_prefix_change_nothing(shape, monkeypatch, rows):
    folder, reference = shape
    prompts = PROMPTS["random lengths"]
    monkeypatch.setattr(attention, "_ROWS", rows)
    found = Qwen3Body(folder, CPU, Answers(**ANSWERS)).log_odds(prompts)
    assert_exact(found, reference_log_odds(reference, [p.tolist() for p in prompts], **ANSWERS))


@pytest.fixture
def body(untied_checkpoint):
    return Qwen3Body(untied_checkpoint, CPU, Answers(**ANSWERS))


class Calls:
    """The arguments of every call of the model's body."""

    def __init__(self, body: Qwen3Body) -> None:
        self.seen: list[dict] = []
        self.caches: list = []
        body._body.register_forward_pre_hook(self._note, with_kwargs=True)
        body._body.register_forward_hook(lambda *call: self.caches.append(call[2].past_key_values))

    def _note(self, module, arguments, named):
        assert not arguments
        self.seen.append(named)

    @property
    def tokens(self) -> list[int]:
        return [math.prod(call["inputs_embeds"].shape[:2]) for call in self.seen]


def test_a_prefix_is_computed_once(body):
    calls = Calls(body)
    body.log_odds(beside(50, 3, 10, 7))
    assert calls.tokens == [50, 20]


def test_batches_share_one_prefix_and_hold_packed_tokens(untied_checkpoint):
    body = Qwen3Body(untied_checkpoint, CPU, Answers(**ANSWERS), budget=21)
    calls = Calls(body)
    body.log_odds(beside(50, 3, 10, 7, 15, 1))
    # 15 + 10 are over 21; 10 + 7 + 3 + 1 fill it, where padding would take 4 × 10.
    assert calls.tokens == [50, 15, 21]


def test_every_group_is_computed_beside_its_own_prefix(body):
    calls = Calls(body)
    first, second = beside(50, 3, 10, 7), beside(20, 5, 6, seed=1)
    body.log_odds([*first, *second, *beside(0, 9, seed=2)], [3, 2, 1])
    # Both prefixes lie in one row, and then what is left of all six prompts.
    assert calls.tokens == [50 + 20, 3 + 10 + 7 + 5 + 6 + 9]
    (prefixes, own) = (call["position_ids"][0].tolist() for call in calls.seen)
    assert prefixes == [*range(50), *range(20)]
    assert [place for place in (0, 20, 50) if place in own] == [0, 20, 50]


@pytest.mark.parametrize("prefix", [100, 300])
def test_one_group_costs_what_it_shares_and_what_is_each_ones_own(body, prefix):
    own = [80, 120, 9, 200, 33]
    body.log_odds(beside(prefix, *own))
    assert body.computed == prefix + sum(own)


def test_equal_prefixes_of_several_groups_are_computed_once(body):
    prompts = beside(50, 3, 10, 7, 5)
    body.log_odds(prompts, [2, 2])
    assert body.computed == 50 + 25


def test_more_prefixes_than_are_held_at_once_take_turns(untied_checkpoint, monkeypatch):
    monkeypatch.setattr(passes.stretches, "__defaults__", (100,))
    body = Qwen3Body(untied_checkpoint, CPU, Answers(**ANSWERS))
    calls = Calls(body)
    groups = [beside(40, 5, 6, seed=seed) for seed in range(3)]
    prompts = [prompt for group in groups for prompt in group]
    found = body.log_odds(prompts, [2, 2, 2])
    assert calls.tokens == [80, 22, 40, 11]
    assert_exact(found, [body.log_odds([p])[0] for p in prompts])


@pytest.mark.parametrize(("prompts", "tokens"), [(beside(50, 3), [53]), (beside(0, 3, 4), [7])])
def test_nothing_shared_is_computed_as_it_is(body, prompts, tokens):
    calls = Calls(body)
    body.log_odds(prompts)
    assert calls.tokens == tokens


def test_equal_prompts_keep_one_token_of_their_own(body):
    calls = Calls(body)
    body.log_odds([np.arange(30, dtype=np.int32)] * 4)
    assert calls.tokens == [29, 4]


def test_what_is_kept_of_a_prefix_is_bounded(tmp_path):
    save_qwen3(tmp_path, vocabulary=300, max_position_embeddings=4 * MOST_SHARED)
    body = Qwen3Body(tmp_path, CPU, Answers(**ANSWERS))
    calls = Calls(body)
    found = body.log_odds(beside(MOST_SHARED + 10, 3, 4))
    assert calls.tokens == [MOST_SHARED, 27]
    alone = [body.log_odds([p])[0] for p in beside(MOST_SHARED + 10, 3, 4)]
    assert_exact(found, alone)


def test_no_call_makes_a_cache_or_a_mask_and_positions_go_on_after_the_prefix(body):
    # With a cache, or with a mask of ones, transformers lets packed prompts see each other.
    calls = Calls(body)
    body.log_odds(beside(5, 2, 3))
    assert [call["use_cache"] for call in calls.seen] == [False, False]
    assert calls.caches == [None, None]
    assert all("attention_mask" not in call for call in calls.seen)
    positions = [call["position_ids"].tolist() for call in calls.seen]
    assert positions == [[[0, 1, 2, 3, 4]], [[5, 6, 7, 5, 6]]]


@pytest.mark.parametrize("prefix", [0, 40])
def test_a_neighbours_words_change_not_one_bit(body, prefix):
    first, second, third = beside(prefix, 30, 20, 10)
    other = second.copy()
    other[prefix:] = (other[prefix:] + 7) % 300
    one, _, two = body.log_odds([first, second, third])
    assert body.log_odds([first, other, third])[[0, 2]].tolist() == [one, two]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_order_and_company_do_not_matter(untied_checkpoint, monkeypatch, strategy):
    body = body_of(untied_checkpoint, monkeypatch, strategy, budget=150, **ANSWERS)
    prompts = beside(30, 5, 60, 1, 22, 90, 8)
    found = body.log_odds(prompts)
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(6)
        assert_exact(body.log_odds([prompts[i] for i in order]), found[order])
    assert_exact(body.log_odds(prompts[2:4]), found[2:4])
    assert_exact([body.log_odds([p])[0] for p in prompts], found)


def test_a_prefix_is_never_written_to(untied_checkpoint):
    body = Qwen3Body(untied_checkpoint, CPU, Answers(**ANSWERS), budget=10)
    prompts = beside(30, 9, 8, 7)
    (prefix,) = body.prefixes([prompts[0][:30]], [NONE])
    before = [(keys.clone(), values.clone()) for keys, values in prefix.layers]
    body.odds([p[30:] for p in prompts], [prefix] * 3)
    assert (len(prefix), tokens_of(prefix.layers), len(prefix.layers)) == (30, 30, 2)
    for layer, (keys, values) in zip(prefix.layers, before, strict=True):
        assert torch.equal(layer[0], keys)
        assert torch.equal(layer[1], values)


class Largest(TorchDispatchMode):
    """Remembers the largest tensor that any operation makes."""

    elements = 0

    def __torch_dispatch__(self, function, types, arguments=(), named=None):
        found = function(*arguments, **(named or {}))
        for each in found if isinstance(found, tuple | list) else [found]:
            if isinstance(each, torch.Tensor):
                self.elements = max(self.elements, each.numel())
        return found


@pytest.mark.parametrize("prefix", [0, 40])
def test_no_tensor_grows_with_the_vocabulary_or_with_the_square_of_a_row(checkpoint, prefix):
    body = Qwen3Body(checkpoint, CPU, Answers())
    prompts = beside(prefix, *[40] * 10)
    with Largest() as largest:
        body.log_odds(prompts)
    # The widest is 400 tokens by 64 channels; logits would be 400 × 151,669, a mask 400 × 400.
    assert largest.elements == 400 * 64


def test_the_mask_beside_a_prefix_has_a_bounded_number_of_rows():
    short, long = ([(torch.zeros(1, 1, n, 8), torch.zeros(1, 1, n, 8))] for n in (1, 3))
    # Three and one of its own are four, two beside one are three: the widest counts.
    assert SegmentRow([2, 1], [short, long])._mask.tolist() == [
        [0, 0, 0, -math.inf],
        [0, 0, 0, 0],
    ]
    assert SegmentRow([2000], [long])._mask.shape == (512, 2003)
    assert SegmentRow([2000])._mask is None


def test_a_row_knows_where_its_prompts_lie():
    row = SegmentRow([3, 1, 2])
    assert row.positions.tolist() == [[0, 1, 2, 0, 0, 1]]
    assert row.spans == tuple(pairwise(accumulate([3, 1, 2], initial=0)))
    beside = [(torch.zeros(1, 1, 2, 8), torch.zeros(1, 1, 2, 8))]
    assert SegmentRow([3, 1], [(), beside]).positions.tolist() == [[0, 1, 2, 2]]
    assert tokens_of(()) == 0


def test_a_mask_function_is_registered_since_an_unknown_name_would_skip_masks(body):
    assert body._body.config._attn_implementation == NAME
    assert AttentionMaskInterface()[NAME](1, causal=True) is None


def test_a_model_with_windows_is_padded(tmp_path):
    save_qwen3(
        tmp_path,
        vocabulary=300,
        use_sliding_window=True,
        sliding_window=8,
        max_window_layers=1,
    )
    body = Qwen3Body(tmp_path, CPU, Answers(**ANSWERS))
    assert body.strategy == "padded"
    reference = AutoModelForCausalLM.from_pretrained(tmp_path).eval()
    prompts = beside(9, 30, 4)
    expected = reference_log_odds(reference, [p.tolist() for p in prompts], **ANSWERS)
    assert_exact(body.log_odds(prompts), expected)
