"""An ASGI middleware's refusal: the house's JSON, with words in both languages."""

import json

from centre.delivery import Send
from domain.text import Text


async def refuse(
    send: Send, status: int, reason: str, words: Text, kind: str = "http", *, retry_after_s: int | None = None
) -> None:
    """Answer and end; ``kind`` "websocket.http" answers the handshake of a socket."""
    body = json.dumps({"reason": reason, "vi": words.vi, "en": words.en}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if retry_after_s is not None:
        headers.append((b"retry-after", b"%d" % retry_after_s))
    await send({"type": f"{kind}.response.start", "status": status, "headers": headers})
    await send({"type": f"{kind}.response.body", "body": body})
