"""Stores the files that people hand in: one state model, each change a comparison with the stage it leaves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, RowMapping, select, update

from domain.access.principal import Principal
from domain.audit import Act
from domain.imports.file_import import NEXT, OPEN, FileImport, OvertakenError, Preview, Stage
from domain.instant import from_ms, to_ms
from domain.text import Text
from store.audit import note
from store.database import insert_new, upsert, writing
from store.rows import storable
from store.tables.imports import file_imports, layout_answers

_PREVIEW = TypeAdapter(Preview)
_SHOWN = [column for column in file_imports.c if column.name not in ("body", "applied", "outbox")]
_SOURCE_BYTES = 128


class Imports:
    """The files in SQL; thread-safe. Every change names the stages it may begin from: of two, one wins."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def receive(
        self, id_: str, importer: str, feed: str, name: str, source: str, size: int, body: bytes, sha256: str,
        by: Principal, now: datetime, *, answers: Mapping[str, str] | None = None,
    ) -> FileImport:  # fmt: skip
        """Keep what its importer keeps of a file of ``size`` bytes, with what was said of it."""
        row = {
            "id": id_,
            "importer": importer,
            "feed": feed,
            "file_name": storable(name, 500),
            "source": storable(source, _SOURCE_BYTES),
            "size": size,
            "sha256": sha256,
            "stage": Stage.RECEIVED.value,
            "received_ms": to_ms(now),
            "received_by": str(by),
            "answers": orjson.dumps(dict(answers or {})).decode(),
            "layout": "",
            "preview": "",
            "refused": "",
            "approved_ms": None,
            "approved_by": "",
            "withdrawn_ms": None,
            "withdrawn_by": "",
            "kept_back": 0,
            "body": body,
            "applied": None,
            "outbox": None,
            "doing": "",
            "done": 0.0,
            "told_ms": None,
        }
        with writing(self._engine) as connection:
            insert_new(connection, file_imports, [row])
            note(
                connection, Act.FILE_RECEIVED, id_, by, now, after={"file": name[:120], "feed": feed, "sha256": sha256}
            )
            return _one(connection, id_)

    def one(self, id_: str) -> FileImport | None:
        """An import; None when there is none with this id."""
        with self._engine.connect() as connection:
            row = connection.execute(select(*_SHOWN).where(file_imports.c.id == id_)).mappings().one_or_none()
        return None if row is None else _import(row)

    def newest(self, limit: int = 30, *, received_by: str = "") -> list[FileImport]:
        """The newest files, newest first; ``received_by``: of whoever handed them in, "" for all."""
        query = select(*_SHOWN).order_by(file_imports.c.received_ms.desc(), file_imports.c.id).limit(limit)
        if received_by:
            query = query.where(file_imports.c.received_by == received_by)
        with self._engine.connect() as connection:
            return [_import(row) for row in connection.execute(query).mappings()]

    def undecided(self) -> list[FileImport]:
        """Every file on which nobody has decided, oldest first."""
        c = file_imports.c
        query = select(*_SHOWN).where(c.stage.in_([stage.value for stage in OPEN]))
        with self._engine.connect() as connection:
            return [_import(row) for row in connection.execute(query.order_by(c.received_ms)).mappings()]

    def of_file(self, feed: str, source: str, sha256: str, answers: Mapping[str, str]) -> FileImport | None:
        """The newest import of these bytes, sender and answers that nobody refused or gave up; None."""
        c = file_imports.c
        same = (c.feed == feed, c.source == storable(source, _SOURCE_BYTES), c.sha256 == sha256)
        untaken = (Stage.REFUSED.value, Stage.GIVEN_UP.value)
        query = select(*_SHOWN).where(*same, c.stage.not_in(untaken)).order_by(c.received_ms.desc(), c.id)
        with self._engine.connect() as connection:
            found = map(_import, connection.execute(query).mappings())
            return next((one for one in found if one.answers == answers), None)

    def body(self, id_: str) -> bytes:
        """The file as it came; KeyError when there is none with this id."""
        return self._blob(id_, "body")

    def applied(self, id_: str) -> bytes:
        """What an approval wrote. KeyError when nothing was."""
        return self._blob(id_, "applied")

    def unsent(self) -> list[str]:
        """Ids of imports whose decision is not in the stream yet, oldest first."""
        query = select(file_imports.c.id).where(file_imports.c.outbox.is_not(None)).order_by(file_imports.c.received_ms)
        with self._engine.connect() as connection:
            return list(connection.scalars(query))

    def outbox(self, id_: str) -> bytes | None:
        """What is decided and not in the stream yet; None when nothing is."""
        with self._engine.connect() as connection:
            found: bytes | None = connection.scalar(select(file_imports.c.outbox).where(file_imports.c.id == id_))
        return found

    def read(self, id_: str, preview: Preview, answers: Mapping[str, str], layout: str) -> FileImport:
        """Record what was understood with these answers; MAPPED when nothing is asked and something is usable."""
        ready = not preview.questions and preview.usable > 0
        return self._step(
            id_,
            Stage.MAPPED if ready else Stage.PREVIEWED,
            preview=_PREVIEW.dump_json(preview).decode(),
            answers=orjson.dumps(dict(answers)).decode(),
            layout=layout,
        )

    def tell(self, id_: str, doing: Text, done: float, now: datetime) -> None:
        """Record how far whoever reads a file has come (``done`` 0 to 1); nothing once it was read."""
        c = file_imports.c
        unread = update(file_imports).where(c.id == id_, c.stage.in_([Stage.RECEIVED.value, Stage.READ.value]))
        told = {"doing": orjson.dumps([*doing]).decode(), "done": done, "told_ms": to_ms(now)}
        with writing(self._engine) as connection:
            connection.execute(unread.values(**told))

    def begun(self, id_: str) -> FileImport:
        """Record that a file's sheets could be read."""
        return self._step(id_, Stage.READ)

    def refuse(self, id_: str, words: Text, by: Principal, now: datetime, preview: Preview | None = None) -> FileImport:
        """End an import that changes nothing; ``preview``: what was wrong where, None = as it was told before."""
        told = {} if preview is None else {"preview": _PREVIEW.dump_json(preview).decode()}
        said = orjson.dumps([*words]).decode()
        return self._step(id_, Stage.REFUSED, Act.FILE_REFUSED, by, now, refused=said, **told)

    def give_up(self, id_: str, by: Principal, now: datetime) -> FileImport:
        """End an import that whoever handed it in takes back."""
        return self._step(id_, Stage.GIVEN_UP, Act.FILE_GIVEN_UP, by, now)

    def approve(self, id_: str, applied: bytes, outbox: bytes | None, by: Principal, now: datetime) -> FileImport:
        """Approve an import: from here on it is carried out to the end, whatever fails."""
        found = self._step(
            id_, Stage.APPROVED, Act.FILE_APPROVED, by, now,
            applied=applied, outbox=outbox, approved_ms=to_ms(now), approved_by=str(by),
        )  # fmt: skip
        row = {"feed": found.feed, "source": found.source, "layout": found.layout, "told_ms": to_ms(now)}
        with writing(self._engine) as connection:
            upsert(connection, layout_answers, [row | {"answers": orjson.dumps(dict(found.answers)).decode()}])
        return found

    def withdraw(self, id_: str, outbox: bytes | None, kept_back: int, by: Principal, now: datetime) -> FileImport:
        """Withdraw an applied import; ``kept_back`` of its figures were corrected since and stay."""
        return self._step(
            id_, Stage.WITHDRAWN, Act.FILE_WITHDRAWN, by, now,
            outbox=outbox, kept_back=kept_back, withdrawn_ms=to_ms(now), withdrawn_by=str(by),
        )  # fmt: skip

    def sent(self, id_: str) -> None:
        """Record that the stream has what was decided; an approval is then applied."""
        c = file_imports.c
        with writing(self._engine) as connection:
            connection.execute(update(file_imports).where(c.id == id_).values(outbox=None))
            approved = update(file_imports).where(c.id == id_, c.stage == Stage.APPROVED.value)
            connection.execute(approved.values(stage=Stage.APPLIED.value))

    def remembered(self, feed: str, source: str, layout: str) -> dict[str, str]:
        """The answers that an approved file of this sender and layout had."""
        c = layout_answers.c
        same = (c.feed == feed, c.source == storable(source, _SOURCE_BYTES), c.layout == layout)
        with self._engine.connect() as connection:
            found = connection.scalar(select(c.answers).where(*same))
        return dict(orjson.loads(found)) if found else {}

    def _step(
        self, id_: str, to: Stage, act: Act | None = None, by: Principal | None = None, now: datetime | None = None,
        **values: Any,
    ) -> FileImport:  # fmt: skip
        """Move to a stage. Raises OvertakenError when the import is no longer where that may begin, KeyError."""
        c = file_imports.c
        before = [stage.value for stage, following in NEXT.items() if to in following]
        with writing(self._engine) as connection:
            left = connection.scalar(select(c.stage).where(c.id == id_))
            moved = connection.execute(
                update(file_imports).where(c.id == id_, c.stage.in_(before)).values(stage=to.value, **values)
            )
            found = _one(connection, id_)
            if moved.rowcount != 1:
                raise OvertakenError(found)
            if act is not None and by is not None and now is not None:
                after = {"stage": to.value, "file": found.file_name[:120]}
                note(connection, act, id_, by, now, before={"stage": left}, after=after)
            return found

    def _blob(self, id_: str, column: str) -> bytes:
        with self._engine.connect() as connection:
            found = connection.scalar(select(file_imports.c[column]).where(file_imports.c.id == id_))
        if found is None:
            raise KeyError(id_)
        return bytes(found)


