"""Random cross-encoders of two layers, and a tokenizer with pieces as XLM-RoBERTa's has."""

import json
import shutil
from pathlib import Path

PIECES = 400
"""Vocabulary of the models; the tokenizer knows fewer."""
WORDS = (
    "▁the",
    "▁capital",
    "▁of",
    "▁china",
    "▁is",
    "▁Bei",
    "jing",
    "中国",
    "首都",
    "北京",
    "是",
    "的",
)


def save_tokenizer(folder: Path, *, pair: bool = True, shift: int = 0) -> Path:
    """Save a tokenizer with control pieces at both ends of its vocabulary, as the real one has.

    ``shift`` moves all but the first four pieces by as many numbers.
    """
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

    letters = [chr(c) for c in range(0x21, 0x7F)]
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(f"\u2063{at}", -99.0) for at in range(shift)]
    pieces += [("▁", -3.0)] + [(word, -4.0) for word in WORDS] + [(one, -8.0) for one in letters]
    mask = len(pieces)
    pieces.append(("<mask>", 0.0))
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    if pair:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>",
            pair="<s> $A </s> </s> $B </s>",
            special_tokens=[("<s>", 0), ("</s>", 2)],
        )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    assert tokenizer.token_to_id("<mask>") == mask
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def save_roberta(folder: Path, *, labels: int = 1, vocabulary: int = PIECES) -> Path:
    """Save a random XLM-RoBERTa that classifies, and return its folder."""
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaForSequenceClassification

    torch.manual_seed(11)
    config = XLMRobertaConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=130,
        type_vocab_size=1,
        initializer_range=0.5,
        layer_norm_eps=1e-5,
        num_labels=labels,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )
    XLMRobertaForSequenceClassification(config).save_pretrained(folder)
    return folder


GTE = {
    "architectures": ["NewForSequenceClassification"],
    "auto_map": {"AutoConfig": "Alibaba-NLP/new-impl--configuration.NewConfig"},
    "model_type": "new",
    "attention_probs_dropout_prob": 0.0,
    "classifier_dropout": 0.0,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": 32,
    "id2label": {"0": "LABEL_0"},
    "intermediate_size": 48,
    "label2id": {"LABEL_0": 0},
    "layer_norm_eps": 1e-12,
    "layer_norm_type": "layer_norm",
    "logn_attention_clip1": False,
    "logn_attention_scale": False,
    "max_position_embeddings": 128,
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "pack_qkv": True,
    "pad_token_id": 1,
    "position_embedding_type": "rope",
    "rope_scaling": {"factor": 8.0, "type": "ntk"},
    "rope_theta": 20000,
    "type_vocab_size": 1,
    "vocab_size": PIECES,
}
"""config.json of a gte reranker, with small sizes."""


def gte_tensors(seed: int = 5):
    """Return random weights by the names that gte's own checkpoints have, as float32 arrays."""
    import numpy as np

    draw = np.random.default_rng(seed)
    wide, inner = GTE["hidden_size"], GTE["intermediate_size"]

    def random(*shape: int, scale: float = 0.5, middle: float = 0.0):
        return (middle + scale * draw.standard_normal(shape)).astype(np.float32)

    tensors = {
        "new.embeddings.word_embeddings.weight": random(PIECES, wide),
        "new.embeddings.token_type_embeddings.weight": random(1, wide),
        "new.embeddings.LayerNorm.weight": random(wide, scale=0.1, middle=1.0),
        "new.embeddings.LayerNorm.bias": random(wide, scale=0.1),
        "new.pooler.dense.weight": random(wide, wide, scale=0.2),
        "new.pooler.dense.bias": random(wide, scale=0.1),
        "classifier.weight": random(1, wide),
        "classifier.bias": random(1),
    }
    for layer in range(GTE["num_hidden_layers"]):
        at = f"new.encoder.layer.{layer}."
        tensors |= {
            at + "attention.qkv_proj.weight": random(3 * wide, wide, scale=0.3),
            at + "attention.qkv_proj.bias": random(3 * wide, scale=0.1),
            at + "attention.o_proj.weight": random(wide, wide, scale=0.3),
            at + "attention.o_proj.bias": random(wide, scale=0.1),
            at + "mlp.up_gate_proj.weight": random(2 * inner, wide, scale=0.3),
            at + "mlp.down_proj.weight": random(wide, inner, scale=0.3),
            at + "mlp.down_proj.bias": random(wide, scale=0.1),
            at + "attn_ln.weight": random(wide, scale=0.1, middle=1.0),
            at + "attn_ln.bias": random(wide, scale=0.1),
            at + "mlp_ln.weight": random(wide, scale=0.1, middle=1.0),
            at + "mlp_ln.bias": random(wide, scale=0.1),
        }
    return tensors


def save_gte(folder: Path, **changes) -> Path:
    """Save a random gte reranker as its owners do, and return its folder."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({**GTE, **changes}))
    save_file(gte_tensors(), folder / "model.safetensors")
    return folder


def changed(source: Path, folder: Path, **changes) -> Path:
    """Return a copy of a model whose config.json says something else."""
    shutil.copytree(source, folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **changes}))
    return folder
