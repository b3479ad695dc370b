import pytest

from tests.ingest.pdf_maker import encrypted, lines, make_pdf
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.pdf_open import counted, damage, opened
from workbench.ingest.pdfium import SecondOpinion

DATA = make_pdf([lines(["第一章 总则"]), lines(["two"])])


@pytest.mark.parametrize("method", ["AES-256", "AES-128", "RC4-128"])
def test_a_file_only_its_owner_protects_opens(method):
    reader = opened(encrypted(DATA, user="", method=method), None)
    assert reader is not None
    assert "第一章" in reader.pages[0].extract_text()


@pytest.mark.parametrize(("password", "code"), [(None, "locked"), ("no", "wrong_password")])
def test_locked_files(password, code):
    with pytest.raises(UnreadableDocument) as caught:
        opened(encrypted(DATA, user="secret"), password)
    assert caught.value.code == code


def test_the_right_password():
    assert opened(encrypted(DATA, user="secret"), "secret") is not None


def test_a_damaged_file_is_none_for_pypdf():
    assert opened(DATA[: len(DATA) // 2], None) is None


def test_pages_are_counted_by_whoever_can():
    with SecondOpinion(DATA) as second:
        reader, count = counted(opened(DATA, None), second)
        assert reader is not None
        assert count == 2
        assert counted(None, second) == (None, 2)


def test_any_failure_of_the_library_is_damage_and_lack_of_memory_is_not():
    with pytest.raises(UnreadableDocument) as caught, damage():
        raise KeyError("/Root")
    assert (caught.value.code, caught.value.params) == ("damaged", {"reason": "KeyError"})
    with pytest.raises(MemoryError), damage():
        raise MemoryError
