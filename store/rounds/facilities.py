"""Stores facilities and weighbridge tickets. The newest version that is not withdrawn counts."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Select, select, tuple_
from sqlalchemy.sql.schema import Table

from domain.access.principal import NOBODY, Principal
from domain.instant import service_day, to_ms
from domain.waste.facility import Facility, Ticket
from domain.waste.plan_import import Compared, PlanImport, compared
from store.database import insert_new, writing
from store.rounds.plan import note_import
from store.rounds.plan_rows import facility_of, facility_row, import_row, ticket_of, ticket_row
from store.tables.plan import facilities, plan_imports, weighbridge_tickets

_AT_ONCE = 400


class Facilities:
    """Facilities and weighbridge tickets in SQL; thread-safe.

    `store.rounds.plan.Plan` withdraws and reactivates their imports.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, done: PlanImport, given: Iterable[Facility] = (), tickets: Iterable[Ticket] = (), by: Principal = NOBODY
    ) -> None:
        """Store an import's content, all or nothing; it replaces earlier versions of the same items.

        An import that is stored changes nothing again.
        """
        with writing(self._engine) as connection:
            if connection.scalar(select(plan_imports.c.id).where(plan_imports.c.id == done.id)) is not None:
                return
            insert_new(connection, plan_imports, [import_row(done)])
            insert_new(connection, facilities, [facility_row(facility, done.id) for facility in given])
            insert_new(connection, weighbridge_tickets, [ticket_row(ticket, done.id) for ticket in tickets])
            note_import(connection, done, by)

    def facilities(self) -> list[Facility]:
        """Every facility, by id."""
        with self._engine.connect() as connection:
            newest = {row["id"]: row for row in connection.execute(_standing(facilities)).mappings()}
            return [facility_of(newest[id_]) for id_ in sorted(newest)]

    def tickets(self, since: datetime, until: datetime) -> list[Ticket]:
        """The tickets of vehicles that entered in [since, until), in order of entry."""
        c = weighbridge_tickets.c
        within = select(c.plant, c.id).where(c.entered_ms >= to_ms(since), c.entered_ms < to_ms(until))
        # Fetch every version of these numbers: a later import may have corrected the time within the day.
        query = _standing(weighbridge_tickets).where(tuple_(c.plant, c.id).in_(within))
        with self._engine.connect() as connection:
            newest = {_number(ticket): ticket for ticket in map(ticket_of, connection.execute(query).mappings())}
        counted = [ticket for ticket in newest.values() if since <= ticket.entered_at < until]
        return sorted(counted, key=lambda ticket: (ticket.entered_at, ticket.plant, ticket.id))

    def compared(self, given: Sequence[Facility], tickets: Sequence[Ticket], source: str) -> Compared:
        """Facilities and tickets of a file beside those that stand."""
        known = {one.id: one for one in self.facilities()} if given else {}
        stands: dict[Hashable, object] = {id_: facility_row(one, "") for id_, one in known.items()}
        stands |= {_number(one): ticket_row(one, "") for one in self.numbered_as(tickets)}
        entries: dict[Hashable, object] = {one.id: facility_row(one, "") for one in given}
        entries |= {_number(one): ticket_row(one, "") for one in tickets}
        return compared(entries, stands, sum(one.source == source and id_ not in entries for id_, one in known.items()))

    def numbered_as(self, given: Sequence[Ticket]) -> list[Ticket]:
        """The tickets that count and have the plant and number of one of ``given``, on any day."""
        c = weighbridge_tickets.c
        wanted = sorted({(ticket.plant, ticket.id) for ticket in given})
        newest: dict[tuple[str, str, date], Ticket] = {}
        with self._engine.connect() as connection:
            for begin in range(0, len(wanted), _AT_ONCE):
                some = tuple_(c.plant, c.id).in_(wanted[begin : begin + _AT_ONCE])
                query = _standing(weighbridge_tickets).where(some)
                newest |= {_number(ticket): ticket for ticket in map(ticket_of, connection.execute(query).mappings())}
        return list(newest.values())


def _number(ticket: Ticket) -> tuple[str, str, date]:
    """What tells one ticket from another: many scales count from 0001 again every day."""
    return ticket.plant, ticket.id, service_day(ticket.entered_at)


def _standing(table: Table) -> Select[Any]:
    """Rows of imports that are not withdrawn, oldest import first."""
    of_import = plan_imports.c.id == table.c.imported
    standing = select(table).join(plan_imports, of_import).where(plan_imports.c.withdrawn.is_(False))
    return standing.order_by(plan_imports.c.imported_ms, plan_imports.c.id)
