"""Uploads become documents, or one typed reason and nothing half-stored."""

from collections.abc import Callable

import pytest

from tests.conftest import CONTRACT
from workbench.domain.actors import OWNER, Actor
from workbench.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from workbench.domain.jobs import Job
from workbench.services.workbench import Workbench


def corpus_of(bench: Workbench) -> str:
    return bench.corpora.list(OWNER)[0].corpus_id


def test_my_files_is_there_from_the_start_and_answers_to_either_name(bench: Workbench) -> None:
    corpora = bench.corpora.list(OWNER)
    assert [c.name for c in corpora] == ["我的文件 / My files"]
    assert bench.corpora.by_name(OWNER, "my FILES") == corpora[0]
    assert bench.corpora.by_name(OWNER, "我的文件") == corpora[0]


def test_an_upload_is_read_in_the_background(
    bench: Workbench, wait_for: Callable[[str], Job]
) -> None:
    upload = bench.uploads.upload(OWNER, corpus_of(bench), "采购协议.md", CONTRACT.encode())
    assert upload.job is not None
    job = wait_for(upload.job.job_id)
    assert (job.state, job.outcome and job.outcome.code) == ("done", "document_added")
    document = bench.corpora.documents(OWNER, corpus_of(bench))[0]
    assert document.name == "采购协议.md"
    assert document.chunks == len(bench.corpora.chunks(OWNER, document.document_id)) > 0
    titles = [s.title for s in bench.corpora.outline(OWNER, document.document_id)]
    assert any("违约责任" in title for title in titles)


def test_the_same_file_twice_is_left_alone(bench: Workbench) -> None:
    corpus = corpus_of(bench)
    bench.uploads.ingest_now(OWNER, corpus, "a.md", CONTRACT.encode())
    again = bench.uploads.ingest_now(OWNER, corpus, "b.md", CONTRACT.encode())
    assert again.skipped is not None
    assert (again.skipped.code, again.skipped.params["document"]) == ("already_there", "a.md")
    assert len(bench.corpora.documents(OWNER, corpus)) == 1


def test_a_changed_file_of_the_same_name_is_a_new_edition(bench: Workbench) -> None:
    corpus = corpus_of(bench)
    bench.uploads.ingest_now(OWNER, corpus, "a.md", CONTRACT.encode())
    before = bench.corpora.documents(OWNER, corpus)[0]
    upload = bench.uploads.ingest_now(
        OWNER, corpus, "a.md", CONTRACT.replace("万分之八", "万分之五").encode()
    )
    assert upload.job and upload.job.outcome and upload.job.outcome.code == "edition_added"
    after = bench.corpora.documents(OWNER, corpus)
    assert [d.document_id for d in after] == [before.document_id]
    assert after[0].edition_id != before.edition_id
    texts = [c.text for c in bench.corpora.chunks(OWNER, before.document_id)]
    assert any("万分之五" in t for t in texts)
    assert not any("万分之八" in t for t in texts)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("leer.txt", b"", "empty_file"),
        ("合同.pdf", b"MZ\x90\x00" + bytes(2000), "unsupported_kind"),
        ("x.pdf", b"%PDF-1.7\ngarbage", "damaged"),
    ],
)
def test_a_bad_file_fails_its_job_and_leaves_nothing(
    bench: Workbench, name: str, data: bytes, code: str
) -> None:
    corpus = corpus_of(bench)
    upload = bench.uploads.ingest_now(OWNER, corpus, name, data)
    assert upload.job and upload.job.state == "failed"
    assert upload.job.outcome and upload.job.outcome.code == code
    assert bench.corpora.documents(OWNER, corpus) == ()
    kept = [p for p in (bench.settings.home / "files").rglob("*") if p.is_file()]
    assert kept == []


def test_two_bad_files_of_equal_bytes_are_told_apart(
    bench: Workbench, wait_for: Callable[[str], Job]
) -> None:
    corpus = corpus_of(bench)
    uploads = [bench.uploads.upload(OWNER, corpus, name, b"") for name in ("a.txt", "b.pdf")]
    jobs = [wait_for(upload.job.job_id) for upload in uploads if upload.job]
    assert [(job.params["name"], job.state) for job in jobs] == [
        ("a.txt", "failed"),
        ("b.pdf", "failed"),
    ]


def test_a_name_of_300_characters_is_shortened(bench: Workbench) -> None:
    corpus = corpus_of(bench)
    bench.uploads.ingest_now(OWNER, corpus, "长" * 300 + ".md", CONTRACT.encode())
    name = bench.corpora.documents(OWNER, corpus)[0].name
    assert len(name) == 200 and name.endswith(".md")


def test_a_deleted_document_is_not_found_until_it_is_restored(filled: Workbench) -> None:
    corpus = corpus_of(filled)
    document = next(d for d in filled.corpora.documents(OWNER, corpus) if d.name == "manual.md")
    asked = "MAC address"
    assert "manual.md" in {r.document for r in filled.search.ask(OWNER, [corpus], asked).results}
    filled.corpora.delete_document(OWNER, document.document_id)
    assert "manual.md" not in {
        r.document for r in filled.search.ask(OWNER, [corpus], asked).results
    }
    assert [d.name for d in filled.corpora.documents(OWNER, corpus, deleted=True)] == ["manual.md"]
    filled.corpora.restore_document(OWNER, document.document_id)
    assert "manual.md" in {r.document for r in filled.search.ask(OWNER, [corpus], asked).results}


def test_names_of_corpora(bench: Workbench) -> None:
    made = bench.corpora.create(OWNER, "  合同   库 ")
    assert made.name == "合同 库"
    with pytest.raises(Conflict):
        bench.corpora.create(OWNER, "合同 库")
    with pytest.raises(InvalidInput):
        bench.corpora.create(OWNER, "  ")
    with pytest.raises(NotFound) as caught:
        bench.corpora.by_name(OWNER, "没有")
    assert "合同 库" in str(caught.value.params["known"])
    bench.corpora.delete(OWNER, made.corpus_id)
    assert made.corpus_id not in {c.corpus_id for c in bench.corpora.list(OWNER)}
    assert bench.corpora.restore(OWNER, made.corpus_id).name == "合同 库"


def test_a_file_over_the_limit_is_refused_before_it_is_kept(bench: Workbench) -> None:
    limit = bench.settings.upload_bytes
    with pytest.raises(InvalidInput) as caught:
        bench.uploads.upload(OWNER, corpus_of(bench), "big.txt", b"x" * (limit + 1))
    assert caught.value.code == "file_too_large"
    assert bench.jobs.list(OWNER) == ()


def test_a_stranger_may_do_nothing(bench: Workbench) -> None:
    stranger = Actor("x", "x")
    calls: list[Callable[[], object]] = [
        lambda: bench.corpora.list(stranger),
        lambda: bench.corpora.create(stranger, "a"),
        lambda: bench.uploads.upload(stranger, "c", "a.md", b"x"),
        lambda: bench.search.ask(stranger, ["c"], "q"),
        lambda: bench.rerank.rank(stranger, "q", ["d"]),
        lambda: bench.jobs.list(stranger),
        lambda: bench.models.state(stranger),
        lambda: bench.doctor.examine(stranger),
        lambda: bench.compare.run(stranger, ["c"], "q", [("a", ""), ("b", "x")]),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            call()
