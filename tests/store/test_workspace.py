import pytest

from workbench.domain.errors import InvalidInput
from workbench.domain.experiments import Json
from workbench.store.database import Database
from workbench.store.workspace import WorkspaceRepository


@pytest.fixture
def workspace(database: Database) -> WorkspaceRepository:
    return WorkspaceRepository(database)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -1.5,
        1e-300,
        "",
        '第584条 👩‍⚖️ "quoted" \\ \n',
        [],
        {},
        {"指令": ["a", {"b": None}], "🙂": 1},
    ],
)
def test_a_value_comes_back_as_it_was_set(workspace: WorkspaceRepository, value: Json) -> None:
    workspace.set("键 🙂", value)
    found = workspace.get("键 🙂", "default")
    assert found == value
    assert type(found) is type(value)


def test_a_key_that_was_never_set_gives_the_default(workspace: WorkspaceRepository) -> None:
    assert workspace.get("key") is None
    assert workspace.get("key", "default") == "default"
    assert workspace.all() == {}


def test_the_last_value_counts_and_others_stay(workspace: WorkspaceRepository) -> None:
    workspace.set("b", 1)
    workspace.set("a", 2)
    workspace.set("b", 3)
    assert list(workspace.all().items()) == [("a", 2), ("b", 3)]


def test_a_removed_key_is_gone(workspace: WorkspaceRepository) -> None:
    workspace.set("a", 1)
    workspace.remove("a")
    workspace.remove("a")
    assert workspace.get("a", "default") == "default"


def test_an_update_sees_the_value_before(workspace: WorkspaceRepository) -> None:
    assert workspace.update("n", lambda value: value + 1, default=0) == 1
    assert workspace.update("n", lambda value: value + 1, default=0) == 2
    with pytest.raises(ZeroDivisionError):
        workspace.update("n", lambda value: value / 0)
    assert workspace.get("n") == 2


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_refused(workspace: WorkspaceRepository, number: float) -> None:
    workspace.set("key", 1)
    with pytest.raises(InvalidInput) as caught:
        workspace.set("key", {"deep": [number]})
    assert caught.value.code == "not_finite"
    assert workspace.get("key") == 1
