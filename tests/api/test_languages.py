"""Accept-Language with its q-values."""

import pytest

from workbench.api.languages import wanted_tongue


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en;q=0.3, zh;q=0.7", "zh"),
        ("fr-FR, en;q=0.5", "en"),
        ("de, fr", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("en;q=abc", "zh"),
        ("en;q=nan", "zh"),
        ("en;q=7", "zh"),
        ("EN-us ; q=1", "en"),
        ("english", "zh"),
        (",;=,", "zh"),
    ],
)
def test_the_highest_q_value_wins(header: str | None, wanted: str) -> None:
    assert wanted_tongue(header) == wanted
