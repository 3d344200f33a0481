"""Component ids, built in one place for screens and callbacks alike."""


def cid(screen: str, part: str) -> str:
    """Id of ``part`` on the screen with key ``screen``."""
    return f"{screen}-{part}"


def cid_of(screen: str, part: str, item: str) -> dict[str, str]:
    """Pattern-matching id of one of many similar parts; ``item`` tells them apart."""
    return {"type": cid(screen, part), "item": item}
