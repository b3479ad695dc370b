from workbench.domain.documents import Section, SlicePolicy
from workbench.ingest.fitting import fitted
from workbench.ingest.passages import Canon

ROOT = Section("", None, "a", None, 0, None, 0, 0, "document")


def parts(text, **policy):
    canon = Canon(text, [], [])
    made = list(fitted(0, len(text), ROOT, "text", canon, SlicePolicy(**policy)))
    return [(text[p.start : p.end], p.part, p.parts) for p in made]


def test_what_fits_is_one_piece():
    assert parts("甲。乙。") == [("甲。乙。", 1, 1)]


def test_what_does_not_fit_is_cut_at_sentences_and_packed_to_the_target():
    text = "一二三四五六七。" * 6
    # A sentence weighs 5.2 tokens, so two of them fit into eleven and six not into twenty.
    made = parts(text, minimum=1, target=11, maximum=20)
    assert "".join(piece for piece, _, _ in made) == text
    assert [(part, of) for _, part, of in made] == [(1, 3), (2, 3), (3, 3)]
    assert {piece for piece, _, _ in made} == {"一二三四五六七。" * 2}
