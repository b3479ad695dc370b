"""Names of columns as people write them above candidates, in Chinese and English."""

TEXT_HEADS = frozenset(
    {
        *("文档", "段落", "文本", "正文", "候选", "候选段落", "候选文档"),
        *("text", "texts", "document", "documents", "passage", "passages", "candidate"),
        *("candidates",),
    }
)
"""Names of a column that holds what is to be ranked, and of nothing else."""
BODY_HEADS = frozenset({"标题", "题目", "内容", "title", "content", "body"})
NOTE_HEADS = frozenset(
    {
        *("编号", "序号", "分数", "评分", "标注", "日期", "时间", "页码", "链接", "来源"),
        *("id", "no", "no.", "score", "grade", "label", "date", "page", "url", "source", "rank"),
    }
)
"""Names of columns that say something about a text and are none."""
