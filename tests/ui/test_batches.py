from dataclasses import replace

from workbench.domain.documents import Notice
from workbench.domain.jobs import Job
from workbench.services.batches import Batch, Handed
from workbench.ui.batches import state_of, sum_of

JOB = Job("j", "ingest", "k", "local", {}, "done", 0, 0, "", None, "2026-01-01T00:00:00.000000Z")
FILES = (
    Handed("a.md", "夹/a.md", "job", "j"),
    Handed("b.md", "夹/b.md", "job", "gone"),
    Handed("c.md", "夹/c.md", "skipped", None, Notice("already_there")),
    Handed("d.md", "夹/d.md", "refused", None, Notice("file_too_large")),
    Handed("e.mp4", "夹/e.mp4", "left"),
)


def test_states() -> None:
    assert [state_of(one, {"j": JOB}) for one in FILES] == [
        "read",
        "failed",
        "there",
        "failed",
        "left",
    ]
    for state, expected in (("running", "reading"), ("queued", "reading"), ("cancelled", "failed")):
        assert state_of(FILES[0], {"j": replace(JOB, state=state)}) == expected


def test_the_sum_names_only_what_there_is() -> None:
    one = Batch(FILES[:1])
    assert sum_of(one, {"j": JOB}, "zh") == "1 个文件：1 个已读"
    assert sum_of(one, {"j": JOB}, "en") == "Files: 1 · read: 1"
    assert sum_of(Batch(FILES, 2), {"j": JOB}, "en") == (
        "Files: 5 · read: 1 · not imported: 2 · already there: 1 · of a kind not read: 1"
        " · hidden system files passed over: 2"
    )
