"""/bao-cao: the form on a team's phone. It saves without a network and sends when there is one; nothing counts twice.

Everybody may open the empty form: who a phone is, its token says, which it got for a code from the commune.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path as File
from typing import Annotated, Any, NamedTuple

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from api.principal import principal_of
from api.route import SILENT, HouseRoute, RefusedError
from domain.access.enrolled import read_code
from domain.access.needs import Need, needing
from domain.case import CaseEvent
from domain.feeds.feed import Feed, Payload
from domain.feeds.scrub import Secrets
from domain.network import network_of
from domain.observation import Rejection
from domain.places.place import Place
from domain.teams.team import COUNTS, TEAM_REPORT, Team
from domain.text import Text
from pages.accounts.forms import language_of
from pages.feedback_progress import Tries
from pages.teams.pages import filled
from pages.teams.photo import bare
from store.access.team_codes import TeamCodes
from store.casework.teams import Teams
from store.valkey.raw_stream import RawStream

FORM = "/bao-cao"
COOKIE = "ioc_team"
# Browsers keep a cookie for 400 days at most; each sending renews it.
KEPT_S = 400 * 86_400
SENT_MAX = 200
"""Reports in one call; a phone sends the rest in the next."""
_HERE = File(__file__).parent / "templates"
_NO_PHONE = Text(
    "Máy này chưa có mã của xã. Hãy xin cán bộ xã một mã rồi nhập vào đây. Báo cáo đã lưu không mất.",
    "This phone has no code yet. Ask the commune's officer for one and type it here. What is saved stays.",
)
_NO_CODE = Text(
    "Mã không đúng hoặc đã hết hạn. Hãy xem lại từng chữ, hoặc xin xã mã mới.",
    "The code is wrong or has ended. Check each letter, or ask the commune for a new one.",
)
_SLOWER = Text("Bạn nhập sai nhiều lần; hãy chờ một phút.", "Too many tries; wait a minute.")
_NO_REPORTS = Text("Nội dung gửi lên không phải báo cáo của tổ.", "The body is no list of reports.")
_SILENT = Text("Trung tâm chưa nhận được; máy sẽ tự gửi lại.", "The centre did not take it; the phone sends again.")
_OTHER_TEAM = Text("Báo cáo này của tổ khác nên chưa gửi.", "This report is another team's and was not sent.")
_NO_PHOTO = Text("Ảnh không đọc được hoặc quá lớn.", "The photo cannot be read or is too large.")
_ENOUGH = Text("Hôm nay tổ đã gửi đủ ảnh.", "The team has sent enough photos today.")

Places = Callable[[Team], Place | None]


def router(
    feed: Feed, teams: Teams, codes: TeamCodes, stream: RawStream, secrets: Secrets, place: Places,
    clock: Callable[[], datetime],
) -> APIRouter:  # fmt: skip
    """The form, its script and what it sends to; ``feed`` takes reports, ``place`` is the commune of a team."""
    routes, tries = APIRouter(route_class=HouseRoute, include_in_schema=False), Tries()

    async def team_of(request: Request) -> str:
        """The team whose phone asks. Raises RefusedError: the page then asks for a code and keeps what is saved."""
        token = request.cookies.get(COOKIE, "")
        team = await asyncio.to_thread(codes.team_of, token) if token else None
        if team is None:
            raise RefusedError(401, "no_code", _NO_PHONE)
        return team

    @routes.get(FORM)
    @needing(Need.PUBLIC)
    async def form(lang: Annotated[str, Query(max_length=8)] = "") -> Response:
        language = language_of(lang)
        counts = [(name, words.to(language), most) for name, (words, most) in COUNTS.items()]
        return filled("form", language, here=FORM, counts=counts)

    @routes.get(f"{FORM}/form.js")
    @needing(Need.PUBLIC)
    async def script() -> Response:
        return _script("form.js")

    @routes.get(f"{FORM}/worker.js")
    @needing(Need.PUBLIC)
    async def worker() -> Response:
        answer = _script("worker.js")
        answer.headers["Service-Worker-Allowed"] = FORM
        return answer

    @routes.get(f"{FORM}/cua-may")
    @needing(Need.PUBLIC)
    async def whose(request: Request) -> Response:
        return JSONResponse(await _named(teams, place, await team_of(request)))

    @routes.post(f"{FORM}/ma")
    @needing(Need.PUBLIC)
    async def enter(request: Request) -> Response:
        now, by = clock(), principal_of(request)
        if not tries.allowed(network_of(by.address), now):
            raise RefusedError(429, "too_many", _SLOWER, retry_after_s=60)
        told = _read(await request.body())
        code = read_code(str(told.get("code", ""))) if isinstance(told, dict) else ""
        taken = await asyncio.to_thread(codes.take, code, by, now)
        if taken is None:
            raise RefusedError(404, "no_code", _NO_CODE)
        team, token = taken
        return _keep(request, JSONResponse(await _named(teams, place, team)), token)

    @routes.post(f"{FORM}/gui")
    @needing(Need.PUBLIC)
    async def send(request: Request) -> Response:
        team = await team_of(request)
        told = _read(await request.body())
        if not isinstance(told, list) or len(told) > SENT_MAX or not all(isinstance(one, dict) for one in told):
            raise RefusedError(400, "no_reports", _NO_REPORTS)
        payload, accepted, refused = _judged(told, Sender(feed, team, secrets, clock()))
        try:
            if payload is not None:
                await stream.append(payload)
        except SILENT:
            raise RefusedError(503, "unavailable", _SILENT, retry_after_s=30) from None
        answer = JSONResponse({"accepted": accepted, "refused": refused}, 202)
        return _keep(request, answer, request.cookies[COOKIE])

    @routes.post(FORM + "/anh/{id}")
    @needing(Need.PUBLIC)
    async def photo(request: Request, id: Annotated[str, Path(max_length=64)]) -> Response:
        team, body = await team_of(request), await request.body()
        try:
            jpeg = await asyncio.to_thread(bare, body)
        except ValueError:
            raise RefusedError(400, "no_photo", _NO_PHOTO) from None
        key = secrets.hashed(f"{team} {id}")
        if not await asyncio.to_thread(codes.keep_photo, key, team, jpeg, clock()):
            raise RefusedError(409, "enough_photos", _ENOUGH)
        return JSONResponse({"accepted": [id]}, 202)

    return routes


class Sender(NamedTuple):
    """Whose phone sends, and what its reports are read with."""

    feed: Feed
    team: str
    secrets: Secrets
    now: datetime

    def scrubbed(self, records: Sequence[Mapping[str, Any]]) -> Payload:
        """The reports as they may be kept."""
        body, key = orjson.dumps(records), self.feed.key
        said = Payload(feed=key, format=key, body=body, received_at=self.now, source=f"phone {self.team}")
        return self.feed.scrub(said, self.secrets).payload


def _judged(
    told: Sequence[Mapping[str, Any]], sender: Sender
) -> tuple[Payload | None, list[str], list[dict[str, str]]]:
    """What goes on of the reports (None: nothing), the ids of those accepted, and why the others are refused."""
    accepted: list[str] = []
    refused: list[dict[str, str]] = []
    good = []
    for one in told:
        id_, of = str(one.get("id", ""))[:64], one.get("team")
        record = {name: one.get(name) for name in ("id", "at", "day", *COUNTS)} | {"team": sender.team}
        words = _OTHER_TEAM if of not in (None, "", sender.team) else _refusal(record, sender)
        if words is None:
            good.append(record)
            accepted.append(id_)
        else:
            refused.append({"id": id_, "vi": words.vi, "en": words.en})
    return (sender.scrubbed(good) if good else None), accepted, refused


def _refusal(record: Mapping[str, Any], sender: Sender) -> Text | None:
    (found,) = sender.feed.decode(sender.scrubbed([record]))
    if isinstance(found, CaseEvent) and found.case_type == TEAM_REPORT.key:
        return None
    if isinstance(found, Rejection):
        said = found.reason.value
        return Text(f"{said.vi}: {found.detail}", f"{said.en}: {found.detail}") if found.detail else said
    return _NO_REPORTS


async def _named(teams: Teams, place: Places, code: str) -> dict[str, str]:
    """What the phone shows of its own team: no person is in it."""
    team = await asyncio.to_thread(teams.known, code)
    commune = place(team) if team else None
    return {"team": code, "hamlet": team.hamlet if team else "", "place": commune.name if commune else ""}


def _read(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _keep(request: Request, answer: Response, token: str) -> Response:
    answer.set_cookie(
        COOKIE, token, max_age=KEPT_S, path=FORM, secure=request.url.scheme == "https", httponly=True,
        samesite="strict",
    )  # fmt: skip
    return answer


def _script(name: str) -> Response:
    return Response(_text(name), media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@cache
def _text(name: str) -> str:
    return (_HERE / name).read_text("utf-8")
