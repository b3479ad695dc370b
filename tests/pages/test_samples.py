"""The sample libraries on Home, and measuring with their labels on Compare."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles import CountingReranker, HashEmbedder
from tests.pages.conftest import Opener
from tests.pages.reading import assert_sound, shown
from tests.sample_library import write_library
from workbench.assembly import build
from workbench.domain.actors import OWNER
from workbench.services.workbench import Workbench
from workbench.settings import Settings
from workbench.words.say import TONGUES, Tongue, say


@pytest.fixture
def bench(
    tmp_path: Path, reranker: CountingReranker, embedder: HashEmbedder
) -> Iterator[Workbench]:
    """A workbench whose sample library is a small one."""
    samples = write_library(tmp_path / "samples" / "returns").parent
    settings = Settings(home=tmp_path / "home", samples=samples)
    made = build(settings, reranker=reranker, embedder=embedder)
    yield made
    made.close()


def _settle(bench: Workbench) -> None:
    deadline = time.monotonic() + 60
    while any(job.active for job in bench.jobs.list(OWNER)) and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.fixture
def loaded(bench: Workbench) -> Workbench:
    bench.samples.load(OWNER, "returns", "zh")
    _settle(bench)
    return bench


@pytest.mark.parametrize("language", TONGUES)
def test_all_libraries_are_loaded_with_one_click(
    open_page: Opener, bench: Workbench, language: Tongue
) -> None:
    at = open_page("home", language)
    at.button(key="home.load_samples").click().run()
    assert_sound(at)
    _settle(bench)
    at.run()
    assert_sound(at)
    (sample,) = bench.samples.list(OWNER)
    assert sample.corpus is not None and sample.corpus.name == sample.name[language]
    told = say("ui.samples.holds", language, documents=2, chunks=sample.corpus.chunks)
    assert told in shown(at)
    assert "home.load_samples" not in [button.key for button in at.button]


def test_a_library_is_removed_with_one_click(open_page: Opener, loaded: Workbench) -> None:
    at = open_page("home", "en")
    at.button(key="home.remove.returns").click().run()
    assert_sound(at)
    assert loaded.samples.list(OWNER)[0].corpus is None
    assert "home.sample.returns" in [button.key for button in at.button]


def test_its_question_is_asked_of_it_with_one_click(open_page: Opener, loaded: Workbench) -> None:
    at = open_page("home", "zh")
    at.button(key="home.try.returns").click().run()
    assert_sound(at)
    assert at.text_input(key="search.question").value == "几天之内可以退货?"
    assert "十四天内可以退货" in shown(at).replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("language", TONGUES)
def test_without_labels_the_way_to_them_is_told(
    open_page: Opener, filled: Workbench, language: Tongue
) -> None:
    at = open_page("compare", language)
    at.get_by_key("compare.way").set_value("set").run()
    assert_sound(at)
    assert say("ui.measure.no_sets", language) in shown(at)


def test_a_reload_comes_back_to_measuring(open_page: Opener, filled: Workbench) -> None:
    at = open_page("compare", "en")
    assert "way" not in at.query_params
    at.get_by_key("compare.way").set_value("set").run()
    assert at.query_params["way"] == "set"
    assert open_page("compare", "en", way="set").get_by_key("compare.way").value == "set"
    assert open_page("compare", "en", way="none").get_by_key("compare.way").value == "one"


def _measure(at_key: Opener, bench: Workbench, language: Tongue, *instructions: str):  # type: ignore[no-untyped-def]
    at = at_key("compare", language)
    at.get_by_key("compare.way").set_value("set").run()
    (one,) = bench.questions.sets(OWNER)
    if instructions:
        key = f"compare.set_instructions.{one.query_set.query_set_id}"
        at.multiselect(key=key).set_value(list(instructions)).run()
    at.button(key="compare.measure").click().run()
    assert_sound(at)
    _settle(bench)
    return at.run()


@pytest.mark.parametrize("language", TONGUES)
def test_first_passes_are_compared_and_no_verdict_is_given(
    open_page: Opener, loaded: Workbench, language: Tongue
) -> None:
    at = _measure(open_page, loaded, language)
    assert_sound(at)
    table = at.dataframe[0].value
    assert list(table[say("ui.measure.row", language)]) == [
        say(f"ui.measure.by_{method}", language) for method in ("bm25", "dense", "hybrid")
    ]
    assert {"nDCG@10", "RR(rel=2)@10", "P(rel=2)@5", "R(rel=2)@20", "Judged@10"} <= set(table)
    assert say("ui.measure.no_verdict", language) in shown(at)
    assert "更好" not in shown(at).replace(say("ui.measure.no_verdict", language), "")
    assert say("ui.measure.different_tests", language) not in shown(at)


def test_instructions_of_two_criteria_are_never_compared_with_one_another(
    open_page: Opener, loaded: Workbench
) -> None:
    (one,) = loaded.questions.sets(OWNER)
    labelled = loaded.questions.labelled(OWNER, one.query_set.query_set_id)
    chosen = [i.instruction_id for i in labelled.instructions if i.language == "zh"]
    at = _measure(open_page, loaded, "zh", "", *chosen)
    assert_sound(at)
    assert say("ui.measure.different_tests", "zh") in shown(at)
    # Each criterion has its measures, its pass marks and their further numbers.
    first, second = (at.dataframe[n].value for n in (0, 3))
    head = say("ui.measure.row", "zh")
    assert [name[:4] for name in first[head][3:]] == ["方案 A", "方案 B"]
    assert list(second[head])[-1].startswith("方案 C")


def test_a_model_that_follows_no_instruction_is_named_at_its_numbers(
    open_page: Opener, loaded: Workbench, reranker: CountingReranker
) -> None:
    reranker.info = CountingReranker(supports_instruction=False).info
    at = _measure(open_page, loaded, "en", "")
    assert "say nothing about which instruction is better" in shown(at)


def test_a_question_can_be_looked_at_with_its_grades(open_page: Opener, loaded: Workbench) -> None:
    at = _measure(open_page, loaded, "en")
    assert say("ui.measure.grade", "en", grade=3) in shown(at)
    assert say("ui.measure.ungraded", "en") in shown(at)


def test_the_last_result_is_there_again_in_another_session(
    open_page: Opener, loaded: Workbench
) -> None:
    _measure(open_page, loaded, "en")
    at = open_page("compare", "en")
    at.get_by_key("compare.way").set_value("set").run()
    assert say("ui.measure.result", "en", name="退货(示例)") in shown(at)


def test_nothing_chosen_cannot_be_measured(open_page: Opener, loaded: Workbench) -> None:
    at = open_page("compare", "en")
    at.get_by_key("compare.way").set_value("set").run()
    at.get_by_key("compare.methods").set_value([]).run()
    assert_sound(at)
    assert at.button(key="compare.measure").disabled


def test_ones_own_instruction_is_measured_by_the_labels_chosen(
    open_page: Opener, loaded: Workbench, reranker: CountingReranker
) -> None:
    at = open_page("compare", "en")
    at.get_by_key("compare.way").set_value("set").run()
    at.text_area(key="compare.set_own").set_value("运费").run()
    at.button(key="compare.measure").click().run()
    _settle(loaded)
    at.run()
    assert_sound(at)
    assert {told for _, _, told in reranker.asked} == {"运费"}
    assert say("ui.measure.own_name", "en") in "".join(at.dataframe[0].value.iloc[:, 0])
