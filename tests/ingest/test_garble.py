from workbench.ingest.garble import garble, is_garbled


def test_share_of_what_is_no_writing():
    assert garble("") == 0.0
    assert garble("合同 contract") == 0.0
    assert garble("\ue000\ue001字字") == 0.5


def test_one_garbled_title_line_is_enough():
    assert is_garbled(["正文" * 100, "\ue000\ue123\ue456章"])


def test_a_private_bullet_is_no_garble():
    assert not is_garbled(["\uf06c 安装步骤如下", "\uf06c 配置"])


def test_codes_read_in_the_wrong_table():
    # GBKp-EUC-H without ToUnicode, as pypdf 7.1 reads it
    assert is_garbled(["뗚튻헂⃗\uf2a3몹ꯃ\uf141扣튻뛾"])


def test_nothing_is_not_garbled():
    assert not is_garbled([])
