"""The services that the composition root passes to the web side: one frozen bundle, no globals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.area import Area
from domain.feeds.feed import Feed
from domain.imports.desk import FigureDesk
from domain.kpis.kpi import Kpi

if TYPE_CHECKING:
    from store.access.accounts import Accounts
    from store.access.screens import Screens
    from store.access.sealing import Sealing
    from store.access.second_factors import SecondFactors
    from store.access.team_codes import TeamCodes
    from store.audit import AuditLog
    from store.briefs import BriefFiles
    from store.casework.alarm_handlings import AlarmHandlings
    from store.casework.notices import Notices
    from store.casework.teams import Teams
    from store.drivers import Drivers
    from store.imports import Imports
    from store.maps.map_layers import MapLayers
    from store.reading import Reading
    from store.registry import Registry
    from store.rounds.plan import Plan
    from store.rounds.runs import Runs
    from store.rounds.service_days import ServiceDays
    from store.valkey.enrolling import Enrolling
    from store.valkey.invitations import Invitations
    from store.valkey.live_state import LiveState
    from store.valkey.lookup_counts import LookupCounts
    from store.valkey.raw_stream import RawStream
    from store.valkey.sessions import Sessions
    from store.valkey.signed_in import SignedIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that screens, live channel and API use; tests pass fakes.

    ``release`` identifies the shipped source; ``simulator``: the simulator should run.
    """

    reading: Reading
    registry: Registry
    live: LiveState
    stream: RawStream
    maps: MapLayers
    briefs: BriefFiles
    file_imports: Imports
    desk: FigureDesk
    plan: Plan
    runs: Runs
    service_days: ServiceDays
    lookups: LookupCounts
    drivers: Drivers
    sessions: Sessions
    accounts: Accounts
    factors: SecondFactors
    sealing: Sealing
    signed_in: SignedIn
    screens: Screens
    notices: Notices
    alarm_handlings: AlarmHandlings
    enrolling: Enrolling
    invitations: Invitations
    team_codes: TeamCodes
    teams: Teams
    audit: AuditLog
    feeds: Mapping[str, Feed]
    kpis: Mapping[str, Kpi]
    areas: Mapping[str, Area]
    release: str
    simulator: bool
