"""Stands at the boundary of the model: a tokenizer of one id a character and scripted answers."""

from collections.abc import Callable, Sequence

from workbench.domain.pairs import PairOdds
from workbench.domain.ports import INTERACTIVE
from workbench.domain.rankings import RerankerInfo

INFO = RerankerInfo(
    name="qwen3", model="Qwen/Qwen3-Reranker-0.6B", score_kind="logit", supports_instruction=False
)


class CharacterTokenizer:
    """One id a character, its code point above every control token's id."""

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        return [[200_000 + ord(character) for character in text] for text in texts]

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [(at, at + 1) for at in range(len(text))]


class FramedTokenizer(CharacterTokenizer):
    """The same, with what a cross-encoder's tokenizer sets around a question and a passage."""

    frame = ((0,), (2, 2), (2,))


def text_of(prompt: Sequence[int]) -> str:
    """Return the part of a prompt that was tokenised from text."""
    return "".join(chr(token - 200_000) for token in prompt if token >= 200_000)


class ScriptedScorer:
    """Answers each prompt with what ``answer`` says of its text, and keeps what it was asked."""

    def __init__(self, answer: Callable[[str], float]) -> None:
        self.answer = answer
        self.calls: list[list[str]] = []
        self.groups: list[tuple[int, ...]] = []
        self.priorities: list[int] = []

    def log_odds(
        self,
        prompts: Sequence[Sequence[int]],
        *,
        groups: Sequence[int] = (),
        priority: int = INTERACTIVE,
        deadline: float | None = None,
    ) -> PairOdds:
        texts = [text_of(prompt) for prompt in prompts]
        self.calls.append(texts)
        self.groups.append(tuple(groups))
        self.priorities.append(priority)
        return PairOdds(tuple(self.answer(text) for text in texts), 0.25, 0.5)
