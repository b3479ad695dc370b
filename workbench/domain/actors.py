"""Who acts, and the one policy that every service asks."""

from dataclasses import dataclass

from workbench.domain.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who uses the workbench; ``roles`` decide what the policy allows."""

    id: str
    name: str
    roles: frozenset[str] = frozenset()


OWNER = Actor(id="local", name="local", roles=frozenset({"owner"}))
"""The implicit single user of a workbench that listens on this machine alone."""


def acting_for(owner: str) -> Actor:
    """Return the actor in whose name a job runs that ``owner`` submitted."""
    return OWNER if owner == OWNER.id else Actor(id=owner, name=owner)


class Policy:
    """Answers whether an actor may act; in local mode the owner may do everything."""

    def require(self, actor: Actor, action: str, resource: str = "") -> None:
        """Return when ``actor`` may do ``action``.

        Raises:
            Forbidden: The actor is not the owner of this workbench.
        """
        if "owner" not in actor.roles:
            raise Forbidden("not_allowed", action=action, resource=resource, actor=actor.name)
