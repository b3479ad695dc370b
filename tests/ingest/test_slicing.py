import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.documents import SlicePolicy, derived_text
from workbench.domain.errors import InvalidInput
from workbench.ingest.reading import read_bytes

NUMERALS = "一二三四五六七八九十"


def law(count, body="甲乙丙丁。"):
    return "第一章 总则\n" + "".join(f"第{n}条 {body}\n" for n in range(1, count + 1))


def read(text, name="法.txt", document="D", **policy):
    return read_bytes(text.encode(), name, document, SlicePolicy(**policy))


def chunks(text, **policy):
    return read(text, **policy).chunks


def test_ten_articles_make_a_statute_of_one_chunk_an_article():
    made = chunks(law(10))
    assert [c.kind for c in made] == ["article"] * 10
    assert [c.section_key for c in made] == [f"z1/t{n}" for n in range(1, 11)]
    assert made[0].text == "第一章 总则\n第1条 甲乙丙丁。"
    assert made[4].path == ("法", "第一章 总则", "第5条")
    assert made[4].prefix == "法 › 第一章 总则 › 第5条"
    assert made[4].reads == "法 › 第一章 总则 › 第5条\n第5条 甲乙丙丁。"


def test_nine_articles_are_merged_like_a_manual():
    made = chunks(law(9), minimum=64)
    assert [c.kind for c in made] == ["text"]
    assert made[0].section_key == "z1"
    assert [c.kind for c in chunks(law(9), mode="statute")] == ["article"] * 9


def test_a_long_article_is_split_and_its_parts_are_counted():
    made = chunks(law(10, "甲乙丙丁。" * 400))
    parts = [c for c in made if c.section_key == "z1/t3"]
    assert [c.part for c in parts] == list(range(1, len(parts) + 1))
    assert {c.parts for c in parts} == {len(parts)}
    assert all(c.tokens <= 640 for c in made)
    assert all(c.text.endswith("。") for c in made)
    assert len({c.chunk_id for c in made}) == len(made)


def manual(*sections):
    return "".join(f"# {title}\n\n{body}\n\n" for title, body in sections)


def test_small_siblings_merge_under_their_parent_alone():
    text = "# 甲\n\n## 甲一\n\n短。\n\n## 甲二\n\n短。\n\n# 乙\n\n## 乙一\n\n短。\n\n"
    made = read(text, "手册.md").chunks
    assert [(c.section_key, c.text) for c in made] == [
        ("甲", "甲\n\n甲一\n\n短。\n\n甲二\n\n短。"),
        ("乙/乙一", "乙\n\n乙一\n\n短。"),
    ]


def test_a_small_last_section_joins_the_one_before():
    body = "这是一段比较长的说明文字，用来超过最小长度。" * 5
    text = f"# 书\n\n{body}\n\n## 一节\n\n{body}\n\n## 二节\n\n短。\n"
    made = read(text, "手册.md").chunks
    assert [c.section_key for c in made] == ["书", "书"]
    assert made[1].text.endswith("二节\n\n短。")


def test_sections_of_their_own_size_stay_apart():
    body = "这是一段比较长的说明文字，用来超过最小长度。" * 6
    made = read(manual(("甲", body), ("乙", body)), "手册.md").chunks
    assert [c.section_key for c in made] == ["甲", "乙"]


def test_questions_and_answers():
    text = "常见问题\n问：怎么退货？\n答：七天内。\nQ2: How?\nA: So.\n"
    made = chunks(text, mode="qa")
    assert [(c.kind, c.text) for c in made] == [
        ("text", "常见问题"),
        ("qa", "问：怎么退货？\n答：七天内。"),
        ("qa", "Q2: How?\nA: So."),
    ]


def test_contract_clauses():
    text = "1. Scope\nThis applies.\n1.1 Goods\nAll goods.\n1.2 More\nAll.\n2. Term\nTwo years.\n"
    made = chunks(text, mode="contract")
    assert [(c.section_key, c.kind) for c in made] == [
        ("n1", "text"),
        ("n1/n1", "clause"),
        ("n1/n2", "clause"),
        ("n2", "clause"),
    ]


def test_an_unknown_counter_is_refused():
    with pytest.raises(InvalidInput, match="unknown_counter"):
        chunks("甲", counter="qwen")


def test_identities_depend_on_document_section_and_text_alone():
    before = {c.section_key: c.chunk_id for c in chunks(law(12))}
    changed = law(12).replace("第7条 甲", "第7条 改甲")
    after = {c.section_key: c.chunk_id for c in chunks(changed)}
    assert {key for key in before if before[key] != after[key]} == {"z1/t7"}
    other = read(law(12), document="E").chunks
    assert not {c.chunk_id for c in other} & set(before.values())


def test_equal_passages_of_one_section_have_two_identities():
    made = chunks(("甲乙丙丁戊己庚辛。" * 50 + "\n") * 4)
    assert len({c.text for c in made}) < len(made)
    assert len({c.chunk_id for c in made}) == len(made)


def test_a_line_of_five_million_characters_is_cut_hard():
    made = chunks("字" * 5_000_000)
    assert all(c.tokens <= 640 for c in made)
    assert sum(len(c.text) for c in made) == 5_000_000


LINES = [
    "第一章 总则",
    "第二章 分则",
    "第一节 一般规定",
    "第一条 甲乙。",
    "第二条 丙丁。",
    "# 标题",
    "## 1.1 小节",
    "目录",
    "1. Scope",
    "一、 要求",
    "```",
    "| a | b |\n|---|---|",
    "a" * 90,
    "正文正文正文，正文正文正文。",
    "",
]
PIECES = st.sampled_from(
    [line + "\n" for line in LINES]
    + ["甲" * 700, "Some words here. ", "。", " ", "\u3000", "\ue000", "\x00"]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PIECES, min_size=1, max_size=40),
    st.sampled_from(["a.txt", "a.md"]),
    st.sampled_from(["auto", "statute", "contract", "manual", "qa"]),
)
def test_every_kept_character_is_in_exactly_one_chunk(pieces, name, mode):
    text = "字词。" * 400 + "".join(pieces)
    reading = read_bytes(text.encode(), name, "D", SlicePolicy(mode=mode))
    canonical = reading.edition.text
    seen = [0] * len(canonical)
    for chunk in reading.chunks:
        assert chunk.tokens <= 640
        assert chunk.text == derived_text(canonical, chunk.spans, reading.edition.joins)
        for span in chunk.spans:
            for at in range(span.start, span.end):
                seen[at] += 1
    for removed in reading.edition.removed:
        for at in range(removed.start, removed.end):
            seen[at] += 1
    assert all(
        count == 1 or (count == 0 and char.isspace())
        for count, char in zip(seen, canonical, strict=True)
    )
    keys = [section.key for section in reading.sections]
    assert len(set(keys)) == len(keys)
    assert {chunk.section_key for chunk in reading.chunks} <= set(keys)
