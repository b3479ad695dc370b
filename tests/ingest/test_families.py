from workbench.ingest.families import FAMILIES


def test_letters_are_unique_so_that_keys_cannot_meet():
    letters = [family.letter for family in FAMILIES.values()]
    assert len(set(letters)) == len(letters)


def test_chinese_law_is_in_its_order():
    ranks = [FAMILIES[name].rank for name in ("bian", "fenbian", "zhang", "jie", "tiao")]
    assert ranks == sorted(set(ranks))
