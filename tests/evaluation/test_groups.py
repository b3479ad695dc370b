"""Samples and pairs of languages."""

from workbench.evaluation.collection import Asked, RankedLabels, Row
from workbench.evaluation.groups import by_language, sample
from workbench.evaluation.measure_names import parse_measures

ROWS = (
    Row("zh", "", "第一条 违约金为每日万分之五。"),
    Row("en", "", "The penalty is five per ten thousand a day."),
)
QUERIES = (Asked("1", "违约金是多少", "zh"), Asked("2", "How much is the penalty?"))
QRELS = {"1": {"zh": 1, "en": 1}, "2": {"zh": 0, "en": 1}}


def test_only_relevant_rows_of_the_language_count_in_a_part() -> None:
    labels = RankedLabels(ROWS, QUERIES, QRELS)
    run = {"1": ["zh", "en"], "2": ["zh"]}
    parts = by_language(labels, QRELS, run, parse_measures("RR@10", 1), 1)
    assert {name: (p.n_queries, p.measures["RR@10"]) for name, p in parts.items()} == {
        "zh->zh": (1, 1.0),
        "zh->en": (1, 0.5),
        "en->en": (1, 0.0),
    }
    assert [parts[one].recall_ceiling for one in ("zh->en", "en->en")] == [1.0, 0.0]


def test_no_labels_give_no_parts() -> None:
    assert by_language(RankedLabels((), (), {}), {}, {}, parse_measures("RR@10", 1), 1) == {}


def test_a_sample_is_the_same_whatever_the_order() -> None:
    labelled = {str(number): number for number in range(50)}
    drawn = sample(labelled, 10)
    assert len(drawn) == 10
    assert sample(dict(reversed(labelled.items())), 10) == drawn
    assert list(sample(labelled, 10)) == list(sample(dict(reversed(labelled.items())), 10))
    assert sample(labelled, None).keys() == sample(labelled, 99).keys() == labelled.keys()
