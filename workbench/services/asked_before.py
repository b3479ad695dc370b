"""What was asked on the page Search, so that question sets can take it up."""

from workbench.domain.actors import Actor, Policy
from workbench.store.searches import AskedBefore, SearchRepository

HISTORY = 200


class AskedHistory:
    """Remembers questions, and forgets them when it is told to."""

    def __init__(self, policy: Policy, searches: SearchRepository) -> None:
        self._policy = policy
        self._searches = searches

    def note(self, actor: Actor, text: str, corpora: tuple[str, ...], instruction: str) -> None:
        """Remember a question that somebody asked."""
        self._policy.require(actor, "search")
        self._searches.add(actor.id, text, corpora, instruction)

    def recent(self, actor: Actor) -> tuple[AskedBefore, ...]:
        """Return what the actor asked, newest first."""
        self._policy.require(actor, "view")
        return self._searches.recent(actor.id, HISTORY)

    def clear(self, actor: Actor) -> None:
        """Forget everything that the actor asked."""
        self._policy.require(actor, "edit")
        self._searches.clear(actor.id)
