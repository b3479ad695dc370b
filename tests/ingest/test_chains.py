from workbench.ingest.chains import GAP, Link, longest


def chain(*numbers, eras=(), weights=()):
    links = [
        Link(
            number if isinstance(number, tuple) else (number,),
            weights[at] if weights else 1.0,
            eras[at] if eras else 0,
        )
        for at, number in enumerate(numbers)
    ]
    return [numbers[at] for at in longest(links)]


def test_none_one_and_two():
    assert chain() == []
    assert chain(7) == [7]
    assert chain(1, 2) == [1, 2]


def test_an_early_reference_does_not_block_the_articles():
    assert chain(263, 1, 2, 3, 4) == [1, 2, 3, 4]


def test_references_in_between_are_left_out():
    assert chain(1, 2, 46, 3, 22, 4, 1, 5) == [1, 2, 3, 4, 5]


def test_of_two_equal_numbers_the_one_that_looks_like_a_heading():
    links = [Link((1,), 1), Link((2,), 0.3), Link((2,), 1), Link((3,), 1)]
    assert longest(links) == [0, 2, 3]


def test_gaps_up_to_the_limit():
    assert chain(1, 2 + GAP, 3 + GAP) == [1, 2 + GAP, 3 + GAP]
    assert chain(1, 2, 40) == [1, 2]


def test_numbers_begin_again_in_a_new_era():
    assert chain(1, 2, 1, 2, eras=(0, 0, 1, 1)) == [1, 2, 1, 2]


def test_without_a_new_era_a_beginning_costs():
    assert chain(1, 2, 3, 1, weights=(1, 1, 1, 1)) == [1, 2, 3]


def test_decimals_nest():
    numbers = [(1,), (1, 1), (1, 2), (2,), (2, 1), (9, 9), (2, 2), (3,), (3, 1), (3, 1, 1), (3, 2)]
    assert chain(*numbers) == [number for number in numbers if number != (9, 9)]


def test_the_same_decimal_does_not_follow_itself():
    assert chain((3,), (3, 1), (3, 1), (3, 2)) == [(3,), (3, 1), (3, 2)]


def test_inserted_articles_follow_their_own_number():
    links = [Link((1,), 1), Link((1,), 1, suffix=1), Link((1,), 1, suffix=2), Link((2,), 1)]
    assert longest(links) == [0, 1, 2, 3]
