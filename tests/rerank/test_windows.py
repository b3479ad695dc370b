"""Tests of workbench.rerank.windows."""

import shutil
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.qwen3_tokenizer import qwen3_tokenizer_file
from tests.rerank.scripted import CharacterTokenizer
from workbench.domain.errors import InvalidInput
from workbench.domain.rankings import Window
from workbench.models.qwen3_tokenizer import Qwen3Tokenizer
from workbench.rerank.prompt import QWEN3, encode
from workbench.rerank.windows import divide, edges_of, encode_windows, joined

FRAME = 39 + 9
FAMILY = "👨\u200d👩\u200d👧\u200d👦"
FLAGS = "🇨🇳🇫🇷🇩🇪"
HARD = st.text(
    st.one_of(
        st.sampled_from([*FAMILY, *FLAGS, "\u0301", "e", "각", "\u1112", "\u1161", "\u11ab"]),
        st.sampled_from([*"中文。 \n\r\tab", "\ud800", "\udc00", "👍", "🏽", "\ufe0f", "𠮷"]),
        st.characters(),
    ),
    max_size=200,
)


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Qwen3Tokenizer:
    folder = tmp_path_factory.mktemp("qwen3")
    shutil.copyfile(qwen3_tokenizer_file(), folder / "tokenizer.json")
    return Qwen3Tokenizer(folder)


def characters(text, size):
    """Divide a text of which every character is a token."""
    return divide(edges_of(text, CharacterTokenizer().spans(text)), size)


def windows_of(tokenizer, document, max_length, size=1024, query="q", instruction="i"):
    return encode_windows(QWEN3, tokenizer, query, document, instruction, max_length, size)


def assert_whole(ranges, length):
    assert (ranges[0][0], ranges[-1][1]) == (0, length)
    for (start, end), (after, after_end) in zip(ranges, ranges[1:], strict=False):
        assert start < after <= end < after_end


def test_windows_overlap_by_an_eighth():
    # 8 tokens each, of which one is read again: 0-8, 7-15, 14-20
    assert characters("abcdefghijklmnopqrst", 8) == [(0, 8), (7, 15), (14, 20)]
    assert characters("abcdefghijklmnop", 16) == [(0, 16)]
    assert characters("abcdefghijklmnopq", 16) == [(0, 16), (14, 17)]


def test_windows_of_one_token_do_not_overlap():
    assert characters("abc", 1) == [(0, 1), (1, 2), (2, 3)]
    assert characters("a", 1) == [(0, 1)]
    assert characters("", 1) == [(0, 0)]


def test_what_is_seen_as_one_character_is_not_split():
    text = "ab" + FAMILY + "cd"
    assert len(FAMILY) == 7
    assert characters(text, 8) == [(0, 2), (1, 9), (9, 11)]
    assert characters("abc" + "e\u0301" + "fg", 4) == [(0, 3), (3, 7)]
    assert characters("a" + FLAGS, 4) == [(0, 3), (3, 7)]
    assert characters("a\r\nb", 2) == [(0, 1), (1, 3), (3, 4)]


def test_a_heap_of_marks_over_the_size_is_divided_all_the_same():
    ranges = characters("a" + "\u0301" * 20, 8)
    assert_whole(ranges, 21)
    assert max(end - start for start, end in ranges) == 8


@pytest.mark.parametrize(
    ("before", "after", "one"),
    [
        *(
            ("e", "\u0301", True),
            ("👍", "🏽", True),
            ("👩", "\u200d", True),
            ("\u200d", "👧", True),
        ),
        *(("❤", "\ufe0f", True), ("\u1112", "\u1161", True), ("\u1161", "\u11ab", True)),
        *(("\ud83d", "\ude00", True), ("하", "\u11ab", True), ("\r", "\n", True)),
        *(("a", "b", False), ("中", "文", False), ("\n", "\r", False), ("각", "각", False)),
        *(("\ude00", "\ud83d", False), ("😀", "😀", False)),
    ],
)
def test_which_characters_belong_together(before, after, one):
    assert joined(before, after) is one


@given(HARD, st.integers(1, 40))
def test_every_character_lies_in_a_window_and_no_window_is_too_long(text, size):
    ranges = characters(text, size)
    assert_whole(ranges, len(text))
    for at, (start, end) in enumerate(ranges):
        assert end - start <= size
        if at and start < ranges[at - 1][1]:
            assert ranges[at - 1][1] - start <= size // 8


@given(HARD)
def test_marks_stay_with_their_letter_where_there_is_room(text):
    longest = run = 1
    for before, after in zip(text, text[1:], strict=False):
        flags = "\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff"
        run = run + 1 if joined(before, after) or flags else 1
        longest = max(longest, run)
    for start, end in characters(text, longest + 1):
        for at in (start, end):
            if 0 < at < len(text):
                assert not joined(text[at - 1], text[at])
                assert not unicodedata.category(text[at]).startswith("M")


def test_a_document_that_fits_is_one_prompt():
    made = windows_of(CharacterTokenizer(), "x" * 20, 200)
    head = len("<Instruct>: i\n<Query>: q\n<Document>:")
    assert (len(made.prompts), made.tokens) == (1, FRAME + head + 21)
    assert made.windows == (Window(1, 1, 0, 20),)
    assert windows_of(CharacterTokenizer(), "", 200).windows == (Window(1, 1, 0, 0),)


@pytest.mark.parametrize("document", ["字" * 90, "word " * 60, "ab 😀 " * 30, "a\u0301é ﬁ ﭏ " * 20])
@pytest.mark.parametrize("max_length", [110, 150])
def test_each_prompt_is_that_of_the_windows_text(real, document, max_length):
    made = windows_of(real, document, max_length, size=24)
    assert len(made.prompts) > 1
    texts = [document[one.start : one.end] for one in made.windows]
    alone = encode(QWEN3, real, "q", texts, "i", max_length)
    assert made.prompts == alone.prompts
    assert alone.tokens == alone.tokens_read
    assert made.tokens == encode(QWEN3, real, "q", [document], "i", 100_000).tokens[0]
    assert [(one.number, one.count) for one in made.windows] == [
        (n, len(texts)) for n in range(1, len(texts) + 1)
    ]


@settings(max_examples=60, deadline=None)
@given(text=HARD, size=st.integers(4, 40))
def test_the_real_vocabulary_loses_no_character(real, text, size):
    made = windows_of(real, text, 400, size)
    assert_whole([(one.start, one.end) for one in made.windows], len(text))
    head = len(windows_of(real, "", 400).prompts[0])
    # the space before a document is a token by itself where there is no document
    assert max(map(len, made.prompts)) <= max(head + size, head + 4)


def test_windows_of_one_token_of_the_real_vocabulary(real):
    made = windows_of(real, "one two three 四😀", 400, size=1)
    text = "one two three 四😀"
    assert_whole([(one.start, one.end) for one in made.windows], len(text))
    assert "😀" in [text[one.start : one.end] for one in made.windows]


def test_no_room_is_told_with_its_numbers(real):
    with pytest.raises(InvalidInput) as caught:
        windows_of(real, "d" * 500, 60)
    assert caught.value.code == "prompt_too_long"
    assert caught.value.params["limit"] == 60
    with pytest.raises(InvalidInput) as caught:
        windows_of(CharacterTokenizer(), "d" * 500, 120, query="q" * 500)
    assert caught.value.code == "prompt_too_long"


def test_lone_surrogates_count_as_one_character(real):
    document = "\ud800" * 50 + "字" * 100
    made = windows_of(real, document, 150, size=40)
    assert_whole([(one.start, one.end) for one in made.windows], 150)
