"""A figure that was put right: told again with another value."""

from dataclasses import dataclass

from domain.observation import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What stood ``before``, and what stands since ``after`` was received; both are the same statement's revisions."""

    before: Observation
    after: Observation
