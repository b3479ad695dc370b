"""Instructions that are kept, each with the criterion whose labels it is measured by."""

from dataclasses import asdict, replace

from sqlalchemy import insert, select

from workbench.domain.errors import Conflict
from workbench.domain.judgements import LibraryInstruction
from workbench.store.database import Database
from workbench.store.evaluation_tables import instructions


class InstructionRepository:
    """Keeps instructions; none of them changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, instruction: LibraryInstruction) -> LibraryInstruction:
        """Keep the instruction and return it; adding the same one again changes nothing.

        Raises:
            Conflict: ``instruction_exists`` where the identifier belongs to another instruction.
        """
        wanted = select(instructions).where(
            instructions.c.instruction_id == instruction.instruction_id
        )
        with self._database.write() as connection:
            row = connection.execute(wanted).mappings().first()
            if row is None:
                connection.execute(insert(instructions).values(**asdict(instruction)))
                return instruction
        known = LibraryInstruction(**row)
        if replace(known, created_at=instruction.created_at) != instruction:
            raise Conflict("instruction_exists", instruction=instruction.instruction_id)
        return known

    def all(self, owner: str) -> tuple[LibraryInstruction, ...]:
        """Return the owner's instructions, in the order in which they were added."""
        order = (instructions.c.created_at, instructions.c.instruction_id)
        wanted = select(instructions).where(instructions.c.owner == owner).order_by(*order)
        with self._database.read() as connection:
            return tuple(LibraryInstruction(**row) for row in connection.execute(wanted).mappings())
