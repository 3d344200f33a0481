"""An ASGI middleware's refusal: the house's JSON, with words in both languages."""

import json

from centre.delivery import Send
from domain.text import Text


async def refuse(send: Send, status: int, reason: str, words: Text, kind: str = "http") -> None:
    """Answer and end; ``kind`` "websocket.http" answers the handshake of a socket."""
    body = json.dumps({"reason": reason, "vi": words.vi, "en": words.en}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": f"{kind}.response.start", "status": status, "headers": headers})
    await send({"type": f"{kind}.response.body", "body": body})
