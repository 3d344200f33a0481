"""The front door's answers fit its own OpenAPI, whatever is sent."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import pytest
import schemathesis
from fastapi import FastAPI
from fuzzing import examples, is_whole
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed, Payload
from domain.feeds.scrub import Secrets
from domain.key_role import Holder
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from store.database import open_database
from store.registry import hash_key
from tests.intake.imports.second_person import plan_machine

SECRETS = Secrets(bytes(32))


class Stream:
    """Takes everything."""

    async def append(self, payload: Payload) -> str:
        return "1-0"

    async def append_many(self, payloads: list[Payload]) -> list[str]:
        return ["1-0" for _ in payloads]

    async def ping(self) -> None:
        return None


class Ticks:
    """A clock that runs fast enough for no sender to be too fast."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 10
        return self.now_s


MAPS = Path(mkdtemp(prefix="ioc-openapi-"))
DATABASE = MAPS / "ioc.sqlite3"


@pytest.fixture(scope="module", autouse=True)
def migrated(migrated_sqlite: Path) -> None:
    """The door of below opens its database with the first request."""
    shutil.copy(migrated_sqlite, DATABASE)


def door() -> FastAPI:
    return create_front_door(
        Stream(),  # type: ignore[arg-type]
        KeyRing(lambda: {hash_key("right"): Holder("VNPT")}),
        discover(data_sources, "FEED", Feed),
        desk=plan_machine(open_database(f"sqlite:///{DATABASE}"), MAPS),
        clock=lambda: datetime(2026, 11, 22, 9, tzinfo=UTC),
        ticks=Ticks(),
        secrets=SECRETS,
    )


schema = schemathesis.openapi.from_asgi(
    "/openapi.json",
    door(),
    config=SchemathesisConfig.from_dict(
        {
            "headers": {"X-API-Key": "right"},
            "generation": {"deterministic": True},
            "phases": {"coverage": {"enabled": is_whole()}},
        }
    ),
)


@schema.parametrize()
@settings(
    max_examples=examples(25),
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_keep_to_the_openapi(case: schemathesis.Case) -> None:
    # The door takes what real trackers send (more fields, other spellings) and judges values item by item:
    # whether a feed or an instant is good is no matter of the schema.
    case.call_and_validate(excluded_checks=[positive_data_acceptance, negative_data_rejection])
