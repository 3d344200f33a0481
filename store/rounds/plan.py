"""Stores the collection plan: every revision of every route, exceptions, and their imports."""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, select, update

from domain.access.principal import NOBODY, Principal
from domain.audit import Act
from domain.waste.plan import PlanException, PlannedStreet, Route
from domain.waste.plan_import import Compared, Content, PlanImport, compared
from store.audit import note
from store.database import insert_new, writing
from store.rounds.plan_rows import (
    NAME_LIMIT_BYTES,
    exception_of,
    exception_row,
    import_of,
    import_row,
    route_of,
    route_row,
    street_of,
    street_row,
)
from store.rows import Row, storable
from store.tables.plan import plan_exceptions, plan_imports, plan_routes, plan_streets

# Any constant works, if every process of this product uses the same one.
_PLAN_LOCK = 7_204_110_428


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRoute:
    """A stored route: whether it is valid (KPI 1), whether it is in use, and the import it came from."""

    route: Route
    valid: bool
    active: bool
    imported: str


class Plan:
    """The plan in SQL; thread-safe. Each route has at most one active revision."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        done: PlanImport,
        routes: Iterable[Route],
        exceptions: Iterable[PlanException] = (),
        *,
        valid: Mapping[str, bool],
        by: Principal = NOBODY,
    ) -> PlanImport:
        """Store an import, all or nothing; each route becomes a new active revision.

        Routes that the file does not name stay as they are; an import that is stored changes nothing again. Returns the
        import with ``changed``: how many routes differ from their previously active revision.
        """
        with self._alone() as connection:
            if (kept := connection.scalar(select(plan_imports.c.id).where(plan_imports.c.id == done.id))) is not None:
                return replace(done, id=kept)
            before = _routes(connection, plan_routes.c.active.is_(True))
            highest = select(plan_routes.c.id, func.max(plan_routes.c.revision).label("last")).group_by(
                plan_routes.c.id
            )
            newest = {row.id: row.last for row in connection.execute(highest)}
            given = [replace(route, revision=newest.get(route.id, 0) + 1) for route in routes]
            # Compare stored rows, so that rounding and cutting by the database is no difference.
            known = {kept.route.id: _content(kept.route) for kept in before}
            counted = replace(done, changed=sum(known.get(route.id) != _content(route) for route in given))
            _retire(connection, [route.id for route in given])
            insert_new(connection, plan_imports, [import_row(counted)])
            rows = [route_row(r, imported=done.id, valid=valid.get(r.id, False)) for r in given]
            insert_new(connection, plan_routes, rows)
            insert_new(
                connection, plan_streets, [street_row(route, street) for route in given for street in route.streets]
            )
            insert_new(connection, plan_exceptions, [exception_row(exception, done.id) for exception in exceptions])
            note_import(connection, counted, by)
        return counted

    def routes(self) -> list[KeptRoute]:
        """The routes in use, by id."""
        with self._engine.connect() as connection:
            return _routes(connection, plan_routes.c.active.is_(True))

    def route(self, id_: str, revision: int | None = None) -> KeptRoute | None:
        """One route in its active revision or the given one; None when there is none."""
        c = plan_routes.c
        which = c.active.is_(True) if revision is None else c.revision == revision
        with self._engine.connect() as connection:
            return next(iter(_routes(connection, and_(c.id == id_, which))), None)

    def revisions(self, id_: str) -> list[KeptRoute]:
        """Every revision of a route, oldest first."""
        with self._engine.connect() as connection:
            return _routes(connection, plan_routes.c.id == id_)

    def exceptions(self) -> list[PlanException]:
        """The exceptions of all imports that are not withdrawn, in order of import."""
        of_import = plan_imports.c.id == plan_exceptions.c.imported
        query = (
            select(plan_exceptions)
            .join(plan_imports, of_import)
            .where(plan_imports.c.withdrawn.is_(False))
            .order_by(plan_imports.c.imported_ms, plan_imports.c.id, plan_exceptions.c.day, plan_exceptions.c.route)
        )
        with self._engine.connect() as connection:
            return [exception_of(row) for row in connection.execute(query).mappings()]

    def compared(self, routes: Sequence[Route], exceptions: Sequence[PlanException], source: str) -> Compared:
        """Routes and exceptions of a file beside those that stand."""
        kept = {one.route.id: one.route for one in self.routes()}
        stands: dict[Hashable, object] = {id_: _content(route) for id_, route in kept.items()}
        given: dict[Hashable, object] = {route.id: _content(route) for route in routes}
        told = set(self.exceptions())
        gone = sum(route.source == source and id_ not in given for id_, route in kept.items()) if routes else 0
        return compared(given | {one: one for one in exceptions}, stands | {one: one for one in told}, gone)

    def version(self) -> str:
        """Version of the current plan: it changes when a route or an exception changes."""
        c, i = plan_routes.c, plan_imports.c
        with self._engine.connect() as connection:
            routes = connection.execute(select(c.id, c.revision).where(c.active.is_(True)).order_by(c.id)).all()
            standing = connection.scalars(select(i.id).where(i.withdrawn.is_(False)).order_by(i.id)).all()
        return hashlib.sha256(repr((routes, standing)).encode()).hexdigest()[:16]

    def imports(self) -> list[PlanImport]:
        """Every import ever made, newest first."""
        query = select(plan_imports).order_by(plan_imports.c.imported_ms.desc(), plan_imports.c.id)
        with self._engine.connect() as connection:
            return [import_of(row) for row in connection.execute(query).mappings()]

    def one_import(self, id_: str) -> PlanImport | None:
        """The import with this id; None when there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(select(plan_imports).where(plan_imports.c.id == id_)).mappings().one_or_none()
        return None if row is None else import_of(row)

    def import_of_file(self, sha256: str, source: str, content: Content) -> PlanImport | None:
        """The newest import of these bytes from this source, withdrawn or not; None when there is none."""
        c = plan_imports.c
        same = and_(c.sha256 == sha256, c.source == storable(source, NAME_LIMIT_BYTES), c.content == content.value)
        query = select(plan_imports).where(same).order_by(c.imported_ms.desc(), c.id).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else import_of(row)

    def imported_routes(self, id_: str) -> list[KeptRoute]:
        """The route revisions of an import, by route."""
        with self._engine.connect() as connection:
            return _routes(connection, plan_routes.c.imported == id_)

    def activate(self, id_: str, by: Principal, now: datetime) -> None:
        """Activate an import's revisions of its routes; KeyError for an unknown id."""
        c = plan_routes.c
        with self._alone() as connection:
            before = _mark(connection, id_, withdrawn=False)
            routes = connection.scalars(select(c.id).where(c.imported == id_)).all()
            _retire(connection, routes)
            connection.execute(update(plan_routes).where(c.imported == id_).values(active=True))
            after = {"withdrawn": False, "routes": len(routes)}
            note(connection, Act.PLAN_USED, id_, by, now, before=before, after=after)

    def withdraw(self, id_: str, by: Principal, now: datetime) -> None:
        """Withdraw an import but keep it; the newest earlier revision of each route becomes active instead.

        KeyError for an unknown id.
        """
        c = plan_routes.c
        with self._alone() as connection:
            before = _mark(connection, id_, withdrawn=True)
            was = connection.scalars(select(c.id).where(c.imported == id_, c.active.is_(True))).all()
            _retire(connection, was)
            standing = select(plan_imports.c.id).where(plan_imports.c.withdrawn.is_(False))
            for route in was:
                newest = select(func.max(c.revision)).where(c.id == route, c.imported.in_(standing)).scalar_subquery()
                connection.execute(update(plan_routes).where(c.id == route, c.revision == newest).values(active=True))
            after = {"withdrawn": True, "routes": 0}
            note(connection, Act.PLAN_WITHDRAWN, id_, by, now, before={**before, "routes": len(was)}, after=after)

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A write transaction that excludes other changes of the plan (SQLite has only one writer anyway)."""
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_PLAN_LOCK})")
            yield connection


def note_import(connection: Connection, done: PlanImport, by: Principal) -> None:
    """Tell the audit log of an import of the plan, of facilities or of tickets, in its transaction."""
    after = {
        "content": done.content.value,
        "file": done.file_name,
        "sha256": done.sha256,
        "source": done.source,
        "typed_name": done.imported_by,
    }
    note(connection, Act.PLAN_IMPORTED, done.id, by, done.imported_at, after=after)


def _mark(connection: Connection, id_: str, *, withdrawn: bool) -> dict[str, bool]:
    """Mark an import; returns how it was marked, for the audit log."""
    c = plan_imports.c
    was = connection.scalar(select(c.withdrawn).where(c.id == id_))
    if was is None:
        raise KeyError(id_)
    connection.execute(update(plan_imports).where(c.id == id_).values(withdrawn=withdrawn))
    return {"withdrawn": bool(was)}


def _retire(connection: Connection, ids: Iterable[str]) -> None:
    wanted = list(ids)
    for begin in range(0, len(wanted), 500):
        some = plan_routes.c.id.in_(wanted[begin : begin + 500])
        connection.execute(update(plan_routes).where(some).values(active=False))


def _routes(connection: Connection, which: ColumnElement[bool]) -> list[KeptRoute]:
    c, s = plan_routes.c, plan_streets.c
    of_route = and_(s.route == c.id, s.revision == c.revision)
    streets: dict[tuple[str, int], list[PlannedStreet]] = defaultdict(list)
    entries = select(plan_streets).join(plan_routes, of_route).where(which).order_by(s.number)
    for row in connection.execute(entries).mappings():
        streets[row["route"], row["revision"]].append(street_of(row))
    rows = connection.execute(select(plan_routes).where(which).order_by(c.id, c.revision))
    return [_kept(row, streets[row["id"], row["revision"]]) for row in rows.mappings()]


def _kept(row: Row, streets: list[PlannedStreet]) -> KeptRoute:
    return KeptRoute(
        route=route_of(row, streets), valid=bool(row["valid"]), active=bool(row["active"]), imported=row["imported"]
    )


def _content(route: Route) -> tuple[object, ...]:
    """A route's content without its revision number."""
    first = replace(route, revision=1)
    row = route_row(first, imported="", valid=False)
    return (*row.values(), *(tuple(street_row(first, street).values()) for street in route.streets))
