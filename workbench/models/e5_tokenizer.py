"""Turns text into multilingual-e5-small's token ids, from the vocabulary in its weight file."""

import unicodedata
from collections.abc import Sequence

from tokenizers import Regex, models, normalizers, pre_tokenizers
from tokenizers import Tokenizer as Engine

from workbench.models.e5_file import E5Vocabulary

# A noncharacter, so that no text can spell the piece that it stands in.
_UNSPELLABLE = "\ufdd0"
_SURROGATES = range(0xD800, 0xE000)


class E5Tokenizer:
    """Encodes as the original does, except that no text can become a control token.

    Safe to use from several threads: nothing changes after it was built. Building takes about a
    second, less than reading the same tokenizer from a file of JSON.

    Source: XLM-RoBERTa's SentencePiece unigram model; the character map lies in the weight file.
    """

    def __init__(self, vocabulary: E5Vocabulary) -> None:
        self._characters: dict[int, str | int | None] = {
            0: "",
            **dict.fromkeys(_SURROGATES, " "),
            **vocabulary.characters,
        }
        self._engine = Engine(models.Unigram(_pieces(vocabulary), unk_id=vocabulary.unknown))
        self._engine.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
        self._engine.pre_tokenizer = pre_tokenizers.Metaspace(
            replacement="\u2581", prepend_scheme="always"
        )

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text without begin and end; a text without characters gives []."""
        mapped = [self._mapped(text) for text in texts]
        return [e.ids for e in self._engine.encode_batch(mapped, add_special_tokens=False)]

    def _mapped(self, text: str) -> str:
        composed = unicodedata.normalize("NFC", text)
        return composed.translate(self._characters).replace(_UNSPELLABLE, "").strip(" ")


def _pieces(vocabulary: E5Vocabulary) -> list[tuple[str, float]]:
    return [
        (piece if _is_text(piece) else _UNSPELLABLE + piece, score)
        for piece, score in zip(vocabulary.pieces, vocabulary.scores, strict=True)
    ]


def _is_text(piece: str) -> bool:
    return not (len(piece) > 2 and piece.startswith("<") and piece.endswith(">"))
