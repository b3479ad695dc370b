"""Turns a query, an instruction and documents into the exact prompts that Qwen3-Reranker reads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.errors import InvalidInput
from workbench.domain.pairs import Tokenizer


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A prompt in three parts: a constant prefix, a body with three blanks, a constant suffix.

    The constant parts come as token ids too, because only they hold control tokens: the body is
    made of users' texts and is tokenised without any. ``yes_id`` and ``no_id`` are the two answers
    whose log-odds is the score.
    """

    template_id: str
    prefix: str
    body: str
    suffix: str
    default_instruction: str
    prefix_ids: tuple[int, ...]
    suffix_ids: tuple[int, ...]
    yes_id: int
    no_id: int

    def body_of(self, query: str, document: str, instruction: str) -> str:
        """Return the middle part; an empty instruction reads as the default one."""
        return self.body.format(
            instruction=instruction or self.default_instruction, query=query, document=document
        )

    def head_of(self, query: str, instruction: str) -> str:
        """Return the body up to its last colon: everything that is never cut.

        The space after the colon belongs to the document, because it becomes one token with the
        document's first word.
        """
        return self.body_of(query, "", instruction).rstrip(" ")


QWEN3 = PromptTemplate(
    template_id="qwen3-reranker/v1",
    prefix=(
        "<|im_start|>system\n"
        "Judge whether the Document meets the requirements based on the Query and the Instruct "
        'provided. Note that the answer can only be "yes" or "no".<|im_end|>\n'
        "<|im_start|>user\n"
    ),
    body="<Instruct>: {instruction}\n<Query>: {query}\n<Document>: {document}",
    suffix="<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
    default_instruction=(
        "Given a web search query, retrieve relevant passages that answer the query"
    ),
    # fmt: off
    prefix_ids=(
        151644,
        8948,
        198,
        60256,
        3425,
        279,
        11789,
        20027,
        279,
        8502,
        3118,
        389,
        279,
        11361,
        323,
        279,
        758,
        1235,
        3897,
        13,
        7036,
        429,
        279,
        4226,
        646,
        1172,
        387,
        330,
        9693,
        1,
        476,
        330,
        2152,
        3263,
        151645,
        198,
        151644,
        872,
        198,
    ),
    # fmt: on
    suffix_ids=(151645, 198, 151644, 77091, 198, 151667, 271, 151668, 271),
    yes_id=9693,
    no_id=2152,
)
"""The prompt of Qwen3-Reranker (0.6B, 4B and 8B), the transformers variant with single newlines.

Source: model card of Qwen/Qwen3-Reranker-0.6B, section "Transformers Usage"; the ids are those of
its tokenizer.json.
"""

CONTROL_TOKENS: tuple[str, ...] = (
    *("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>"),
    *("<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>"),
    *("<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"),
    *("<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"),
    *("<|fim_pad|>", "<|repo_name|>", "<|file_sep|>", "<tool_response>", "</tool_response>"),
    *("<think>", "</think>"),
)
"""The 26 added tokens of Qwen3's vocabulary, as they are written.

Source: added_tokens in tokenizer.json of Qwen/Qwen3-Reranker-0.6B.
"""

_CONTROL = re.compile("|".join(re.escape(token) for token in CONTROL_TOKENS))
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class EncodedPairs:
    """One prompt a document, in the order given; lengths are in tokens of the whole prompt.

    ``tokens`` is what each prompt would have with its whole document, ``tokens_read`` what is left
    of it within the limit.
    """

    prompts: tuple[tuple[int, ...], ...]
    tokens: tuple[int, ...]

    @property
    def tokens_read(self) -> tuple[int, ...]:
        """Return the length of each prompt as the model reads it."""
        return tuple(len(prompt) for prompt in self.prompts)


def encode(
    template: PromptTemplate,
    tokenizer: Tokenizer,
    query: str,
    documents: Sequence[str],
    instruction: str,
    max_length: int,
) -> EncodedPairs:
    """Return one prompt a document, each of at most ``max_length`` tokens; none for no documents.

    Only the end of a document is ever cut: the suffix is where the model answers, and a lost query
    would leave nothing to judge. A body is tokenised whole, since the space before a document
    merges into its first token.

    Raises:
        InvalidInput: ``prompt_too_long`` where instruction and query leave no token for a document.
    """
    room_for_document(template, tokenizer, query, instruction, max_length)
    bodies = [well_formed(template.body_of(query, text, instruction)) for text in documents]
    encoded = tokenizer.encode(bodies)
    frame = len(template.prefix_ids) + len(template.suffix_ids)
    room = max_length - frame
    return EncodedPairs(
        prompts=tuple(
            (*template.prefix_ids, *body[:room], *template.suffix_ids) for body in encoded
        ),
        tokens=tuple(frame + len(body) for body in encoded),
    )


def room_for_document(
    template: PromptTemplate, tokenizer: Tokenizer, query: str, instruction: str, max_length: int
) -> int:
    """Return how many tokens of a prompt are left for a document, 1 at least.

    Raises:
        InvalidInput: ``prompt_too_long`` where instruction and query leave none.
    """
    (head,) = tokenizer.encode([well_formed(template.head_of(query, instruction))])
    taken = len(template.prefix_ids) + len(template.suffix_ids) + len(head)
    if taken >= max_length:
        raise InvalidInput("prompt_too_long", tokens=taken, limit=max_length)
    return max_length - taken


def render(query: str, document: str, instruction: str, template: PromptTemplate = QWEN3) -> str:
    """Return the whole prompt as text, uncut; an empty instruction shows as the default one."""
    return template.prefix + template.body_of(query, document, instruction) + template.suffix


def question(query: str, instruction: str) -> str:
    """Return what a model without an instruction of its own reads as the query: both, joined."""
    return well_formed(f"{instruction} {query}" if instruction else query)


def holds_control_tokens(text: str) -> bool:
    """Return whether ``text`` writes out a control token; it is read as plain text all the same."""
    return _CONTROL.search(text) is not None


def well_formed(text: str) -> str:
    """Return ``text`` with halves of surrogate pairs, which no tokenizer takes, as U+FFFD."""
    return _LONE_SURROGATE.sub("\ufffd", text)
