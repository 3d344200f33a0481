"""A corrected figure: its source sent it again with another value."""

from dataclasses import dataclass

from domain.observation import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Two revisions of the same observation: ``before`` is the old value, ``after`` the one that replaced it."""

    before: Observation
    after: Observation
