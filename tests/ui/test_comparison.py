"""The table of a comparison is aligned by passage."""

from workbench.domain.actors import OWNER
from workbench.services.workbench import Workbench
from workbench.ui.comparison import agreement_rows, table_rows

ARMS = [("A", ""), ("B", "MAC password")]


def test_every_passage_has_one_row_with_its_rank_in_each_arm(filled: Workbench) -> None:
    corpus = filled.corpora.list(OWNER)[0].corpus_id
    found = filled.compare.run(OWNER, [corpus], "违约金 address", ARMS)
    rows = table_rows(found, "en")
    size = len(found.pool.candidates)
    assert [row["A rank"] for row in rows] == list(range(1, size + 1))
    assert sorted(int(row["B rank"] or 0) for row in rows) == list(range(1, size + 1))
    for row in rows:
        moved = int(row["A rank"] or 0) - int(row["B rank"] or 0)
        expected = f"▲{moved}" if moved > 0 else f"▼{-moved}" if moved else "="
        assert row["B move"] == expected
    texts = {c.chunk.text for c in found.pool.views.values()}
    assert all(
        any(" ".join(t.split()).startswith(str(r["Passage"])[:20]) for t in texts) for r in rows
    )


def test_agreement_is_told_for_every_arm_but_the_baseline(filled: Workbench) -> None:
    corpus = filled.corpora.list(OWNER)[0].corpus_id
    found = filled.compare.run(OWNER, [corpus], "违约金", [("A", ""), ("B", "")])
    (row,) = agreement_rows(found, "zh")
    assert row["方案"] == "B"
    assert row["RBO"] == 1.0
