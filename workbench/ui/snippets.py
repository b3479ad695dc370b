"""The same question as a command and as a program, for other systems."""

import json
import shlex
from collections.abc import Sequence

PYTHON = """import json
import urllib.request

question = {question}
request = urllib.request.Request(
    "{address}/api/predict",
    data=json.dumps(question).encode(),
    headers={{"Content-Type": "application/json"}},
)
with urllib.request.urlopen(request) as answer:
    for row in json.load(answer)["result"]:
        print(row["score"], row["document"])
"""


def _body(query: str, documents: Sequence[str], instruction: str) -> dict[str, object]:
    body: dict[str, object] = {"query": query, "documents": list(documents)}
    return body | ({"instruction": instruction} if instruction else {})


def curl(address: str, query: str, documents: Sequence[str], instruction: str) -> str:
    """Return a command that asks the question; every text is quoted for the shell."""
    body = json.dumps(_body(query, documents, instruction), ensure_ascii=False)
    return (
        f"curl -s {address}/api/predict \\\n"
        f"  -H 'Content-Type: application/json' \\\n  -d {shlex.quote(body)}"
    )


def python(address: str, query: str, documents: Sequence[str], instruction: str) -> str:
    """Return a program for the standard library that asks the question and prints the answer."""
    body = json.dumps(_body(query, documents, instruction), ensure_ascii=False, indent=4)
    return PYTHON.format(question=body, address=address)
