"""The grammar of ids of vehicles and devices: what people compare by eye must not hold look-alikes."""

from unicodedata import category, name, normalize

from domain.text import Text

CHARS_MAX = 64
_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
# Controls, formats (bidi, zero-width), surrogates, private and unassigned characters, separators other than a blank.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_EMPTY = Text("mã đang để trống", "the id is empty")
_LONG = Text(f"mã dài hơn {CHARS_MAX} ký tự", f"the id is longer than {CHARS_MAX} characters")
_INVISIBLE = Text(
    "mã có ký tự không nhìn thấy hoặc đổi chiều chữ", "the id has characters that are invisible or turn the text"
)
_COMPATIBLE = Text("mã có ký tự toàn khổ hoặc ký tự ghép", "the id has full-width or compound characters")
_MIXED = Text("mã lẫn chữ của nhiều bảng chữ cái", "the id mixes letters of several alphabets")


def wrong_id(text: str) -> Text | None:
    """Why ``text`` may not name a vehicle or device, None when it may. Vietnamese names and plates may."""
    if len(text) > CHARS_MAX:
        return _LONG
    if not text.strip():
        return _EMPTY
    if text.isascii() and text.isprintable():
        return None
    if any(category(one) in _UNSEEN and one != " " for one in text):
        return _INVISIBLE
    if normalize("NFKC", text) != normalize("NFC", text):
        return _COMPATIBLE
    alphabets = {name(one, "").partition(" ")[0] for one in text if one.isalpha()}
    return _MIXED if len(alphabets & _ALIKE) > 1 else None
