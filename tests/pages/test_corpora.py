"""The page Corpora: upload, look inside, delete, restore."""

from collections.abc import Callable

from tests.conftest import CONTRACT
from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from workbench.domain.actors import OWNER
from workbench.domain.jobs import Job
from workbench.services.workbench import Workbench
from workbench.words.say import say


def test_an_upload_is_read_and_told(
    open_page: Opener, bench: Workbench, wait_for: Callable[[str], Job]
) -> None:
    at = open_page("corpora", "zh")
    at.file_uploader[0].upload("采购协议.md", CONTRACT.encode()).run()
    assert_sound(at)
    (job,) = [j for j in bench.jobs.list(OWNER) if j.kind == "ingest"]
    wait_for(job.job_id)
    at.run()
    assert_sound(at)
    assert "《采购协议.md》已读完" in shown(at)
    assert say("ui.documents.title", "zh", count=1) in shown(at)
    at.file_uploader[0].upload("副本.md", CONTRACT.encode()).run()
    assert "已经在这个知识库里了" in shown(at)


def test_an_unreadable_file_names_itself_and_the_reason(
    open_page: Opener, bench: Workbench, wait_for: Callable[[str], Job]
) -> None:
    at = open_page("corpora", "en")
    at.file_uploader[0].upload("empty.txt", b"").run()
    (job,) = [j for j in bench.jobs.list(OWNER) if j.kind == "ingest"]
    wait_for(job.job_id)
    at.run()
    assert not at.exception
    assert "“empty.txt” was not imported: The file is empty." in shown(at)


def test_a_document_shows_its_tree_and_passages(open_page: Opener, filled: Workbench) -> None:
    corpus = filled.corpora.list(OWNER)[0].corpus_id
    document = next(d for d in filled.corpora.documents(OWNER, corpus) if d.name == "采购协议.md")
    at = open_page("corpora", "zh")
    at.button(key=f"corpora.open.{document.document_id}").click().run()
    assert_sound(at)
    tree = at.dataframe[0].value
    assert any("违约责任" in title for title in tree["章节"])
    assert set(tree["依据"]) <= {"Markdown 标题", "编号格式"}
    assert "支付违约金万分之八" in shown(at)
    at.button(key="corpora.back").click().run()
    assert say("ui.documents.title", "zh", count=2) in shown(at)


def test_deleting_asks_first_and_can_be_undone(open_page: Opener, filled: Workbench) -> None:
    corpus = filled.corpora.list(OWNER)[0].corpus_id
    document = filled.corpora.documents(OWNER, corpus)[0]
    at = open_page("corpora", "en")
    at.button(key=f"corpora.remove.{document.document_id}").click().run()
    assert len(filled.corpora.documents(OWNER, corpus)) == 2
    assert f"Delete “{document.name}”?" in shown(at)
    # The dialog's own button needs a browser: a test run closes a dialog at the next click.
    filled.corpora.delete_document(OWNER, document.document_id)
    at.run()
    assert say("ui.documents.deleted", "en", count=1) in [e.label for e in at.expander]
    at.button(key=f"corpora.bring_back.{document.document_id}").click().run()
    assert_sound(at)
    assert len(filled.corpora.documents(OWNER, corpus)) == 2


def test_a_library_is_made_and_chosen(open_page: Opener, bench: Workbench) -> None:
    at = open_page("corpora", "en")
    at.text_input(key="corpora.new_name").set_value("Contracts")
    label = say("ui.corpora.create_now", "en")
    next(b for b in at.button if b.label == label).click().run()
    assert_sound(at)
    made = bench.corpora.by_name(OWNER, "Contracts")
    assert at.selectbox(key="corpora.corpus").value == made.corpus_id


def test_a_taken_name_is_refused_in_words(open_page: Opener, bench: Workbench) -> None:
    bench.corpora.create(OWNER, "Contracts")
    at = open_page("corpora", "en")
    at.text_input(key="corpora.new_name").set_value("Contracts")
    label = say("ui.corpora.create_now", "en")
    next(b for b in at.button if b.label == label).click().run()
    assert not at.exception
    assert "already a library called Contracts" in at.error[0].value
