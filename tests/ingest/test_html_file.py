import pytest

from workbench.ingest.html_file import looks_like_html, read_html
from workbench.ingest.reading import read_bytes

PAGE = """<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body>
<nav>菜单</nav><h1>总则 <a href="#">一</a></h1><p>正<b>文</b>
甲。<br>第二行<script>evil()</script></p><!-- 注 -->
<table><tr><th>名</th><th>价</th></tr><tr><td>a<br>b</td><td>1</td></tr></table>
<h2>小节</h2><pre>
  x = 1
</pre>尾巴<img src="http://x.invalid/y.png"></body></html>"""


def test_headings_lines_and_tables():
    reading = read_bytes(PAGE.encode(), "a.html", "D")
    assert reading.edition.text == (
        "总则 一\n正文 甲。\n第二行\n名 | 价\na b | 1\n小节\n  x = 1\n尾巴"
    )
    assert [(s.title, s.level, s.source) for s in reading.sections] == [
        ("a", 0, "document"),
        ("总则 一", 1, "tag"),
        ("小节", 2, "tag"),
    ]
    assert reading.edition.kind == "html"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("<html><meta charset=gb2312><p>镕基".encode("gbk"), "gb18030"),
        ("<html><meta charset='big5'><p>條文".encode("big5"), "big5"),
        ("<html><p>条文".encode("utf-8-sig"), "utf-8-sig"),
        ("<html><p>条文".encode("utf-16"), "utf-16"),
        ("<html><meta charset=gb2312><p>其实是 UTF-8 的文字①".encode(), "utf-8"),
        ("<html><meta charset=nonsense><p>条文".encode(), "utf-8"),
    ],
)
def test_charsets(data, encoding):
    source = read_html(data)
    assert source.encoding == encoding
    assert source.text in ("镕基", "條文", "条文", "其实是 UTF-8 的文字①")


def test_tables_that_lay_out_a_page_are_text():
    source = read_html("<html><table><tr><td>左<td><h2>题</h2><p>文</p></table>".encode())
    assert source.text == "左\n题\n文"
    assert source.blocks == ()
    assert [m.title for m in source.marks] == ["题"]


def test_a_page_without_headings_is_read_by_its_numbers():
    law = "".join(f"<p>第{n}条 甲乙丙。</p>" for n in range(1, 12))
    reading = read_bytes(f"<html>{law}".encode(), "法.html", "D")
    assert [c.kind for c in reading.chunks] == ["article"] * 11


def test_deep_nesting_and_markup_in_headings():
    source = read_html(b"<html>" + b"<div>" * 3000 + b"<h1>&lt;script&gt;</h1>x")
    assert source.text == "<script>\nx"


def test_long_tables_repeat_their_head():
    rows = "".join(f"<tr><td>{'货' * 40}{n}</td><td>{n}</td></tr>" for n in range(60))
    reading = read_bytes(
        f"<html><table><tr><th>名</th><th>价</th></tr>{rows}</table>".encode(), "a.html", "D"
    )
    assert len(reading.chunks) > 1
    assert {c.kind for c in reading.chunks} == {"table"}
    assert [c.prefix for c in reading.chunks[:2]] == ["a", "a\n名 | 价"]


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"\n<!-- x --><!DOCTYPE html>", "a", True),
        (b"<htmlx>", "a", False),
        (b"<table><tr>", "a.HTM", True),
        (b"if a <p then", "a.txt", False),
        ("<html>".encode("utf-16"), "a", True),
        (b"", "a.html", False),
    ],
)
def test_what_looks_like_html(data, name, found):
    assert looks_like_html(data, name) is found


def test_scripts_alone_are_empty():
    assert read_html(b"<html><script>x</script>").text == ""
