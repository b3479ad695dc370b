"""Tests of benchmarks.glossary_effect: what is counted, by hand."""

from benchmarks.glossary_effect import found, index_of, row
from workbench.domain.glossaries import GlossaryEntry
from workbench.evaluation.collection import Asked, RankedLabels, Row
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.glossary import GlossaryTerms

LABELS = RankedLabels(
    rows=(
        Row("z1", "", "退货期限为三十天,自签收之日起计算。"),
        Row("z2", "", "运费由买家承担,包裹破损的除外。"),
        Row("e1", "", "The return window is thirty days from delivery."),
        Row("e2", "", "The buyer bears the postage."),
    ),
    queries=(Asked("q1", "退货期限多长", "zh"), Asked("q2", "等待", "zh")),
    qrels={"q1": {"z1": 3, "e1": 2, "e2": 1}},
)
TERMS = GlossaryTerms([GlossaryEntry("退货期限", "return window")], MixedAnalyzer())


def test_right_passages_of_both_languages_are_counted_apart():
    index = index_of(LABELS)
    without, with_it = found(LABELS, index, None), found(LABELS, index, TERMS)
    assert (without.own, without.other) == ((1.0,), (0.0,))
    assert (with_it.own, with_it.other) == ((1.0,), (1.0,))
    line = row("x", 1, [(without, with_it)])
    assert line == "| x | 1 | 1 | 0.000 -> 1.000 | 1.000 -> 1.000 |"
