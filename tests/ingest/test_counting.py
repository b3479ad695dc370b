import pytest

from workbench.ingest.counting import counted, written


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (7, "decimal", "7"),
        (7, "decimalZero", "07"),
        (12, "decimalFullWidth", "１２"),
        (20, "decimalEnclosedCircle", "⑳"),
        (21, "decimalEnclosedCircle", "21"),
        (1994, "upperRoman", "MCMXCIV"),
        (4, "lowerRoman", "iv"),
        (26, "lowerLetter", "z"),
        (27, "upperLetter", "AA"),
        (12, "chineseCounting", "十二"),
        (20, "chineseCountingThousand", "二十"),
        (12, "ideographDigital", "一二"),
        (10, "ideographDigital", "一〇"),
        (3, "chineseLegalSimplified", "叁"),
        (10, "chineseLegalSimplified", "壹拾"),
        (2, "ideographTraditional", "乙"),
        (11, "ideographTraditional", "11"),
        (12, "ideographZodiac", "亥"),
        (5, "none", ""),
        (5, "unheardOf", "5"),
        (0, "upperRoman", "0"),
        (10_000, "chineseCounting", "10000"),
    ],
)
def test_formats(number, form, text):
    assert written(number, form) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (19, "十九"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (463, "四百六十三"),
        (1005, "一千零五"),
        (1260, "一千二百六十"),
    ],
)
def test_chinese_numbers(number, text):
    assert counted(number) == text
