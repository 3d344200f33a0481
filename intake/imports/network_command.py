"""The command of networks: a list of base stations or a covered area becomes figures that somebody then approves."""

import argparse
import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_sources.registers.stations import read_stations
from domain.access.principal import CENTRE
from domain.carriers import CARRIERS, Claim
from domain.finding import Finding, errors
from domain.imports.desk import FigureDesk
from domain.period import written_period
from domain.places.map_layer import ImportRefusedError
from domain.places.place import Place
from domain.places.signal_map import GeoJson, SignalMap
from domain.text import Text
from intake.imports.command_line import OK, REFUSED, say, words
from intake.imports.figure_command import lines_of
from intake.imports.map_report import both
from intake.imports.network_figures import FEED, TECHNOLOGIES, area_figures, station_figures

Keep = Callable[[SignalMap], None]
"""Keeps an area's picture until its import is decided."""

_SHOWN = 50
NO_BOUNDARIES = Text(
    "Chưa có ranh giới xã nên không biết trạm, vùng phủ nằm ở xã nào; hãy nạp ranh giới trước: "
    "python -m ingest maps import boundaries TỆP.",
    "There are no boundaries of communes yet, so nothing can be placed in one; import them first: "
    "python -m ingest maps import boundaries FILE.",
)
NOTHING = Text("Không có trạm nào dùng được trong tệp.", "No station of the file can be used.")
ESTIMATED = Text(
    "Dân số ước tính: theo tỷ lệ diện tích xã nằm trong vùng phủ, dân số điều tra 1/4/2019.",
    "People are estimated: by the share of the commune's land within the area, census of 1/4/2019.",
)

