"""Why something was refused: a closed list, each with words an operator understands and can act on."""

from enum import Enum

from domain.text import Text


class Reason(Enum):
    """A reason's value is what people read; its name (lower case) is its code in storage and APIs."""

    NOT_JSON = Text("không đọc được JSON", "not readable as JSON")
    NOT_PROTOBUF = Text("không đọc được bản tin protobuf", "not readable as protobuf")
    NOT_READABLE = Text("không đọc được tệp này", "this file cannot be read")
    WRONG_SHAPE = Text("sai cấu trúc bản tin", "wrong message structure")
    EMPTY = Text("bản tin rỗng", "empty message")
    TOO_MANY_ITEMS = Text("quá nhiều mục trong một lần gửi", "too many items in one call")
    MISSING_FIELD = Text("thiếu trường bắt buộc", "a required field is missing")
    MISSING_DEVICE = Text("thiếu mã thiết bị (id hoặc deviceid)", "device id is missing (id or deviceid)")
    BAD_NUMBER = Text("không phải là số", "not a number")
    BAD_TIME = Text("thời gian không hợp lệ", "not a valid time")
    BAD_CODE = Text("mã không nằm trong danh mục", "code is not in the list")
    UNKNOWN_FEED = Text("không có nguồn dữ liệu này", "no such feed")
    OTHER_FLEET = Text(
        "xe hoặc thiết bị này thuộc đội xe khác theo danh mục",
        "by the register this vehicle or device belongs to another fleet",
    )
    UNKNOWN_MEASURE = Text("nguồn này không có chỉ tiêu đó", "the feed has no such measure")
    UNKNOWN_PLACE = Text(
        "mã hoặc tên đơn vị hành chính không có trong phiên bản này", "no such place in this territory version"
    )
    AMBIGUOUS_PLACE = Text(
        "nhiều nơi cùng tên này; hãy ghi mã hoặc thêm tên huyện",
        "several places have this name; give the code or add the district",
    )
    UNKNOWN_ORGANISATION = Text(
        "không có cơ quan mang mã này trong danh mục; hãy nạp danh mục cơ quan trước",
        "no organisation with this code is registered; import the register of organisations first",
    )
    NOT_WHOLE = Text(
        "chỉ tiêu này là số đếm, phải là số nguyên (có phải đang gửi tỷ lệ %?)",
        "this measure is a count and must be a whole number (is a percentage being sent?)",
    )
    NOT_A_HASH = Text(
        "mã hồ sơ phải được băm trước khi gửi vào đây; bản gốc không được lưu",
        "the id of a case must be hashed before it comes here; the original is not kept",
    )
    NOT_KEPT = Text(
        "có thuộc tính ngoài danh mục được phép; phần đó không được lưu",
        "there are attributes outside the allowed list; those are not kept",
    )
    BAD_PERIOD = Text(
        "kỳ số liệu không hợp lệ hoặc mâu thuẫn với thời điểm", "not a period, or at odds with the instant"
    )
    OUT_OF_RANGE = Text("giá trị ngoài khoảng cho phép", "value outside the allowed range")
    FUTURE_TIME = Text("thời gian ở tương lai quá 24 giờ", "time is more than 24 hours in the future")
    NO_COORDINATES = Text("không có toạ độ", "no coordinates")
    ZERO_COORDINATES = Text("toạ độ 0,0", "coordinates are 0,0")
    BAD_COORDINATES = Text("toạ độ không có trên trái đất", "coordinates are not on earth")
    OUTSIDE_VIETNAM = Text(
        "toạ độ không ở Việt Nam theo cả hai thứ tự x, y", "coordinates lie outside Việt Nam in either order of x and y"
    )
    IMPOSSIBLE_JUMP = Text(
        "vị trí nhảy quá xa so với hai điểm liền kề", "position jumps impossibly far from both neighbours"
    )
    LEGACY_ENCODING = Text(
        "bảng mã cũ (TCVN3/VNI), hãy lưu lại bằng Unicode UTF-8", "legacy encoding (TCVN3/VNI); save as Unicode UTF-8"
    )
    NO_POSITION_MESSAGE = Text(
        "bản tin loại khác, không mang vị trí; đã đếm, không dùng", "another kind of message, no position; only counted"
    )
    DEVICE_OFFLINE = Text("máy chủ MQTT báo thiết bị mất kết nối", "the MQTT broker says the device has gone offline")
    INTERNAL = Text(
        "lỗi bên trong khi giải mã; bản gốc được giữ lại", "internal error while decoding; the original is kept"
    )

    @property
    def code(self) -> str:
        """Stable lower-case code."""
        return self.name.lower()


def reason_of(code: str) -> Reason:
    """The reason with this code; KeyError when there is none."""
    return Reason[code.upper()]
