"""The scrub of feeds whose cases come as house JSON: a case keeps no id but its keyed hash."""

from dataclasses import replace

import orjson

from domain.feeds.payload import Format, Payload
from domain.feeds.scrub import Scrubbed, Secrets


def hashed_cases(payload: Payload, secrets: Secrets) -> Scrubbed:
    """``case`` of every item becomes its keyed hash. What is no JSON holds no case, and its decoder refuses it.

    Raises ValueError for an id that is no text: then nothing of the message is kept.
    """
    if payload.format != Format.OBSERVATIONS:
        return Scrubbed(payload)
    try:
        items = orjson.loads(payload.body)
    except orjson.JSONDecodeError:
        return Scrubbed(replace(payload, body=b""))
    many = 0
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and "case" in item:
            if not isinstance(item["case"], str):
                raise ValueError("a case has an id of letters")
            item["case"] = secrets.hashed(item["case"])
            many += 1
    return Scrubbed(replace(payload, body=orjson.dumps(items)), {"case": many}) if many else Scrubbed(payload)
