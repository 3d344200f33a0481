"""An ASGI middleware's refusal: the house's JSON, with words in both languages."""

import json

from centre.delivery import Send
from domain.text import Text


async def refuse(send: Send, status: int, reason: str, words: Text) -> None:
    """Answer and end."""
    body = json.dumps({"reason": reason, "vi": words.vi, "en": words.en}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
