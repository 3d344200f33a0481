"""/api/v1/territories, /places and /crosswalk: versions of the administrative map, and search for places in them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.kpis import Territory, words
from api.place_answers import (
    CrosswalkAnswer,
    CrosswalkShare,
    PlaceHistory,
    Places,
    PlaceSearch,
    PlaceSetAnswer,
    Territories,
    TerritoryAnswer,
)
from api.place_history import VERSIONS, candidates, place_answer, version_of
from api.route import HouseRoute, RefusedError, refusals
from domain.access.needs import Need, needing
from domain.places.place import IN_FORCE
from domain.places.territory import TERRITORIES, Level
from domain.text import Text
from present.answers import BothLanguages
from store import territories

_NO_TERRITORY = "No such territory version."
# Without a version, search a name in all versions: nothing shows which of the namesakes is meant.
_Anywhere = Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}$", description="Only this version; all without it.")]


def router() -> APIRouter:
    """The routes about territory; they answer from files of the release and need no server."""
    routes = APIRouter(prefix="/api/v1", tags=["places"], route_class=HouseRoute)

    @routes.get("/territories", responses=refusals(), summary="Versions of the administrative map")
    @needing(Need.LOOK)
    def versions() -> Territories:
        return Territories(
            in_force=IN_FORCE,
            territories=[
                TerritoryAnswer(
                    version=known.version,
                    name=words(known.names),
                    valid_from=known.valid_from,
                    valid_to=known.valid_to,
                    districts=known.districts,
                    communes=known.communes,
                    province=known.province,
                    legal_basis=known.legal_basis,
                )
                for known in TERRITORIES
            ],
        )

    @routes.get(
        "/places",
        responses=refusals(not_found=_NO_TERRITORY),
        summary="Places of one version of the administrative map",
    )
    @needing(Need.LOOK)
    def places(territory: Territory = IN_FORCE, level: Level | None = None) -> Places:
        _require_territory(territory)
        found = [place for place in territories.places(territory) if level in (None, place.level)]
        return Places(
            territory=territory,
            places=[place_answer(place) for place in found],
            sets=[
                PlaceSetAnswer(key=known.key, name=words(known.names), codes=list(known.codes))
                for known in territories.place_sets(territory)
            ],
        )

    @routes.get(
        "/places/search",
        responses=refusals(not_found=_NO_TERRITORY),
        summary="The place that a typed name means",
        description="With or without marks, abbreviated, with its district. Several that fit are all given: ask.",
    )
    @needing(Need.LOOK)
    def search(q: Annotated[str, Query(min_length=1, max_length=200)], territory: _Anywhere = None) -> PlaceSearch:
        if territory is not None:
            _require_territory(territory)
        finding = territories.name_index(*([territory] if territory else VERSIONS)).find(q)
        found = candidates(finding.places)
        return PlaceSearch(
            outcome="unknown" if not found else "found" if len(found) == 1 else "ask",
            words=_outcome(len(found)),
            candidates=found,
            suggestions=candidates(finding.suggestions),
        )

    @routes.get(
        "/places/{code}",
        responses=refusals(not_found="No such territory version, or no such code in it."),
        summary="The places that a code named in each version, and their successors",
    )
    @needing(Need.LOOK)
    def place(code: Annotated[str, Path(pattern=r"^[0-9]{1,16}$")], territory: _Anywhere = None) -> PlaceHistory:
        if territory is not None:
            _require_territory(territory)
        asked = [territory] if territory else VERSIONS
        found = [p for version in asked for p in territories.places(version) if p.code == code]
        if not found:
            raise RefusedError(
                404,
                "unknown_place",
                Text("Không có mã này; danh sách ở /api/v1/places.", "No such code; /api/v1/places lists them."),
            )
        return PlaceHistory(code=code, versions=[version_of(p) for p in found])

    @routes.get(
        "/crosswalk",
        responses=refusals(not_found=_NO_TERRITORY),
        summary="How the communes of one version became those of another",
    )
    @needing(Need.LOOK)
    def crosswalk(origin: Territory, target: Territory) -> CrosswalkAnswer:
        _require_territory(origin)
        _require_territory(target)
        walk = territories.crosswalk(origin, target)
        return CrosswalkAnswer(
            origin=origin,
            target=target,
            divided=list(walk.split_codes()),
            shares=[
                CrosswalkShare(
                    origin=share.origin,
                    target=share.target,
                    people=share.population if share.known else None,
                    households=share.households if share.known else None,
                    counted_people=share.population,
                    counted_households=share.households,
                    whole=share.whole,
                )
                for share in walk.shares
            ],
        )

    return routes


def _require_territory(version: str) -> None:
    if version not in VERSIONS:
        listed = ", ".join(VERSIONS)
        raise RefusedError(
            404,
            "unknown_territory",
            Text(
                f"Không có phiên bản địa giới này; hiện có: {listed}.",
                f"No such territory version; there are: {listed}.",
            ),
        )


def _outcome(found: int) -> BothLanguages:
    if found == 0:
        return BothLanguages(vi="Không có địa danh nào mang tên này.", en="No place has this name.")
    if found == 1:
        return BothLanguages(vi="Đã tìm thấy.", en="Found.")
    return BothLanguages(vi=f"Có {found} địa danh phù hợp; hãy chọn một.", en=f"{found} places fit; choose one.")
