"""The result of a plan import: routes that may be kept, and findings for people to check."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.finding import Finding
from domain.waste.plan import PlanException, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """Routes and exceptions read from a file, with all findings.

    ``where`` maps (route, order) of each entry to its file and row.
    """

    routes: tuple[Route, ...] = ()
    exceptions: tuple[PlanException, ...] = ()
    findings: tuple[Finding, ...] = ()
    where: Mapping[tuple[str, int], tuple[str, int | None]] = field(default_factory=dict)

    @property
    def streets(self) -> int:
        """Total number of entries of all routes."""
        return sum(len(route.streets) for route in self.routes)
