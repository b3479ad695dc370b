"""The same question as a command or a program, for other systems."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

ROOM = 20_000
"""Most characters of candidates that a program on the page carries."""

PYTHON = """import json
import urllib.request

question = @QUESTION@
request = urllib.request.Request(
    "@ADDRESS@/api/predict",
    data=json.dumps(question).encode(),
    headers={"Content-Type": "application/json"},
)
with urllib.request.urlopen(request) as answer:
    for row in json.load(answer)["result"]:
        print(row["score"], row["document"])
"""

JAVASCRIPT = """const question = @QUESTION@;

fetch("@ADDRESS@/api/predict", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(question),
})
  .then(async (answer) => {
    if (!answer.ok) throw new Error(await answer.text());
    for (const row of (await answer.json()).result) console.log(row.score, row.document);
  });
"""

CURL = """curl -s @ADDRESS@/api/predict \\
  -H 'Content-Type: application/json' \\
  --data-binary @- <<'QUESTION'
@QUESTION@
QUESTION
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as ``/api/predict`` takes it, and where that is."""

    address: str
    query: str
    documents: tuple[str, ...]
    instruction: str = ""
    long: str = "cut"

    @property
    def body(self) -> dict[str, object]:
        """Return the body of the request; what is empty or the default is left out."""
        body: dict[str, object] = {"query": self.query, "documents": list(self.documents)}
        body |= {"instruction": self.instruction} if self.instruction else {}
        return body | ({"long": self.long} if self.long != "cut" else {})

    def ascii(self) -> str:
        """Return the body as JSON on one line in ASCII: every other character is an escape."""
        return json.dumps(self.body)

    def readable(self, indent: int | None = None) -> str:
        """Return the body as JSON that can be read, in Unicode."""
        return json.dumps(self.body, ensure_ascii=False, indent=indent)


def excerpt(documents: Sequence[str]) -> tuple[str, ...]:
    """Return as many documents from the first on as fit ``ROOM``; the first is cut to it."""
    kept: list[str] = []
    room = ROOM
    for document in documents:
        if kept and len(document) > room:
            break
        kept.append(document[:room])
        room -= len(kept[-1])
    return tuple(kept)


def curl(asked: Asked) -> str:
    """Return a command for a Unix shell; the body is a quoted here-document, which takes all."""
    return _filled(CURL, asked, asked.readable())


def python(asked: Asked) -> str:
    """Return a program for the standard library of Python, which reads JSON strings as they are."""
    return _filled(PYTHON, asked, asked.readable(indent=4))


def javascript(asked: Asked) -> str:
    """Return a program for Node 18 and browsers; no text can end a script element around it."""
    question = asked.readable(indent=2).replace("</", "<\\/").replace("<!--", "\\u003c!--")
    return _filled(JAVASCRIPT, asked, question)


def _filled(template: str, asked: Asked, question: str) -> str:
    # The question comes last: what stands in it is never taken for a blank.
    return template.replace("@ADDRESS@", asked.address).replace("@QUESTION@", question)
