"""Ratings as Quepid exchanges them: a CSV table of query, document and rating."""

import csv
import io

from workbench.domain.cells import guarded
from workbench.evaluation.providers import Qrels

HEAD = ("query", "docid", "rating")


def quepid_text(qrels: Qrels, texts: dict[str, str]) -> str:
    """Return the ratings; a question without one stands once, with empty cells.

    A cell that a spreadsheet would run begins with a guard, which reading takes off again.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for query, text in texts.items():
        labels = qrels.get(query, {})
        for document, grade in sorted(labels.items()):
            writer.writerow((guarded(text), guarded(document), grade))
        if not labels:
            writer.writerow((guarded(text), "", ""))
    return out.getvalue()
