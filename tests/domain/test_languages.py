"""Which language a text is in: scripts, and small words in Latin letters."""

import pytest

from workbench.domain.languages import has_letters, language_of


@pytest.mark.parametrize(
    "text",
    [
        "商品が届いた日から14日以内であれば返品できます。",
        "返品ポリシーについて",
        "カタログ請求",
        "東京の地図",
        "APIのTimeout設定",  # neither mixed nor English
        "반품은 14일 이내에 가능합니다.",
        "API 오류 코드 4031",
        "พนักงานส่งของมาช้า",
        "Привет, где мой заказ?",
    ],
)
def test_other_scripts_are_other_languages(text: str) -> None:
    assert language_of(text) == "other"


@pytest.mark.parametrize(
    "text",
    [
        "Wie kann ich die Ware zurücksenden?",
        "Die Ware muss innerhalb von 14 Tagen zurückgesendet werden.",
        "Der Server ist down, bitte das Passwort zurücksetzen.",
        "Guten Tag, mein Paket kam beschädigt an.",
        "Le produit doit être retourné dans les 14 jours.",
        "¿Cómo puedo devolver el producto?",
        "Il prodotto non funziona e non posso fare il reso.",
        "O produto não chegou e você ainda não respondeu.",
        "Het pakket is niet aangekomen, wat moet ik nu doen met deze bestelling?",
        "Thời gian trả hàng là mười bốn ngày",
        "Zwrot towaru możliwy jest w ciągu czternastu dni, jak się okazuje",
    ],
)
def test_small_words_and_accents_tell_other_languages_in_latin_letters(text: str) -> None:
    assert language_of(text) == "other"


@pytest.mark.parametrize(
    "text",
    [
        "Contact 张伟 for the warranty of this machine.",  # English with a Chinese name
        "The word の means of in Japanese.",
        "José García reported that the Müller unit failed at Zürich.",
        "Café Müller opens at nine",
        "vis-à-vis the raison d'être of the naïve café",
        "Los Angeles, El Paso, San Diego, La Jolla",
        "Presidents Sebastián Piñera, Felipe Calderón and Miguel de la Madrid met Al Gore",
        "Please translate: Die Ware ist kaputt. The customer wrote this on Monday to us.",
        "la la la",
        "LED STATUS",
        "Rückgabe Kosten",  # too little to tell
    ],
)
def test_names_and_quotations_leave_english_english(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "我们的 API gateway 返回 E-4031 时怎么处理，需要重启服务吗",  # with some English words
        "服务器 timeout 怎么设置?",
        "这款カタログ产品在中国市场上卖得很好，用户评价也不错，客服反馈说退货率很低。",
        "优衣库の新品上市了",
        "违约金按日计算",
    ],
)
def test_foreign_words_leave_chinese_chinese(text: str) -> None:
    assert language_of(text) == "zh"


def test_chinese_around_a_quotation_is_mixed_whatever_its_language() -> None:
    quoted = (
        "客户原文：Die Ware ist kaputt und ich möchte mein Geld zurück. 请按退货流程处理并回复。"
    )
    assert language_of(quoted) == "mixed"


def test_a_combining_accent_is_no_end_of_a_word() -> None:
    composed = "Wie kann ich für die Rückgabe zahlen?"
    assert language_of(composed.replace("ü", "u\u0308")) == language_of(composed) == "other"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", False), ("12.5 %", False), ("😀", False), ("5 kg", True), ("日", True)],
)
def test_has_letters(text: str, expected: bool) -> None:
    assert has_letters(text) is expected


def test_a_long_text_is_read_once() -> None:
    """Work that grew with the square of the length would take minutes here."""
    for unit in ("wort-", "für ", "の", "é", "a'"):
        assert language_of(unit * 200_000) in ("en", "other")
