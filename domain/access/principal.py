"""Who acts: a person with roles, a key's holder, a screen with its token, a visitor at the machine, or nobody."""

from dataclasses import dataclass, field
from enum import StrEnum

from domain.text import Text


class Role(StrEnum):
    """What a person may do. Roles do not contain each other: a person holds each one that applies."""

    OPERATOR = "operator"
    LEADER = "leader"
    REPORTER = "reporter"
    """Sends figures of the person's own units only."""
    APPROVER = "approver"
    DISPATCHER = "dispatcher"
    """Directs runs and sees who drives."""
    ADMINISTRATOR = "administrator"
    """Manages accounts, screens and keys; sees no data."""
    AUDITOR = "auditor"
    """Reads the audit log only."""
    SENDER = "sender"
    """Sends data to the front door; of keys, never of people."""


OF_PEOPLE = tuple(role for role in Role if role is not Role.SENDER)
"""The roles that a person can hold."""


class Actor(StrEnum):
    """The kind of a principal."""

    PERSON = "person"
    SOURCE = "source"
    SCREEN = "screen"
    VISITOR = "visitor"
    """Who sits at the centre's own machine and looks in without signing in."""
    CENTRE = "centre"
    """The centre's own jobs and commands typed on its machine."""
    NOBODY = "nobody"


ACTORS = {
    Actor.PERSON: Text("người dùng", "person"),
    Actor.SOURCE: Text("khóa", "key"),
    Actor.SCREEN: Text("màn hình", "screen"),
    Actor.VISITOR: Text("người ở máy trung tâm", "visitor at the machine"),
    Actor.CENTRE: Text("trung tâm", "the centre"),
    Actor.NOBODY: Text("chưa đăng nhập", "not signed in"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who makes a request or writes a change; every writing call takes it as ``by``.

    ``name``: of the account, key or screen; "" for nobody. ``roles``: of a person; those of
    a key's holder are few. ``units``: codes of the places and
    organisations that a reporter answers for. ``address``: where the request comes from; it is not part of who it is.
    """

    actor: Actor
    name: str = ""
    roles: frozenset[Role] = frozenset()
    units: tuple[str, ...] = ()
    address: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.actor}:{self.name}" if self.name else str(self.actor)


NOBODY = Principal(actor=Actor.NOBODY)
CENTRE = Principal(actor=Actor.CENTRE)
