import pytest

from workbench.recall.analyzer import MixedAnalyzer

ANALYZER = MixedAnalyzer()


@pytest.mark.parametrize(
    "text",
    ["第五百八十四条", "第584条", "第５８４条", "第 584 条", "第\n五百八十四 条"],
)
def test_every_way_to_write_an_article_is_one_term(text: str) -> None:
    assert ANALYZER.tokens(text) == ["第584条"]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("第三章", "第3章"),
        ("第十条", "第10条"),
        ("第一〇二条", "第102条"),
        ("第一千二百六十条", "第1260条"),
        ("第二十一款", "第21款"),
        ("第七部分", "第7部分"),
    ],
)
def test_references_carry_arabic_numbers(text: str, term: str) -> None:
    assert ANALYZER.tokens(text) == [term]


def test_references_stand_where_they_were_written() -> None:
    assert ANALYZER.tokens("民法典第584条规定") == ["民法", "法典", "民法典", "第584条", "规定"]


@pytest.mark.parametrize("text", ["第万条", "第条", "第二项目", "第一条件", "第12345678901条"])
def test_what_is_no_reference_stays_text(text: str) -> None:
    tokens = ANALYZER.tokens(text)
    assert tokens
    assert not any(token.startswith("第") and token[1:2].isdigit() for token in tokens)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("XK-200", ["xk-200", "xk", "200"]),
        ("E-1042", ["e-1042", "e", "1042"]),
        ("ｘｋ－２００", ["xk-200", "xk", "200"]),
        ("e1042", ["e1042", "e", "1042"]),
        ("max_retry_count", ["max_retry_count", "max", "retri", "count"]),
        ("v2.3.1", ["v2.3.1", "v2", "v", "2", "3", "1"]),
        ("2024/05", ["2024/05", "2024", "05"]),
        ("and/or", ["and", "or"]),
        ("https://a.b", ["https", "a.b", "a", "b"]),
        ("C++ C# C++17", ["c++", "c#", "c++", "17"]),
        ("a+b", ["a", "b"]),
        ("user@x", ["user", "x"]),
        ("1,234,567.5", ["1234567.5", "1234567", "5"]),
        ("2020,2021", ["2020", "2021"]),
    ],
)
def test_identifiers_are_kept_whole_and_in_parts(text: str, terms: list[str]) -> None:
    assert ANALYZER.tokens(text) == terms


def test_changes_of_case_part_an_identifier() -> None:
    tokens = ANALYZER.tokens("parseHTTPResponse")
    assert tokens[0] == "parsehttpresponse"
    assert {"pars", "http", "respons"} <= set(tokens)


def test_case_of_a_name_does_not_hide_it() -> None:
    assert set(ANALYZER.tokens("libreoffice")) <= set(ANALYZER.tokens("LibreOffice"))
    assert ANALYZER.tokens("PDFs and APIs") == ["pdf", "and", "api"]


def test_english_is_stemmed_and_digits_are_not() -> None:
    assert ANALYZER.tokens("running runs") == ["run", "run"]
    assert ANALYZER.tokens("studies2") == ["studies2", "studi", "2"]
    assert ANALYZER.tokens("the company’s") == ["the", "compani"]


def test_letters_of_other_scripts_are_words() -> None:
    assert ANALYZER.tokens("Müller ПРИВЕТ") == ["müller", "привет"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("返品ポリシーについて", ["返品", "ポリ", "リシ", "シー", "につ", "つい", "いて"]),
        ("ｶﾀﾛｸﾞ請求", ["カタ", "タロ", "ログ", "請求"]),
        ("Windowsの設定", ["window", "の", "設定"]),
        ("東京・大阪", ["東京", "大阪"]),
        ("반품은 14일", ["반품", "품은", "14", "일"]),
        ("ส่งของ", ["ส่", "่ง", "งข", "ขอ", "อง"]),
        ("Die Rückgabe kostet", ["die", "rückgabe", "kostet"]),
    ],
)
def test_scripts_without_word_borders_give_pairs_of_neighbours(text: str, terms: list[str]) -> None:
    assert ANALYZER.tokens(text) == terms


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("返品の条件", "商品の返品条件について"),
        ("パスワード", "パスワードを再設定する"),
        ("반품", "반품은 14일 이내에 가능합니다"),
        ("Wie lange habe ich Garantie?", "Die Garantie gilt zwei Jahre."),
        ("RÜCKGABE", "Rückgabe innerhalb von 14 Tagen"),
    ],
)
def test_a_question_and_a_document_of_a_third_language_share_terms(
    question: str, document: str
) -> None:
    assert set(ANALYZER.tokens(question, query=True)) & set(ANALYZER.tokens(document))


def test_a_lone_kana_leaves_the_question_and_a_lone_syllable_does_not() -> None:
    assert ANALYZER.tokens("返品の条件", query=True) == ["返品", "条件"]
    assert ANALYZER.tokens("の", query=True) == ["の"]
    assert ANALYZER.tokens("돈 반환", query=True) == ["돈", "반환"]


def test_spaces_between_han_characters_are_typesetting() -> None:
    assert ANALYZER.tokens("合 同 解 除") == ANALYZER.tokens("合同解除") == ["合同", "解除"]
    assert ANALYZER.tokens("违约　责任") == ANALYZER.tokens("违约责任")


def test_long_han_words_bring_their_short_ones() -> None:
    assert ANALYZER.tokens("违约责任") == ["违约", "责任", "违约责任"]


def test_function_words_leave_the_question_and_not_the_document() -> None:
    assert ANALYZER.tokens("违约金是什么吗", query=True) == ["违约", "违约金"]
    assert "是" in ANALYZER.tokens("违约金是什么吗")
    assert ANALYZER.tokens("How do I reset the password?", query=True) == ["reset", "password"]
    assert ANALYZER.tokens("state-of-the-art", query=True) == ["state-of-the-art", "state", "art"]


def test_acronyms_are_not_function_words() -> None:
    assert ANALYZER.tokens("IT or it", query=True) == ["it"]


@pytest.mark.parametrize(
    ("text", "terms"), [("是什么?", ["是", "什么"]), ("how to do it!", ["how", "to", "do", "it"])]
)
def test_a_question_of_function_words_keeps_them(text: str, terms: list[str]) -> None:
    assert ANALYZER.tokens(text, query=True) == terms


@pytest.mark.parametrize("text", ["", "  ", "😀🎉", "?!,。", "\ud800", "\x00"])
def test_text_without_words_has_no_terms(text: str) -> None:
    assert ANALYZER.tokens(text) == ANALYZER.tokens(text, query=True) == []


@pytest.mark.parametrize(
    "unit",
    [
        "A",
        "a-",
        "a'",
        "第一",
        "第 ",
        "第1",
        "合 ",
        "1,",
        "1/",
        "C+",
        "aB",
        "の",
        "ไ",
        "汉" + " " * 60,
    ],
)
def test_two_hundred_thousand_characters(unit: str) -> None:
    """Work that grew with the square of the length would take minutes here."""
    assert ANALYZER.tokens((unit * 200_000)[:200_000])


def test_the_version_is_named() -> None:
    assert ANALYZER.id == "zh-en-2"
