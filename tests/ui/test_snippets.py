"""The commands on the page carry exactly the question, whatever it holds."""

import ast
import json
import shlex

from workbench.ui import snippets

ASKED = ("http://127.0.0.1:7860", "什么是 'x'?", ['a"b\\', "$(rm) `c`\n{d}"], "judge {this}")


def test_the_command_survives_the_shell() -> None:
    words = shlex.split(snippets.curl(*ASKED).replace("\\\n", ""))
    assert words[:3] == ["curl", "-s", "http://127.0.0.1:7860/api/predict"]
    body = json.loads(words[words.index("-d") + 1])
    assert body == {"query": ASKED[1], "documents": ASKED[2], "instruction": ASKED[3]}


def test_an_empty_instruction_is_left_out() -> None:
    words = shlex.split(snippets.curl(ASKED[0], "q", ["d"], "").replace("\\\n", ""))
    assert "instruction" not in json.loads(words[-1])


def test_the_program_holds_the_question() -> None:
    program = ast.parse(snippets.python(*ASKED))
    value = next(n.value for n in program.body if isinstance(n, ast.Assign))
    assert ast.literal_eval(value) == {
        "query": ASKED[1],
        "documents": ASKED[2],
        "instruction": ASKED[3],
    }
