"""What the stream keeps of a file that was refused as a whole: why, its beginning and its hash, never its body."""

import hashlib
from dataclasses import replace

import orjson

from data_sources.messages.parse import RAW_KEPT, rejection
from domain.feeds.payload import Format, Payload
from domain.observation import Rejection
from domain.reason import reason_of


def noted(payload: Payload, refused: Rejection) -> Payload:
    """The payload to keep: a note of the refusal, so that nothing reads the file once more; a small one as it is."""
    if len(payload.body) <= RAW_KEPT:
        return payload
    said = f"{len(payload.body)} byte, sha256 {hashlib.sha256(payload.body).hexdigest()}"
    note = {"reason": refused.reason.code, "detail": f"{refused.detail}; {said}", "raw": refused.raw}
    return replace(payload, format=Format.REFUSED, body=orjson.dumps(note))


def refusal_in(note: Payload) -> Rejection:
    """The refusal that `noted` wrote."""
    said = orjson.loads(note.body)
    return rejection(note, reason_of(said["reason"]), said["detail"], said["raw"])
