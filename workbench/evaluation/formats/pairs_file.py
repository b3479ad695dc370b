"""Reads questions under two instructions each, with the documents that tell them apart."""

from pathlib import Path
from typing import Any

from workbench.domain.errors import InvalidInput
from workbench.evaluation.formats.json_lines import objects, string
from workbench.evaluation.sensitivity import InstructionPair


def read_pairs(path: Path) -> tuple[InstructionPair, ...]:
    """Return the pairs of a file of JSON lines, in its order.

    Each line has ``pair_id``, ``query``, ``instruction_og``, ``instruction_changed`` and
    ``changed_docs``; ``gained_docs`` and ``candidates`` may be there.

    Raises:
        InvalidInput: As ``json_lines``; ``collection_id_twice`` for a repeated pair,
            ``pair_contradicts`` where a document is both changed and gained, ``pairs_missing``
            where the file holds none.
    """
    found: dict[str, InstructionPair] = {}
    for line, row in objects(path):
        one = string(row, "pair_id", path, line)
        if one in found:
            raise InvalidInput("collection_id_twice", file=path.name, line=line, id=one)
        found[one] = InstructionPair(
            pair_id=one,
            query=string(row, "query", path, line),
            original=string(row, "instruction_og", path, line),
            instruction=string(row, "instruction_changed", path, line),
            changed=_documents(row, "changed_docs", path, line),
            gained=_documents(row, "gained_docs", path, line, needed=False),
            candidates=_documents(row, "candidates", path, line, needed=False),
        )
        both = set(found[one].changed) & set(found[one].gained)
        if both:
            raise InvalidInput("pair_contradicts", file=path.name, line=line, id=min(both))
    if not found:
        raise InvalidInput("pairs_missing")
    return tuple(found.values())


def _documents(
    row: dict[str, Any], field: str, path: Path, line: int, *, needed: bool = True
) -> tuple[str, ...]:
    value = row.get(field)
    if value is None and not needed:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise InvalidInput("collection_field", file=path.name, line=line, field=field)
    return tuple(dict.fromkeys(value))
