"""Tests of workbench.models.gte."""

import json

import pytest

from tests.models.gte_forward import inverse_frequencies
from tests.models.tiny_cross import GTE
from workbench.models.gte import gte_config


def test_the_configuration_is_taken_over(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(GTE))
    config = gte_config(tmp_path)
    for name in ("vocab_size", "hidden_size", "intermediate_size", "layer_norm_eps"):
        assert getattr(config, name) == GTE[name]
    assert config.num_labels == 1


def test_scaled_angles_are_those_of_the_published_formula(tmp_path):
    from transformers.models.gte.modeling_gte import GteRotaryEmbedding

    (tmp_path / "config.json").write_text(json.dumps(GTE))
    found = GteRotaryEmbedding(gte_config(tmp_path)).inv_freq
    # 8 places in a head: 160000^(-i/4) / 8^(1/4), by hand 0.5946, 0.02973, 0.001487, 0.0000743
    assert found.tolist() == pytest.approx([0.594604, 0.0297302, 0.00148651, 7.43254e-5], rel=1e-5)
    assert found.tolist() == pytest.approx(inverse_frequencies(20_000, 8.0, 8), rel=1e-6)


def test_without_scaling_the_base_is_what_it_says(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({**GTE, "rope_scaling": None}))
    assert gte_config(tmp_path).rope_parameters == {"rope_type": "default", "rope_theta": 20_000.0}
