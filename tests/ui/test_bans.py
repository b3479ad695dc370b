"""Ways for HTML to reach the page exist in one file alone."""

import re

import pytest

from tests.words.scan import ROOT, sources

SAFE = ROOT / "workbench" / "ui" / "safe.py"
BANNED = {
    "unsafe_allow_html": r"unsafe_allow_html",
    "unsafe_allow_javascript": r"unsafe_allow_javascript",
    "components.html": r"components\.v1|components\.html|st\.iframe",
    "st.html": r"\bst\.html\(",
    "st.write": r"\bst\.write\(",
    "maps, which load tiles": r"st\.map\(|pydeck",
}


@pytest.mark.parametrize("name", BANNED)
def test_only_the_safe_module_writes_html(name: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources("workbench", "pages")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(BANNED[name], line) and not (name == "st.html" and path == SAFE)
    ]
    assert not wrong


def test_the_favicon_is_a_local_file() -> None:
    main = (ROOT / "workbench" / "main.py").read_text(encoding="utf-8")
    assert "page_icon=str(ICON)" in main
    assert (ROOT / "workbench/static/favicon.png").read_bytes().startswith(b"\x89PNG")


def test_the_style_sheet_loads_nothing() -> None:
    look = (ROOT / "workbench/ui/look.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|http", look)


def test_pages_are_short() -> None:
    long = {p.name for p in (ROOT / "pages").glob("*.py") if len(p.read_text().splitlines()) > 150}
    assert not long
