from dataclasses import replace

import pytest

from workbench.domain.errors import Conflict
from workbench.domain.judgements import Criterion, LibraryInstruction
from workbench.store.database import Database
from workbench.store.instructions import InstructionRepository
from workbench.store.questions import QuestionRepository

TOLD = LibraryInstruction("I1", "local", "三段式", "先共情 🙂", "zh", "K1", "2026-01-01T00:00:00Z")


@pytest.fixture
def instructions(database: Database) -> InstructionRepository:
    criterion = Criterion("K1", "local", "requirement", "三段式", "zh", "2026-01-01T00:00:00Z")
    QuestionRepository(database).add_criterion(criterion)
    return InstructionRepository(database)


def test_an_instruction_is_kept_once_whenever_it_comes_again(
    instructions: InstructionRepository,
) -> None:
    assert instructions.all("local") == ()
    assert instructions.add(TOLD) == TOLD
    assert instructions.add(replace(TOLD, created_at="2026-02-02T00:00:00Z")) == TOLD
    assert instructions.all("local") == (TOLD,)
    assert instructions.all("somebody else") == ()


def test_an_instruction_never_changes(instructions: InstructionRepository) -> None:
    instructions.add(TOLD)
    with pytest.raises(Conflict) as caught:
        instructions.add(replace(TOLD, text="something else"))
    assert caught.value.code == "instruction_exists"
    assert instructions.all("local") == (TOLD,)
