import pytest

from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.asked import Asked, Citation, asked

ANALYZER = MixedAnalyzer()


def of(text: str, *, exact: bool = False) -> Asked:
    return asked(text, ANALYZER, exact=exact)


@pytest.mark.parametrize(
    ("text", "unit", "number", "title"),
    [
        ("《民法典》第584条", "article", "584", "民法典"),
        ("民法典第五百八十四条的规定是什么", "article", "584", "民法典"),
        ("根据民法典第584条第2款赔多少", "article", "584", "民法典"),
        ("第 五 百 八十四 条", None, "", ""),  # spaces inside a numeral are no numeral
        ("第５８４条", "article", "584", ""),
        ("第一百二十条之一", "article", "120-1", ""),
        ("第9.2条", "article", "9.2", ""),
        ("按 9.2 款", "clause", "9.2", ""),
        ("第八章讲什么", "chapter", "8", ""),
        ("Article 17 GDPR", "article", "17", "GDPR"),
        ("GDPR Article 17(1)", "article", "17", "GDPR"),
        ("What does Article 6(1)(a) of the GDPR say?", "article", "6", "GDPR"),
        ("Art. 17", "article", "17", ""),
        ("Section 9.2", "section", "9.2", ""),
        ("§ 9.2", "section", "9.2", ""),
        ("clause 9.2 late delivery", "clause", "9.2", ""),
        ("Chapter IV", "chapter", "4", ""),
        ("第三方责任", None, "", ""),
        ("第二项目的进度", None, "", ""),
        ("第三条件", None, "", ""),
        ("version 9.2", None, "", ""),
        ("particle 5", None, "", ""),
    ],
)
def test_sections_that_are_named(text: str, unit: str | None, number: str, title: str) -> None:
    found = of(text).citations
    if unit is None:
        assert found == ()
    else:
        (one,) = found
        assert (one.unit, one.number, one.title) == (unit, number, title)


def test_several_sections_each_once() -> None:
    found = of("民法典第584条和第585条有什么区别，第584条呢").citations
    assert [(c.number, c.title) for c in found] == [("584", "民法典"), ("585", ""), ("584", "")]
    assert of("第3条与第三条").citations == (Citation("article", "3", "第3条"),)


@pytest.mark.parametrize(
    ("text", "phrases", "plain"),
    [
        ('"违约金" 上限', ("违约金",), "违约金 上限"),
        ('什么是"违约金"', ("违约金",), "什么是 违约金"),
        ('"time is of the essence" clause', ("time is of the essence",), None),
        ('5" pipe and 6" pipe', (), None),
        ('"unbalanced', (), None),
        ('""', (), None),
        ('"…"', (), None),
        ("《民法典》", (), None),
    ],
)
def test_exact_phrases(text: str, phrases: tuple[str, ...], plain: str | None) -> None:
    found = of(text)
    assert found.phrases == phrases
    if plain is not None:
        assert found.plain == plain


@pytest.mark.parametrize("text", ["“不可抗力”怎么赔", "「不可抗力」怎么赔", "『不可抗力』怎么赔"])
def test_typographic_marks_may_be_a_manner_of_speaking(text: str) -> None:
    found = of(text)
    assert (found.phrases, found.quoted, found.plain) == ((), ("不可抗力",), text)


@pytest.mark.parametrize(
    ("text", "without", "plain"),
    [
        ("违约金 -定金", ("定金",), "违约金"),
        ('违约金 -"late delivery" 上限', ("late delivery",), "违约金 上限"),
        ("-定金 违约金", ("定金",), "违约金"),
        ("XK-200 3-5 -5 a - b e-mail", (), "XK-200 3-5 -5 a - b e-mail"),
        ("违约金－定金", (), "违约金－定金"),
        ("-定金", ("定金",), ""),
    ],
)
def test_what_is_left_out(text: str, without: tuple[str, ...], plain: str) -> None:
    found = of(text)
    assert (found.without, found.plain) == (without, plain)


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("《民法典》第584条", True),
        ("民法典第584条的规定是什么？", True),
        ("What does Article 17 of the GDPR say?", True),
        ('"违约金"', True),
        ("民法典第584条赔多少", False),
        ("Article 17 GDPR erasure of backups", False),
        ('"违约金" 上限', False),
        ("违约金", False),
    ],
)
def test_nothing_else_is_asked(text: str, settled: bool) -> None:
    assert of(text).settled is settled


def test_the_whole_question_as_a_phrase() -> None:
    assert of('第3条 "甲" -乙', exact=True) == Asked(
        '第3条 "甲" -乙', phrases=('第3条 "甲" -乙',), settled=True
    )
    assert of("……", exact=True).is_plain


@pytest.mark.parametrize(
    "text", ["", "😀" * 500, "的 是 了", "word " * 10_000, '"' * 999, "-" * 999]
)
def test_a_plain_question_stays_as_it_is(text: str) -> None:
    found = of(text)
    assert found.is_plain and found.plain == text and not found.settled
