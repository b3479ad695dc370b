"""Tests of benchmarks.bm25_corpus: the same chunks every time, and words as frequent as said."""

from collections import Counter
from itertools import islice

from benchmarks.bm25_corpus import AT_ONCE, TERMS, Synthetic, questions


def test_a_small_corpus_is_the_beginning_of_a_large_one():
    assert list(Synthetic(30)) == list(islice(Synthetic(AT_ONCE + 5), 30))
    assert sum(1 for _ in Synthetic(AT_ONCE + 5)) == AT_ONCE + 5


def test_lengths_and_frequencies():
    chunks = list(Synthetic(2000))
    lengths = [len(chunk) for chunk in chunks]
    assert 145 < sum(lengths) / len(lengths) < 155
    assert min(lengths) >= 20
    distinct = sum(len(set(chunk)) for chunk in chunks) / len(chunks)
    assert 100 < distinct < 130
    held = Counter(term for chunk in chunks for term in set(chunk))
    assert held["w0"] > len(chunks) / 2 > held["w50"]


def test_questions_are_seeded_and_each_of_one_chunk():
    chunks = list(Synthetic(50))
    asked = questions(chunks, 20)
    assert asked == questions(chunks, 20) != questions(chunks, 20, seed=1)
    assert all(len(set(terms)) == TERMS for terms in asked)
    assert all(any(set(terms) <= set(chunk) for chunk in chunks) for terms in asked)
