"""One property of a component as an HTML attribute, by React's rules:
https://react.dev/reference/react-dom/components/common.
"""

import re
from collections.abc import Mapping

NAMES = {"className": "class", "htmlFor": "for", "acceptCharset": "accept-charset", "httpEquiv": "http-equiv"}
# Present when true, absent when false, never with a value.
BOOLEAN = frozenset((
    "allowFullScreen", "async", "autoPlay", "checked", "controls", "default", "defer", "disabled", "formNoValidate",
    "hidden", "loop", "multiple", "muted", "noModule", "noValidate", "open", "playsInline", "readOnly", "required",
    "reversed", "selected",
))  # fmt: skip
OVERLOADED = frozenset(("download", "capture"))
SAID_AS_WORDS = frozenset(("contentEditable", "draggable", "spellCheck"))
ADDRESSES = frozenset(("href", "src", "action", "formAction", "cite", "poster", "data", "manifest", "srcSet", "icon"))
# Addresses that run code; browsers ignore spaces and control characters in them, so HIDDEN is removed first.
RUNS = re.compile(r"^(javascript|data|vbscript):", re.IGNORECASE)
HIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028\u2029\ufeff]")
PICTURE = re.compile(r"^data:image/(png|gif|jpeg|webp|svg\+xml)[;,]", re.IGNORECASE)
NOWHERE = "about:blank"

UNITLESS = frozenset((
    "animationIterationCount", "aspectRatio", "borderImageOutset", "borderImageSlice", "borderImageWidth", "boxFlex",
    "boxFlexGroup", "boxOrdinalGroup", "columnCount", "columns", "fillOpacity", "flex", "flexGrow", "flexNegative",
    "flexOrder", "flexPositive", "flexShrink", "floodOpacity", "fontWeight", "gridArea", "gridColumn", "gridColumnEnd",
    "gridColumnSpan", "gridColumnStart", "gridRow", "gridRowEnd", "gridRowSpan", "gridRowStart", "lineClamp",
    "lineHeight", "opacity", "order", "orphans", "scale", "stopOpacity", "strokeDasharray", "strokeDashoffset",
    "strokeMiterlimit", "strokeOpacity", "strokeWidth", "tabSize", "WebkitLineClamp", "widows", "zIndex", "zoom",
))  # fmt: skip
# ENDS matches what would end a declaration, once QUOTED (quotes and brackets) is removed.
QUOTED = re.compile(r"\"[^\"\\]*\"|'[^'\\]*'|\([^()]*\)")
ENDS = re.compile(r"[;{}\\]|/\*")


def attribute(tag: str, name: str, value: object) -> tuple[str, str] | None:
    """Name and value in HTML, not escaped; None where React sets nothing. Only <img> may have a data: picture."""
    if value is None:
        return None
    if name.startswith(("data-", "aria-")):
        return name, _words(value)
    if name == "style":
        return ("style", style(value)) if isinstance(value, Mapping) and value else None
    html = NAMES.get(name, name.lower())
    if name in BOOLEAN:
        return (html, "") if value else None
    if name in OVERLOADED and isinstance(value, bool):
        return (html, "") if value else None
    if name in SAID_AS_WORDS:
        return html, _words(value)
    if isinstance(value, bool):
        return None
    return html, address(tag, str(value)) if name in ADDRESSES else str(value)


def address(tag: str, value: str) -> str:
    """The address, or about:blank when following it would run code."""
    plain = HIDDEN.sub("", value)
    if RUNS.match(plain) and not (tag == "img" and PICTURE.match(plain)):
        return NOWHERE
    return value


def style(rules: Mapping[str, object]) -> str:
    """CSS text of a style dict; leaves out a value that would end its declaration, as a browser does."""
    said = ((_property(name), _value(name, value)) for name, value in rules.items())
    return ";".join(
        f"{name}:{value}" for name, value in said if value and not ENDS.search(QUOTED.sub("", name + value))
    )


def _property(name: str) -> str:
    if name.startswith("--"):
        return name
    kebab = re.sub("[A-Z]", lambda letter: "-" + letter[0].lower(), name)
    return f"-{kebab}" if kebab.startswith("ms-") else kebab


def _value(name: str, value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int | float) and value and name not in UNITLESS and not name.startswith("--"):
        return f"{value}px"
    return str(value).strip()


def _words(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
