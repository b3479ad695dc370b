"""Joins a question with passages into the token ids that a cross-encoder reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.domain.errors import InvalidInput
from workbench.domain.pairs import Prompt, Tokenizer
from workbench.domain.rankings import Window
from workbench.rerank.prompt import question, well_formed
from workbench.rerank.windows import WINDOW_TOKENS, DividedPrompts, divide, edges_of

_CHANCES = 4
"""How often windows are made smaller by what was too much, before they are halved."""


class PairTokenizer(Tokenizer, Protocol):
    """A tokenizer that says what its model expects around a question and a passage."""

    @property
    def frame(self) -> tuple[Prompt, Prompt, Prompt]:
        """Return the ids before the question, between it and the passage, and after that."""
        ...


@dataclass(frozen=True, slots=True)
class Joined:
    """One question as a model reads it, which passages are joined to; only they are ever cut."""

    tokenizer: PairTokenizer
    head: Prompt
    tail: Prompt
    room: int

    @classmethod
    def of(
        cls, tokenizer: PairTokenizer, query: str, instruction: str, max_length: int
    ) -> "Joined":
        """Return the question with room for a passage in prompts of ``max_length`` tokens.

        A model without instructions reads ``{instruction} {query}`` as its question.

        Raises:
            InvalidInput: ``prompt_too_long`` where the question leaves no token for a passage.
        """
        before, between, after = tokenizer.frame
        (asked,) = tokenizer.encode([question(query, instruction)])
        head = (*before, *asked, *between)
        taken = len(head) + len(after)
        if taken >= max_length:
            raise InvalidInput("prompt_too_long", tokens=taken, limit=max_length)
        return cls(tokenizer, head, after, max_length - taken)

    @property
    def frame_tokens(self) -> int:
        """Return how many tokens a prompt has beside its passage."""
        return len(self.head) + len(self.tail)

    def cut(self, documents: Sequence[str]) -> list[DividedPrompts]:
        """Return one prompt a document, whose end is left out where it does not fit."""
        encoded = self.tokenizer.encode([well_formed(text) for text in documents])
        return [
            DividedPrompts((self._prompt(ids[: self.room]),), (), self.frame_tokens + len(ids))
            for ids in encoded
        ]

    def whole(self, documents: Sequence[str]) -> list[DividedPrompts]:
        """Return one prompt a document, read to its end.

        Raises:
            InvalidInput: ``document_beyond_model`` for a document that does not fit.
        """
        made = self.cut(documents)
        limit = self.frame_tokens + self.room
        for position, one in enumerate(made, start=1):
            if one.tokens > limit:
                raise InvalidInput(
                    "document_beyond_model", position=position, tokens=one.tokens, limit=limit
                )
        return made

    def windows(self, document: str, size: int = WINDOW_TOKENS) -> DividedPrompts:
        """Return one prompt a window, each exactly that of the window's text as a document.

        A text that is cut may have more tokens than it had in its place: where one does, all
        windows are made a little smaller.

        Raises:
            InvalidInput: ``prompt_too_long`` where the question leaves no room for a character.
        """
        text = well_formed(document)
        (ids,) = self.tokenizer.encode([text])
        tokens = self.frame_tokens + len(ids)
        limit = min(size, self.room)
        if len(ids) <= limit:
            return DividedPrompts((self._prompt(ids),), (Window(1, 1, 0, len(text)),), tokens)
        edges = edges_of(text, self.tokenizer.spans(text))
        wanted, tries, longest = limit, 0, len(ids)
        while wanted > 0:
            ranges = divide(edges, wanted)
            parts = self.tokenizer.encode([text[start:end] for start, end in ranges])
            longest = max(map(len, parts))
            if longest <= (limit if wanted > 1 else self.room):
                windows = (Window(n, len(ranges), *one) for n, one in enumerate(ranges, start=1))
                return DividedPrompts(tuple(map(self._prompt, parts)), tuple(windows), tokens)
            tries += 1
            smaller = max(wanted - (longest - limit), 1)
            wanted = smaller if wanted > 1 and tries <= _CHANCES else wanted // 2
        raise InvalidInput(
            "prompt_too_long",
            tokens=self.frame_tokens + longest,
            limit=self.frame_tokens + self.room,
        )

    def _prompt(self, ids: Sequence[int]) -> Prompt:
        return (*self.head, *ids, *self.tail)
