from workbench.recall.stopwords import ACRONYMS, CHINESE, ENGLISH


def test_words_are_written_as_they_are_compared() -> None:
    assert all(word == word.lower() and word.isascii() for word in ENGLISH)
    assert all(all("一" <= c <= "鿿" for c in word) for word in CHINESE)
    assert {word.lower() for word in ACRONYMS} <= ENGLISH


def test_words_with_content_are_not_among_them() -> None:
    assert not {"contract", "password", "may", "shall not"} & ENGLISH
    assert not {"不", "合同", "规定", "责任", "不得", "第"} & CHINESE
