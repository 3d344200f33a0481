"""Component ids: one helper, so that a screen and its callbacks cannot disagree."""


def cid(screen: str, part: str) -> str:
    """Id of ``part`` on the screen with key ``screen``."""
    return f"{screen}-{part}"


def cid_of(screen: str, part: str, item: str) -> dict[str, str]:
    """Pattern-matching id of one of many like parts, told apart by ``item``."""
    return {"type": cid(screen, part), "item": item}
