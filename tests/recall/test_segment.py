import numpy as np

from tests.recall.tiny import entry
from workbench.recall.postings import Counted
from workbench.recall.segment import Listed, Segment, SegmentBuilder, merged, segment_of

ENTRIES = [
    entry("c1", "违约 责任", document="a.md", kind="article"),
    entry("c2", "breach breach", document="a.md", kind="text"),
    entry("c3", "", document="b.md", kind="table"),
]


def made() -> Segment:
    return segment_of(ENTRIES, str.split, {})


def test_a_document_is_a_run_of_entries() -> None:
    segment = made()
    assert [d.document_id for d in segment.documents] == ["id-a.md", "id-b.md"]
    assert segment.starts.tolist() == [0, 2, 3]
    assert list(segment.chunk_ids.texts) == ["c1", "c2", "c3"]
    assert segment.kind_names == ("article", "text", "table")
    assert segment.by_chunk(np.array([True, False])).tolist() == [True, True, False]


def test_all_of_it_comes_back_from_its_arrays() -> None:
    segment = made()
    back = Segment.from_arrays(segment.arrays())
    assert back.documents == segment.documents
    assert back.kind_names == segment.kind_names
    assert list(back.hashes) == [e.text_hash for e in ENTRIES]
    for name, values in segment.arrays().items():
        assert np.array_equal(back.arrays()[name], values), name


def test_known_texts_are_not_read_again() -> None:
    read: list[str] = []

    def tokens(text: str) -> list[str]:
        read.append(text)
        return text.split()

    known = {ENTRIES[1].text_hash: Counted(("breach",), (2,))}
    segment = segment_of(ENTRIES, tokens, known)
    assert read == ["违约 责任", ""]
    assert segment.postings.row("breach")[1].tolist() == [2]


def test_merged_segments_leave_out_what_is_gone() -> None:
    builder = SegmentBuilder()
    builder.begin(Listed("d9", "z.md", "2", "t"))
    builder.add(entry("c9", "breach 责任", kind="table"), ["breach", "责任"])
    one = merged([(made(), np.array([False, True])), (builder.finish(), None)])
    assert [d.document_id for d in one.documents] == ["id-a.md", "d9"]
    assert list(one.chunk_ids.texts) == ["c1", "c2", "c9"]
    assert one.postings.row("breach")[0].tolist() == [1, 2]
    assert one.postings.lengths.tolist() == [2, 2, 2]
    kinds = [one.kind_names[code] for code in one.kinds.tolist()]
    assert kinds == ["article", "text", "table"]
    assert one.languages.tolist() == [*made().languages[:2].tolist(), one.languages[2]]


def test_nothing_left_is_an_empty_segment() -> None:
    assert len(merged([(made(), np.array([True, True]))])) == 0
