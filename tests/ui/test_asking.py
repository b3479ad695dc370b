"""A question is computed once a submission, again after an abort, and never after a refusal."""

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from workbench.domain.errors import InvalidInput
    from workbench.ui.asking import ask_once, show_outdated

    text = st.text_input("text", key="text")
    pressed = st.button("ask", key="ask")

    def compute(asked: str) -> str:
        st.session_state["calls"] = st.session_state.get("calls", 0) + 1
        if asked == "bad":
            raise InvalidInput("query_empty")
        return asked.upper()

    try:
        held = ask_once("test", text, pressed, compute)
    except InvalidInput as error:
        st.error(error.code)
    else:
        if held:
            show_outdated(held, text, "en")
            st.text(held.answer)


def opened() -> AppTest:
    return AppTest.from_function(script, default_timeout=20).run()


def test_an_answer_is_kept_and_marked_when_inputs_change() -> None:
    at = opened()
    assert not at.text
    at.text_input[0].set_value("a")
    at.button[0].click().run()
    assert at.text[0].value == "A" and not at.warning
    at.text_input[0].set_value("b").run()
    assert at.text[0].value == "A" and at.warning
    assert at.session_state["calls"] == 1
    at.button[0].click().run()
    assert at.text[0].value == "B" and not at.warning
    assert at.session_state["calls"] == 2


def test_an_aborted_question_is_asked_again() -> None:
    at = opened()
    at.session_state["test.asked"] = "a"
    at.run()
    assert at.text[0].value == "A"


def test_a_refused_question_is_not_asked_at_every_run() -> None:
    at = opened()
    at.text_input[0].set_value("bad")
    at.button[0].click().run()
    assert at.error[0].value == "query_empty"
    at.run()
    assert not at.error
    assert at.session_state["calls"] == 1
