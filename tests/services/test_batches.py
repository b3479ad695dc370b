"""Files and folders handed in together: each gets its outcome, which outlives the session."""

from collections.abc import Callable, Iterator

import pytest

from workbench.domain.actors import OWNER
from workbench.domain.jobs import Job
from workbench.services.batches import Batch, File, is_hidden, names_of
from workbench.services.workbench import Workbench

Wait = Callable[[str], Job]


def corpus_of(bench: Workbench) -> str:
    return bench.corpora.list(OWNER)[0].corpus_id


def given(**files: str) -> Iterator[File]:
    for path, text in files.items():
        yield File(path, text.encode)


def hand_in(bench: Workbench, files: dict[str, str], wait_for: Wait) -> Batch:
    batch = bench.batches.hand_in(OWNER, corpus_of(bench), given(**files))
    for one in batch.files:
        if one.job_id:
            wait_for(one.job_id)
    return batch


def test_every_file_gets_its_outcome(bench: Workbench, wait_for: Wait) -> None:
    files = {
        "夹/a.md": "# 甲\n\n文字。\n",
        "夹/b.md": "# 甲\n\n文字。\n",
        "夹/影片.mp4": "x",
        "夹/.DS_Store": "x",
        "夹/~$a.docx": "x",
        "夹/leer.txt": "",
    }
    batch = hand_in(bench, files, wait_for)
    fates = {one.name: (one.fate, one.told and one.told.code) for one in batch.files}
    jobs = bench.batches.jobs_of(OWNER, batch)
    states = {one.name: jobs[one.job_id].state for one in batch.files if one.job_id}
    assert states == {"a.md": "done", "leer.txt": "failed"}
    assert fates["b.md"] == ("skipped", "already_there")
    assert fates["影片.mp4"] == ("left", None)
    assert batch.hidden == 2
    assert bench.batches.last(OWNER, corpus_of(bench)) == batch


def test_files_of_one_name_bear_their_folders(bench: Workbench, wait_for: Wait) -> None:
    files = {"夹/a.md": "一。", "夹/甲/a.md": "二。", "夹/乙/a.md": "三。", "夹/b.md": "四。"}
    batch = hand_in(bench, files, wait_for)
    assert sorted(one.name for one in batch.files) == ["a.md", "b.md", "乙 › a.md", "甲 › a.md"]
    names = {d.name for d in bench.corpora.documents(OWNER, corpus_of(bench))}
    assert names == {"a.md", "b.md", "乙 › a.md", "甲 › a.md"}


def test_two_files_that_nothing_tells_apart(bench: Workbench, wait_for: Wait) -> None:
    files = [File("a.md", b"1.".decode().encode), File("a.md", b"2.".decode().encode)]
    batch = bench.batches.hand_in(OWNER, corpus_of(bench), files)
    assert [one.fate for one in batch.files] == ["job", "refused"]
    assert batch.files[1].told and batch.files[1].told.code == "name_twice"


def test_what_needs_attention_stays_in_the_list(bench: Workbench, wait_for: Wait) -> None:
    hand_in(bench, {"a.md": "甲。", "leer.txt": ""}, wait_for)
    batch = hand_in(bench, {"b.md": "乙。"}, wait_for)
    assert [one.name for one in batch.files] == ["b.md", "leer.txt"]
    batch = hand_in(bench, {"leer.txt": "丙。"}, wait_for)
    assert [one.name for one in batch.files] == ["leer.txt"]


def test_the_list_is_cleared_and_the_documents_stay(bench: Workbench, wait_for: Wait) -> None:
    corpus = corpus_of(bench)
    assert bench.batches.last(OWNER, corpus) == Batch()
    hand_in(bench, {"a.md": "甲。"}, wait_for)
    bench.batches.clear(OWNER, corpus)
    assert bench.batches.last(OWNER, corpus) == Batch()
    assert len(bench.corpora.documents(OWNER, corpus)) == 1


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("a.pdf", False),
        ("../合同/a.pdf", False),
        ("./a.pdf", False),
        (".git/a.md", True),
        ("合同\\~$a.docx", True),
        ("x/Thumbs.db", True),
        ("__MACOSX/a.pdf", True),
    ],
)
def test_hidden_files(path: str, hidden: bool) -> None:
    assert is_hidden(path) is hidden


def test_names() -> None:
    assert names_of([]) == []
    assert names_of(["x/a.pdf", "x\\y\\a.pdf", "b.pdf"]) == ["a.pdf", "y › a.pdf", "b.pdf"]