_STRENGTH = Text(
    "Tệp có cột mức thu ({said}); mọi vùng đều tính là có sóng. Nếu có vùng sóng yếu, hãy lọc bỏ rồi nạp lại.",
    "The file tells the signal's strength ({said}); every polygon counts as covered. Leave weak ones out of the file.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The communes in force: their boundaries by code as GeoJSON ({} = none imported) and their people."""

    shapes: Mapping[str, Mapping[str, Any]]
    places: Sequence[Place]

    @property
    def people(self) -> dict[str, int]:
        """People by code of the communes whose people are known."""
        return {place.code: place.population for place in self.places if place.population is not None}


def add_network_acts(parser: argparse.ArgumentParser) -> None:
    """Add what `python -m ingest network` can do."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="stations|area")
    stations = acts.add_parser("stations", help="danh sách trạm / list of stations: XLSX, CSV")
    area = acts.add_parser("area", help="vùng phủ / covered area: GeoJSON, KML, Shapefile")
    for act in (stations, area):
        act.add_argument("path", type=Path)
        act.add_argument("--source", type=words, required=True, help="đơn vị gửi / who sends it")
        act.add_argument("--at", type=_period, required=True, help="kỳ báo cáo / period: 2026-Q3, 2026-10, 2026-10-31")
        needed = act is area
        act.add_argument("--carrier", choices=tuple(CARRIERS), required=needed, default="", help="nhà mạng / carrier")
    area.add_argument("--technology", choices=TECHNOLOGIES, required=True, help="công nghệ / technology")
    area.add_argument("--crs", default="", help="hệ toạ độ nếu tệp không ghi / coordinate system if the file says none")


def _period(text: str) -> str:
    try:
        return written_period(text).code
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"cần 2026-Q3, 2026-10 hoặc 2026-10-31 / a period: {text}") from error


async def hand_in(given: argparse.Namespace, desk: FigureDesk, ground: Ground, keep: Keep) -> int:
    """Make the figures and hand them to the importer, an area's picture to ``keep``; returns the exit code."""
    if not ground.shapes:
        say(both(NO_BOUNDARIES))
        return REFUSED
    try:
        made = await asyncio.to_thread(_area if given.act == "area" else _stations, given, ground)
    except OSError as error:
        say(f"Không mở được {given.path} / cannot open: {error.strerror}")
        return REFUSED
    except ImportRefusedError as refused:
        say(both(refused.words))
        return REFUSED
    print(*made.said, sep="\n")
    if not made.figures:
        say(both(NOTHING))
        return REFUSED
    done = await desk.receive(FEED, f"{given.path.name}{made.without}.csv", given.source, made.figures, CENTRE)
    if made.picture is not None and not done.refused:
        covered, gap = made.picture
        await asyncio.to_thread(
            keep,
            SignalMap(
                id=done.id, carrier=given.carrier, technology=given.technology, period=given.at, source=given.source,
                covered=covered, gap=gap,
            ),
        )  # fmt: skip
    print(*lines_of(done), sep="\n")
    return REFUSED if done.refused else OK


@dataclass(frozen=True, slots=True)
class Made:
    """Figures as a file, b"" without any, and what there is to say of the file that they were made of.

    ``picture``: of an area, its land within the communes and theirs outside. ``without`` says in the file's name what
    was left out, because whoever approves the figures sees only them.
    """

    figures: bytes
    said: Sequence[str]
    picture: tuple[GeoJson, GeoJson] | None = None
    without: str = ""


def _stations(given: argparse.Namespace, ground: Ground) -> Made:
    # Only this command loads GEOS, and GDAL below: the front door starts without them.
    from data_sources.places.signal_area import communes_of, lands_of

    stations, findings = read_stations(given.path.read_bytes(), given.path.name, given.carrier)
    communes = communes_of([(one.longitude, one.latitude) for one in stations], lands_of(ground.shapes))
    outside = [one.id for one, code in zip(stations, communes, strict=True) if not code]
    said = [
        f"trạm / stations: {len(stations)}; từ chối / refused: {len(errors(findings))}",
        *map(_row, findings[:_SHOWN]),
    ]
    if outside:
        said.append(f"ngoài tỉnh, không tính / outside the province, left out: {len(outside)} ({_named(outside)})")
    figures = station_figures(stations, communes, given.at, sorted(ground.shapes)) if any(communes) else b""
    without = _without({"dòng bị từ chối": len(errors(findings)), "trạm ngoài tỉnh": len(outside)})
    return Made(figures, said, without=without)


def _area(given: argparse.Namespace, ground: Ground) -> Made:
    from data_sources.places.signal_area import drawn, lands_of, read_signal_area, shares

    claim = Claim(carrier=given.carrier, technology=given.technology)
    area, lands = read_signal_area(given.path, given.crs, claim), lands_of(ground.shapes)
    found = shares(area, lands)
    people = ground.people
    without = {code: round((1 - share) * people[code]) for code, share in found.items() if code in people}
    return Made(
        area_figures(found, people, given.carrier, given.technology, given.at),
        [
            f"vùng / polygons: {area.polygons}; tự cắt, đã vá / mended: {area.mended}; "
            f"ngoài tỉnh / outside the province: {area.elsewhere}",
            *_left_out(area.others),
            *(both(_STRENGTH.filled(said=", ".join(area.strengths))) for _ in area.strengths[:1]),
            *_of_gap(without, ground.places),
            both(ESTIMATED),
        ],
        drawn(area, lands),
        _without({f"vùng ghi {said.partition(' / ')[0]}": count for said, count in area.others.items()}),
    )


def _without(left_out: Mapping[str, int]) -> str:
    told = ", ".join(f"{count} {what}" for what, count in left_out.items() if count)
    return f" (không tính {told})" if told else ""


def _left_out(others: Mapping[str, int]) -> list[str]:
    told = "; ".join(f"{count} ghi / saying “{said}”" for said, count in sorted(others.items()))
    return [f"không phải vùng đang nạp, không tính / not of this claim, left out: {told}"] if told else []


def _of_gap(without: Mapping[str, int], places: Sequence[Place]) -> list[str]:
    """How many people the area leaves out, and where: the communes with most of them first."""
    names = {place.code: place.name for place in places}
    worst = sorted((code for code, count in without.items() if count), key=lambda code: (-without[code], code))
    lines = [f"  {names[code]}: {without[code]:,}".replace(",", ".") for code in worst[:_SHOWN]]
    total = f"{sum(without.values()):,}".replace(",", ".")
    return [f"ngoài vùng phủ / outside the area: khoảng / about {total} người / people", *lines]


def _row(found: Finding) -> str:
    return f"  dòng / row {found.row}: {both(found.words)}" if found.row else f"  {both(found.words)}"


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
