"""Tests of workbench.rerank.pair_prompts."""

import pytest

from tests.rerank.scripted import FramedTokenizer, text_of
from workbench.domain.errors import InvalidInput
from workbench.rerank.pair_prompts import Joined


def joined(query: str = "q", instruction: str = "", max_length: int = 12) -> Joined:
    return Joined.of(FramedTokenizer(), query, instruction, max_length)


def test_a_prompt_is_the_frame_around_question_and_passage():
    (made,) = joined().cut(["ab"])
    assert made.prompts == ((0, 200_113, 2, 2, 200_097, 200_098, 2),)
    assert (made.tokens, made.windows) == (7, ())


def test_an_instruction_stands_before_the_question():
    (made,) = joined("q", "i").cut([""])
    assert text_of(made.prompts[0]) == "i q"


def test_only_the_passage_is_cut():
    cut, short = joined().cut(["abcdefghij", "x"])
    assert text_of(cut.prompts[0]) == "qabcdefg"
    assert (cut.prompts[0][-1], len(cut.prompts[0]), cut.tokens) == (2, 12, 15)
    assert (len(short.prompts[0]), short.tokens) == (6, 6)


def test_a_question_that_leaves_no_room_is_refused():
    assert joined("q" * 7).room == 1
    with pytest.raises(InvalidInput) as caught:
        joined("q" * 8)
    assert (caught.value.code, caught.value.params) == (
        "prompt_too_long",
        {"tokens": 12, "limit": 12},
    )


def test_what_cannot_be_read_whole_is_refused():
    assert joined().whole(["abcdefg"])[0].tokens == 12
    with pytest.raises(InvalidInput) as caught:
        joined().whole(["a", "abcdefgh"])
    assert caught.value.code == "document_beyond_model"
    assert caught.value.params == {"position": 2, "tokens": 13, "limit": 12}


def test_what_fits_is_one_window():
    made = joined().windows("abcdefg")
    assert (len(made.prompts), made.windows[0].count, made.windows[0].end) == (1, 1, 7)
    assert joined().windows("").windows[0].end == 0


def test_windows_cover_a_passage_and_read_as_documents():
    text = "".join(chr(ord("a") + at % 26) for at in range(40))
    one = joined()
    made = one.windows(text, 5)
    assert made.tokens == 45
    assert [window.number for window in made.windows] == list(range(1, len(made.windows) + 1))
    assert made.windows[0].start == 0 and made.windows[-1].end == 40
    for before, after in zip(made.windows, made.windows[1:], strict=False):
        assert before.start < after.start <= before.end
    for window, prompt in zip(made.windows, made.prompts, strict=True):
        assert (prompt,) == one.cut([text[window.start : window.end]])[0].prompts
        assert window.end - window.start <= 5


def test_a_text_that_grows_when_it_is_cut_has_smaller_windows():
    class Growing(FramedTokenizer):
        """Gives every text one token more than it has characters."""

        def encode(self, texts):
            return [[7, *ids] for ids in super().encode(texts)]

    made = Joined.of(Growing(), "", "", 12).windows("abcdefghijkl", 5)
    assert max(map(len, made.prompts)) <= 5 + 5
    assert made.windows[-1].end == 12


def test_a_character_that_fits_no_prompt_is_refused():
    class Wide(FramedTokenizer):
        """Gives every character five tokens."""

        def encode(self, texts):
            return [[one for one in ids for _ in range(5)] for ids in super().encode(texts)]

        def spans(self, text):
            return [(at, at + 1) for at in range(len(text)) for _ in range(5)]

    with pytest.raises(InvalidInput, match="prompt_too_long"):
        Joined.of(Wide(), "", "", 8).windows("ab")
