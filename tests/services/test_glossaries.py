"""Glossaries: replaced, imported, exported, undone, and used by a search."""

import json
from dataclasses import replace

import pytest

from workbench.domain.actors import OWNER, Actor
from workbench.domain.documents import Notice
from workbench.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from workbench.domain.glossaries import Changes, Glossary, GlossaryEntry, GlossaryRow, UsedEntry
from workbench.services.answers import Request
from workbench.services.shapes import answer_json
from workbench.services.workbench import Workbench

WORDS = Request(method="bm25", reranker="none")
DELAY = GlossaryEntry("迟延违约金", "delay damages")
RESET = GlossaryEntry("清除密码", "clear the password", "manual 1.2")


def rows(*entries: GlossaryEntry) -> list[GlossaryRow]:
    return [GlossaryRow(at, e.zh, e.en, e.note) for at, e in enumerate(entries, start=1)]


@pytest.fixture
def corpus(bench: Workbench) -> str:
    return bench.corpora.list(OWNER)[0].corpus_id


def test_replaced_as_a_whole_and_undone(bench: Workbench, corpus: str) -> None:
    terms = bench.glossaries
    assert (terms.get(OWNER, corpus).entries, terms.count(OWNER, [corpus])) == ((), 0)
    kept = terms.replace(OWNER, corpus, rows(DELAY, RESET, DELAY))
    assert kept.entries == (DELAY, RESET)
    assert terms.count(OWNER, [corpus]) == 2
    assert terms.undo(OWNER, corpus).entries == ()
    assert terms.undo(OWNER, corpus).entries == (DELAY, RESET)


def test_bad_rows_keep_nothing_of_the_rest(bench: Workbench, corpus: str) -> None:
    bad = [*rows(DELAY), GlossaryRow(2, "定金", ""), GlossaryRow(3, "", "lien")]
    with pytest.raises(InvalidInput) as caught:
        bench.glossaries.replace(OWNER, corpus, bad)
    assert caught.value.code == "glossary_rows_wrong"
    assert caught.value.params == {"count": 2, "rows": "2, 3"}
    assert bench.glossaries.get(OWNER, corpus).version == 0


def test_who_edits_an_older_version_is_told(bench: Workbench, corpus: str) -> None:
    bench.glossaries.replace(OWNER, corpus, rows(DELAY), 0)
    with pytest.raises(Conflict) as caught:
        bench.glossaries.replace(OWNER, corpus, rows(RESET), 0)
    assert caught.value.code == "glossary_changed"


def test_a_dry_run_tells_and_keeps_nothing(bench: Workbench, corpus: str) -> None:
    bench.glossaries.replace(OWNER, corpus, rows(DELAY, RESET))
    data = "zh,en\n迟延违约金,liquidated damages\n抵押,mortgage\n抵押,Mortgage\n定金,\n".encode()
    found = bench.glossaries.preview(OWNER, corpus, data)
    changed, new = (
        GlossaryEntry("迟延违约金", "liquidated damages"),
        GlossaryEntry("抵押", "mortgage"),
    )
    assert found.changes == Changes((new,), ((DELAY, changed),), (RESET,))
    assert found.problems == (Notice("glossary_en_empty", {"row": 5}),)
    assert found.repeated == (Notice("glossary_repeated", {"row": 4, "first": 3}),)
    assert bench.glossaries.get(OWNER, corpus).entries == (DELAY, RESET)
    kept = bench.glossaries.take_in(OWNER, corpus, found)
    assert kept.entries == (changed, new)
    again = bench.glossaries.preview(OWNER, corpus, data)
    assert not again.changes
    assert bench.glossaries.take_in(OWNER, corpus, again).version == kept.version


def test_entries_that_the_file_does_not_have_may_stay(bench: Workbench, corpus: str) -> None:
    bench.glossaries.replace(OWNER, corpus, rows(DELAY, RESET))
    data = "zh,en,note\n清除密码,clear the password,new note\n抵押,mortgage,\n".encode()
    found = bench.glossaries.preview(OWNER, corpus, data, keep=True)
    assert found.changes.removed == ()
    assert [one.zh for one in found.entries] == ["迟延违约金", "清除密码", "抵押"]
    assert found.entries[1].note == "new note"


def test_an_import_is_refused_where_somebody_saved_meanwhile(bench: Workbench, corpus: str) -> None:
    found = bench.glossaries.preview(OWNER, corpus, "zh,en\n抵押,mortgage\n".encode())
    bench.glossaries.replace(OWNER, corpus, rows(DELAY))
    with pytest.raises(Conflict):
        bench.glossaries.take_in(OWNER, corpus, found)


def test_what_is_exported_can_be_imported(bench: Workbench, corpus: str) -> None:
    bench.glossaries.replace(OWNER, corpus, rows(DELAY, RESET))
    data = bench.glossaries.export(OWNER, corpus)
    assert not bench.glossaries.preview(OWNER, corpus, data).changes


def test_only_the_owner_may(bench: Workbench, corpus: str) -> None:
    guest = Actor("guest", "guest")
    acts = (
        lambda: bench.glossaries.get(guest, corpus),
        lambda: bench.glossaries.count(guest, [corpus]),
        lambda: bench.glossaries.replace(guest, corpus, []),
        lambda: bench.glossaries.preview(guest, corpus, b"zh,en\n"),
        lambda: bench.glossaries.undo(guest, corpus),
        lambda: bench.glossaries.export(guest, corpus),
        lambda: bench.glossaries.occurrences(guest, Glossary(corpus)),
    )
    for act in acts:
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(NotFound):
        bench.glossaries.replace(OWNER, "nowhere", rows(DELAY))


