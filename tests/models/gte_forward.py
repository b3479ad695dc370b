"""What a gte reranker computes, written out in numpy from its published description.

Embedding and norm; in each layer attention over queries and keys turned by their positions, its
sum with the input normed, a gated unit up(x) · gelu(gate(x)) and again sum and norm; then the first
token through a dense layer, tanh and the classifier.
"""

import math

import numpy as np

from tests.models.tiny_cross import GTE


def inverse_frequencies(theta: float, factor: float, size: int) -> np.ndarray:
    """Return the angle of one position for each pair of a head's places.

    Source: kexue.fm/archives/9706: the base times the factor, each angle divided by the factor's
    2/size-th power.
    """
    places = np.arange(0, size, 2, dtype=np.float64)
    return (theta * factor) ** (-places / size) / factor ** (2 / size)


def gte_logit(tensors, ids) -> float:
    """Return the reranker's number for the token ids of one pair, computed in float64."""
    at = {name: value.astype(np.float64) for name, value in tensors.items()}
    x = at["new.embeddings.word_embeddings.weight"][list(ids)]
    x = x + at["new.embeddings.token_type_embeddings.weight"][0]
    x = _norm(x, at, "new.embeddings.LayerNorm")
    for layer in range(GTE["num_hidden_layers"]):
        name = f"new.encoder.layer.{layer}."
        x = _norm(x + _attention(x, at, name), at, name + "attn_ln")
        x = _norm(x + _gated(x, at, name), at, name + "mlp_ln")
    pooled = np.tanh(_linear(x[0], at, "new.pooler.dense"))
    return float(_linear(pooled, at, "classifier")[0])


def _linear(x, at, name):
    return x @ at[name + ".weight"].T + at[name + ".bias"]


def _norm(x, at, name):
    centred = x - x.mean(-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(-1, keepdims=True) + GTE["layer_norm_eps"])
    return centred / spread * at[name + ".weight"] + at[name + ".bias"]


def _attention(x, at, name):
    heads, wide = GTE["num_attention_heads"], GTE["hidden_size"]
    size, length = wide // heads, len(x)
    q, k, v = np.split(_linear(x, at, name + "attention.qkv_proj"), 3, axis=-1)
    turns = np.outer(
        np.arange(length),
        inverse_frequencies(GTE["rope_theta"], GTE["rope_scaling"]["factor"], size),
    )
    found = []
    for head in range(heads):
        part = slice(head * size, (head + 1) * size)
        weights = _turned(q[:, part], turns) @ _turned(k[:, part], turns).T / math.sqrt(size)
        weights = np.exp(weights - weights.max(-1, keepdims=True))
        found.append(weights / weights.sum(-1, keepdims=True) @ v[:, part])
    return _linear(np.concatenate(found, -1), at, name + "attention.o_proj")


def _turned(x, turns):
    """Turn place i and place i + half of each row as the two parts of one complex number."""
    half = x.shape[1] // 2
    turned = (x[:, :half] + 1j * x[:, half:]) * np.exp(1j * turns)
    return np.concatenate([turned.real, turned.imag], -1)


def _gated(x, at, name):
    up, gate = np.split(x @ at[name + "mlp.up_gate_proj.weight"].T, 2, axis=-1)
    # the exact Gaussian one, not its tanh approximation
    bell = 0.5 * (1 + np.vectorize(math.erf)(gate / math.sqrt(2)))
    return _linear(up * gate * bell, at, name + "mlp.down_proj")