def _one(connection: Connection, id_: str) -> FileImport:
    row = connection.execute(select(*_SHOWN).where(file_imports.c.id == id_)).mappings().one_or_none()
    if row is None:
        raise KeyError(id_)
    return _import(row)


def _import(row: RowMapping) -> FileImport:
    return FileImport(
        **{name: row[name] for name in ("id", "importer", "feed", "file_name", "source", "size", "sha256", "layout")},
        **{name: row[name] for name in ("received_by", "approved_by", "withdrawn_by", "kept_back")},
        stage=Stage(row["stage"]),
        received_at=from_ms(row["received_ms"]),
        answers=orjson.loads(row["answers"]),
        preview=_PREVIEW.validate_json(row["preview"]) if row["preview"] else None,
        refused=Text(*orjson.loads(row["refused"])) if row["refused"] else None,
        doing=Text(*orjson.loads(row["doing"])) if row["doing"] else None,
        done=row["done"] if row["stage"] in (Stage.RECEIVED, Stage.READ) else 1.0,
        told_at=None if row["told_ms"] is None else from_ms(row["told_ms"]),
        approved_at=None if row["approved_ms"] is None else from_ms(row["approved_ms"]),
        withdrawn_at=None if row["withdrawn_ms"] is None else from_ms(row["withdrawn_ms"]),
    )