def test_a_question_finds_the_other_language_by_words_and_says_why(
    filled: Workbench, corpus: str
) -> None:
    asked = "怎样清除密码"
    assert filled.search.ask(OWNER, [corpus], asked, request=WORDS).results == ()
    filled.glossaries.replace(OWNER, corpus, rows(DELAY, RESET))
    answer = filled.search.ask(OWNER, [corpus], asked, request=WORDS)
    assert "reset button" in answer.results[0].chunk.text
    assert answer.pool.glossary == (UsedEntry(RESET, "zh"),)
    told = Notice("glossary_used", {"count": 1, "terms": "clear the password (清除密码)"})
    assert told in answer.notices
    shape = json.loads(json.dumps(answer_json(answer)))
    assert shape["glossary"] == [{"zh": "清除密码", "en": "clear the password", "found": "zh"}]


def test_english_finds_chinese(filled: Workbench, corpus: str) -> None:
    filled.glossaries.replace(OWNER, corpus, rows(DELAY))
    answer = filled.search.ask(OWNER, [corpus], "Delay damages?", request=WORDS)
    assert "违约金万分之八" in answer.results[0].chunk.text
    assert answer.pool.glossary == (UsedEntry(DELAY, "en"),)


def test_it_can_be_left_alone(filled: Workbench, corpus: str) -> None:
    filled.glossaries.replace(OWNER, corpus, rows(RESET))
    for request in (replace(WORDS, glossary=False), replace(WORDS, method="dense")):
        answer = filled.search.ask(OWNER, [corpus], "怎样清除密码", request=request)
        assert answer.pool.glossary == ()
        assert "glossary_used" not in [n.code for n in answer.notices]
        assert answer_json(answer)["glossary"] == []


def test_a_change_is_used_at_once(filled: Workbench, corpus: str) -> None:
    def used() -> list[str]:
        answer = filled.search.ask(OWNER, [corpus], "怎样清除密码", request=WORDS)
        return [one.added for one in answer.pool.glossary]

    filled.glossaries.replace(OWNER, corpus, rows(RESET))
    assert used() == ["clear the password"]
    filled.glossaries.undo(OWNER, corpus)
    assert used() == []
    filled.glossaries.undo(OWNER, corpus)
    assert used() == ["clear the password"]


def test_each_corpus_has_its_own_and_both_are_told_once(filled: Workbench, corpus: str) -> None:
    other = filled.corpora.create(OWNER, "other").corpus_id
    filled.glossaries.replace(OWNER, corpus, rows(RESET))
    filled.glossaries.replace(OWNER, other, rows(DELAY, RESET))
    answer = filled.search.ask(OWNER, [corpus, other], "清除密码与迟延违约金", request=WORDS)
    assert [one.added for one in answer.pool.glossary] == ["clear the password", "delay damages"]
    assert filled.glossaries.count(OWNER, [corpus, other]) == 3
    alone = filled.search.ask(OWNER, [corpus], "清除密码与迟延违约金", request=WORDS)
    assert [one.added for one in alone.pool.glossary] == ["clear the password"]


def test_the_manifest_of_a_comparison_names_what_was_used(filled: Workbench, corpus: str) -> None:
    told = (("A", "甲"), ("B", "乙"))
    before = filled.compare.run(OWNER, [corpus], "清除密码", told)
    filled.glossaries.replace(OWNER, corpus, rows(RESET))
    after = filled.compare.run(OWNER, [corpus], "清除密码", told)
    assert json.loads(before.manifest.fields)["glossary"] == []
    assert json.loads(after.manifest.fields)["glossary"] == [["清除密码", "clear the password"]]
    assert before.manifest.identity != after.manifest.identity


def test_where_terms_stand(filled: Workbench, corpus: str) -> None:
    asked = (RESET, GlossaryEntry("违约金", "mortgage"), GlossaryEntry("抵押", "lien"))
    kept = filled.glossaries.replace(OWNER, corpus, rows(*asked))
    found = filled.glossaries.occurrences(OWNER, kept)
    assert found == ((False, True), (True, False), (False, False))
    filled.uploads.ingest_now(OWNER, corpus, "more.md", "# 抵押\n\n抵押权人可以拍卖。\n".encode())
    assert filled.glossaries.occurrences(OWNER, kept) == (
        (False, True),
        (True, False),
        (True, False),
    )
    empty = filled.corpora.create(OWNER, "empty").corpus_id
    assert filled.glossaries.occurrences(OWNER, Glossary(empty, asked)) is None


def test_many_entries_are_named_in_short(filled: Workbench, corpus: str) -> None:
    many = [GlossaryEntry(chr(0x4E00 + n) + "词", f"word{n}") for n in range(12)]
    filled.glossaries.replace(OWNER, corpus, rows(*many))
    asked = " ".join(entry.zh for entry in many)
    answer = filled.search.ask(OWNER, [corpus], asked, request=WORDS)
    (notice,) = [n for n in answer.notices if n.code == "glossary_used"]
    assert notice.params["count"] == 12
    assert str(notice.params["terms"]).endswith(" …")
