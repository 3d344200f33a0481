"""The HTTP endpoint for files of the collection plan: its parameters and its answers."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from data_sources.plan.readers import PlanFormat
from data_sources.plan.stops import Mapped
from domain.waste.plan_import import Content
from intake.door.answers import Answer, RefusalAnswer, Refusing, problem
from intake.door.door import FILE_MAX_BYTES, RETRY_AFTER_S, Door
from intake.door.principal import sender_of
from intake.door.self_description import keyed_body
from intake.imports.plan_desk import OUTCOME_WORDS, Outcome, PlanDesk, Taken
from intake.imports.plan_import import PlanOrder
from present.answers import FindingAnswer, finding_answer

FINDINGS_TOLD = 1_000
_CONTENTS = {"routes": Content.PLAN, "facilities": Content.FACILITIES, "weighbridge": Content.WEIGHBRIDGE}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
PLAN_BODY = keyed_body(
    dict.fromkeys(
        (
            "text/csv",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/geo+json",
            "text/plain",
            "application/json",
            "application/zip",
        ),
        _BINARY,
    )
)


class PlanAsked(BaseModel):
    """How to read a file of the plan."""

    model_config = ConfigDict(populate_by_name=True)

    content: Annotated[
        Literal["routes", "facilities", "weighbridge"],
        Field(description="Tuyến và ngoại lệ; cơ sở; phiếu cân / routes and exceptions; facilities; tickets"),
    ] = "routes"
    name: Annotated[
        str,
        Field(max_length=200, description="Tên tệp; đuôi cho biết định dạng / file name; its suffix tells the format"),
    ] = ""
    said: Annotated[
        PlanFormat | None, Field(alias="format", description="Mặc định theo tên tệp / default: by the file's name")
    ] = None
    source: Annotated[
        str,
        Field(max_length=100, description="Ai làm ra tệp; mặc định: tên của khoá / who made it; default: the key's"),
    ] = ""
    plant: Annotated[
        str, Field(max_length=64, description="Nhà máy của phiếu cân, nếu bảng không ghi / plant, if no column says")
    ] = ""
    mapping: Annotated[
        str, Field(max_length=4_000, description="Ánh xạ tên của điểm dừng, JSON / names of timed stops, JSON")
    ] = ""
    dry_run: Annotated[bool, Field(description="Chỉ đọc thử / only try")] = False
    again: Annotated[bool, Field(description="Đọc lại dù đã nạp / read again although imported before")] = False


class PlanTaken(BaseModel):
    """Result of taking a file of the plan. ``import`` is its id at /api/v1/plan/findings; null when nothing was kept.

    ``routes`` and ``entries`` count the file's, ``changed`` the routes that differ from before, ``valid`` those that
    can be driven as written. The first 1,000 of ``found`` findings are listed.
    """

    outcome: Literal[Outcome.KEPT, Outcome.ALREADY, Outcome.TRIED]
    vi: str
    en: str
    imported: Annotated[str | None, Field(alias="import")]
    source: str
    routes: int
    entries: int
    changed: int
    valid: int | None
    net_kg: float | None
    found: int
    findings: list[FindingAnswer]


class PlanProblem(RefusalAnswer):
    """Why nothing was taken, with the findings in the file."""

    findings: list[FindingAnswer] = Field(default_factory=list)


class PlanDoor:
    """Takes files of the plan one at a time, in a thread, so that trackers never wait for one."""

    def __init__(self, door: Door, desk: PlanDesk, clock: Callable[[], datetime]) -> None:
        self._door, self._desk, self._clock = door, desk, clock
        self._turn = asyncio.Lock()

    async def take(self, request: Request, asked: PlanAsked) -> Answer:
        """Read and keep the file in the body. Raises Refusing with the answer when it is refused."""
        by = sender_of(request)
        body = await self._door.whole(request, FILE_MAX_BYTES)
        order = PlanOrder(
            body=body,
            file_name=asked.name,
            source=asked.source.strip() or by.name,
            by=by.name,
            principal=by,
            content=_CONTENTS[asked.content],
            said=asked.said,
            mapped=_mapped(asked.mapping),
            plant=asked.plant,
        )
        async with self._turn:
            try:
                taken = await asyncio.to_thread(
                    self._desk.take, order, self._clock(), dry_run=asked.dry_run, again=asked.again
                )
            except (SQLAlchemyError, OSError) as error:
                raise Refusing(problem(503, "store_unreachable", type(error).__name__, RETRY_AFTER_S)) from error
        return await asyncio.to_thread(_answer, taken)


def _mapped(said: str) -> Mapped | None:
    try:
        return Mapped.of_json(said.encode()) if said else None
    except ValueError as error:
        raise Refusing(problem(400, "bad_request", f"mapping: {error}")) from error


def _answer(taken: Taken) -> Answer:
    done, notes = taken.done, (OUTCOME_WORDS[taken.outcome], *taken.notes)
    vi, en = " ".join(note.vi for note in notes), " ".join(note.en for note in notes)
    findings = [finding_answer(finding) for finding in done.findings[:FINDINGS_TOLD]]
    if taken.outcome is Outcome.NOTHING:
        first = done.findings[0].words if done.findings else None
        detail = f"{first.vi} / {first.en}" if first else ""
        nothing = PlanProblem(reason="nothing_usable", vi=vi, en=en, detail=detail, findings=findings)
        return Answer(400, orjson.dumps(nothing.model_dump(mode="json")))
    answer = PlanTaken.model_validate(
        {
            "outcome": taken.outcome,
            "vi": vi,
            "en": en,
            "import": done.id or None,
            "source": done.source,
            "routes": done.routes,
            "entries": done.entries,
            "changed": done.changed,
            "valid": taken.valid,
            "net_kg": taken.net_kg,
            "found": len(done.findings),
            "findings": findings,
        }
    )
    return Answer(200, orjson.dumps(answer.model_dump(mode="json", by_alias=True)))
