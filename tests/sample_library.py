"""A labelled library of two small documents, written into a folder of its own."""

import json
from pathlib import Path
from typing import Any

RULES = """# 退货规则(虚构示例)

## 第一章 期限

买家自签收之日起十四天内可以退货,不必说明理由;第十五天以后由店铺自行决定。

## 第二章 运费

商品与描述不符的,退货运费由店铺承担;买家改变主意的,退货运费由买家承担。

## 第三章 包装

退货时应当使用原包装,缺少配件的按缺失部分扣款,并且拍照留证。
"""
NOTES = """# Refund notes (fictional sample, 虚构示例)

## Refunds

The shop refunds the price within fourteen days of the notice, and waits for the goods to arrive.

## Carriers

Report visible damage within seven days with photographs of the box to the carrier's desk.
"""
ANSWERS, SHOP = "answers", "shop-pays"


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return the four files' rows."""
    return {
        "queries.jsonl": [
            _query("q1", "几天之内可以退货?", "zh"),
            _query("q2", "Who pays the return postage?", "en"),
            _query("q3", "退款要等多久?", "zh"),
            {**_query("q4", "日本买家怎么退?", "zh"), "metadata": {"lang": "zh", "answer": "none"}},
        ],
        "criteria.jsonl": [
            {
                "_id": ANSWERS,
                "kind": "question",
                "text": "是否回答了问题",
                "metadata": {"lang": "zh"},
            },
            {"_id": SHOP, "kind": "requirement", "text": "只看店铺承担费用的", "metadata": {}},
        ],
        "instructions.jsonl": [
            _instruction("a-zh", "回答", "请判断该段落是否回答了问题。", ANSWERS, "zh"),
            _instruction("a-en", "Answers", "Judge whether it answers.", ANSWERS, "en"),
            _instruction("b-zh", "店铺承担", "只看由店铺承担费用的。", SHOP, "zh"),
        ],
        "judgements.jsonl": [
            _label("q1", ANSWERS, "规则.md", "第一章", "十四天内可以退货", 3),
            _label("q1", ANSWERS, "规则.md", "第三章", "应当使用原包装", 1),
            _label("q2", ANSWERS, "规则.md", "运费", "退货运费由店铺承担", 3),
            _label("q2", SHOP, "规则.md", "运费", "退货运费由店铺承担", 3),
            _label("q2", SHOP, "notes.md", "Refunds", "refunds the price within", 0),
            _label("q3", ANSWERS, "notes.md", "Refunds", "within fourteen days of the notice", 3),
            _label("q4", ANSWERS, "notes.md", "", "Report visible damage", 0),
        ],
    }


def _query(query_id: str, text: str, language: str) -> dict[str, Any]:
    return {"_id": query_id, "text": text, "metadata": {"lang": language, "tags": ["t"]}}


def _instruction(one: str, name: str, text: str, criterion: str, language: str) -> dict[str, Any]:
    return {
        "_id": one,
        "name": name,
        "instruction": text,
        "criterion_id": criterion,
        "metadata": {"lang": language},
    }


def _label(query: str, criterion: str, name: str, section: str, quote: str, grade: int) -> Any:
    return {
        "query_id": query,
        "criterion_id": criterion,
        "document": name,
        "section": section,
        "quote": quote,
        "grade": grade,
    }


def write_library(folder: Path, **changed: list[dict[str, Any]]) -> Path:
    """Write the library into ``folder`` and return it; ``queries=…`` replaces a file's rows."""
    (folder / "documents").mkdir(parents=True)
    (folder / "documents" / "规则.md").write_text(RULES, encoding="utf-8")
    (folder / "documents" / "notes.md").write_text(NOTES, encoding="utf-8")
    for name, kept in rows().items():
        lines = changed.get(name.removesuffix(".jsonl"), kept)
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in lines)
        (folder / name).write_text(text, encoding="utf-8")
    about = {
        "_id": folder.name,
        "name": {"zh": "退货(示例)", "en": "Returns (sample)"},
        "about": {"zh": "两份文件", "en": "Two files"},
        "example": {"zh": "几天之内可以退货?", "en": "Who pays the return postage?"},
    }
    (folder / "corpus.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    return folder
