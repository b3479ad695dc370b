"""The page Corpora: upload, look inside, delete, restore."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from tests.conftest import CONTRACT
from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from workbench.domain.actors import OWNER
from workbench.domain.jobs import Job
from workbench.services.batches import File
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


def test_the_outcome_of_an_upload_survives_a_reload(
    open_page: Opener, bench: Workbench, wait_for: Callable[[str], Job]
) -> None:
    corpus = bench.corpora.list(OWNER)[0].corpus_id
    files = {"夹/a.md": "# 甲\n\n文字。\n", "夹/leer.txt": "", "夹/b.mp4": "x", "夹/.DS_Store": "x"}
    batch = bench.batches.hand_in(
        OWNER, corpus, [File(path, text.encode) for path, text in files.items()]
    )
    for one in batch.files:
        if one.job_id:
            wait_for(one.job_id)
    for page in ("corpora", "home"):
        at = open_page(page, "zh")
        assert (
            "3 个文件：1 个已读，1 个没有导入，1 个不是能读的格式，另有 1 个系统隐藏文件已略过"
            in shown(at)
        )
        assert shown(at).index("leer.txt") < shown(at).index("《a.md》已读完")
        assert "夹/b.mp4" in shown(at)
    at.button(key="home.clear").click().run()
    assert_sound(at)
    assert "1 个已读" not in shown(at)


TABLE = "号,题,解,类\n1,怎么退货？,七天内寄回。,售后\n"


def open_columns(open_page: Opener, bench: Workbench, language: str) -> AppTest:
    corpus = bench.corpora.list(OWNER)[0].corpus_id
    bench.uploads.ingest_now(OWNER, corpus, "faq.csv", TABLE.encode())
    (document,) = bench.corpora.documents(OWNER, corpus)
    at = open_page("corpora", language)
    at.session_state[f"corpora.tabs.{document.document_id}"] = say("ui.document.columns", language)
    at.button(key=f"corpora.open.{document.document_id}").click().run()
    assert_sound(at)
    return at


def uses(at: AppTest) -> list[Selectbox]:
    return [box for box in at.selectbox if (box.key or "").startswith("corpora.use.")]


def test_columns_are_chosen_previewed_and_set_back(
    open_page: Opener, bench: Workbench, wait_for: Callable[[str], Job]
) -> None:
    at = open_columns(open_page, bench, "en")
    assert [box.value for box in uses(at)] == ["text"] * 4
    assert "号：1" in shown(at)
    for box, use in zip(uses(at), ("unused", "question", "text", "context"), strict=True):
        box.set_value(use)
    at.run()
    assert "题：怎么退货？\n解：七天内寄回。" in shown(at)
    at.button(key="corpora.columns_apply").click().run()
    (job,) = [j for j in bench.jobs.list(OWNER) if "document" in j.params]
    assert wait_for(job.job_id).state == "done"
    at.run()
    assert_sound(at)
    assert say("ui.columns.chosen", "en") in shown(at)
    assert [box.value for box in uses(at)] == ["unused", "question", "text", "context"]
    (document,) = bench.corpora.documents(OWNER, bench.corpora.list(OWNER)[0].corpus_id)
    assert document.columns is not None
    at.button(key="corpora.columns_automatic").click().run()
    for one in bench.jobs.list(OWNER):
        wait_for(one.job_id)
    at.run()
    assert say("ui.columns.recognised", "en") in shown(at)


def test_nothing_to_read_cannot_be_applied(open_page: Opener, bench: Workbench) -> None:
    at = open_columns(open_page, bench, "zh")
    for box in uses(at):
        box.set_value("context")
    at.run()
    assert at.button(key="corpora.columns_apply").disabled
    assert "没有选出要读的列" in at.warning[0].value
    for box in uses(at):
        box.set_value("question")
    at.run()
    assert "只能有一列是“问题”" in at.warning[0].value
    assert not at.button(key="corpora.columns_apply").disabled


def test_a_document_without_columns_has_no_such_tab(open_page: Opener, filled: Workbench) -> None:
    corpus = filled.corpora.list(OWNER)[0].corpus_id
    at = open_page("corpora", "zh")
    document = filled.corpora.documents(OWNER, corpus)[0].document_id
    at.button(key=f"corpora.open.{document}").click().run()
    assert say("ui.document.columns", "zh") not in [tab.label for tab in at.tabs]
