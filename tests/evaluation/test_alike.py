"""Near-duplicates and quoted answers, on pairs worked out by hand."""

from workbench.evaluation.alike import near_duplicates, quoted


def test_the_same_question_in_other_writing_is_a_duplicate() -> None:
    found = near_duplicates(
        {
            "a": "违约金过高能要求降低吗?",
            "b": "违约金过高,能要求降低吗？",
            "c": "定金能退吗?",
            "d": "How long is the notice period?",
            "e": "how long is the  notice period",
            "f": "How long is the trial period?",
        }
    )
    assert found == (("a", "b"), ("d", "e"))


def test_one_more_word_of_many_is_still_alike_and_of_few_is_not() -> None:
    # 9 of 10 words are common; then 2 of 3.
    long = "who pays for the return of goods that broke"
    assert near_duplicates({"a": long, "b": f"{long} early"}) == (("a", "b"),)
    assert near_duplicates({"a": "return goods", "b": "return goods early"}) == ()


def test_nothing_to_compare_is_no_duplicate() -> None:
    assert near_duplicates({}) == () and near_duplicates({"a": "?", "b": "!"}) == ()


def test_a_question_that_copies_its_answer_is_found() -> None:
    passage = "乙方逾期交货的,每逾期一日按合同总价的百分之一支付违约金。"
    assert quoted("乙方逾期交货的，每逾期一日按什么付?", passage) == "乙方逾期交货的,每逾期一日按"
    assert quoted("逾期交货要付多少违约金?", passage) == ""
    english = "The seller refunds the price within fourteen days of receiving the notice."
    run = "the seller refunds the price within fourteen days"
    assert (
        quoted("Is it so that the seller refunds the price within fourteen days?", english) == run
    )
    assert quoted("When does the seller refund the price?", english) == ""
    assert quoted("", english) == "" and quoted("什么?", "") == ""
