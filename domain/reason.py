"""Reasons for rejecting an item: a closed list, with words that an operator understands and can act on."""

from enum import Enum

from domain.text import Text


class Reason(Enum):
    """The value is the text for people; the lower-case name is the code in storage and APIs."""

    NOT_JSON = Text("nội dung không phải JSON hợp lệ", "not valid JSON")
    NOT_PROTOBUF = Text("nội dung không phải protobuf hợp lệ", "not valid protobuf")
    NOT_READABLE = Text("không đọc được tệp này", "this file cannot be read")
    WRONG_SHAPE = Text("sai cấu trúc bản tin", "wrong message structure")
    EMPTY = Text("bản tin rỗng", "empty message")
    TOO_MANY_ITEMS = Text("quá nhiều mục trong một lần gửi", "too many items in one call")
    MISSING_FIELD = Text("thiếu trường bắt buộc", "a required field is missing")
    MISSING_DEVICE = Text("thiếu mã thiết bị (id hoặc deviceid)", "device id is missing (id or deviceid)")
    BAD_ID = Text("mã thiết bị hoặc mã xe không hợp lệ", "not a valid id of a device or vehicle")
    BAD_NUMBER = Text("không phải là số", "not a number")
    BAD_TIME = Text("thời gian không hợp lệ", "not a valid time")
    BAD_CODE = Text("mã không nằm trong danh mục", "code is not in the list")
    UNKNOWN_FEED = Text("không có nguồn dữ liệu này", "no such feed")
    OTHER_FLEET = Text(
        "theo sổ đăng ký, xe hoặc thiết bị này thuộc đội xe khác",
        "the register assigns this vehicle or device to another fleet",
    )
    UNKNOWN_MEASURE = Text("nguồn này không có chỉ tiêu đó", "the feed has no such measure")
    UNKNOWN_PLACE = Text(
        "phiên bản địa giới này không có mã hoặc tên đơn vị đó", "no such place in this territory version"
    )
    AMBIGUOUS_PLACE = Text(
        "nhiều nơi cùng tên này; hãy ghi mã hoặc thêm tên huyện",
        "several places have this name; give the code or add the district",
    )
    CODE_OF_ANOTHER = Text(
        "mã và tên trong dòng là của hai đơn vị khác nhau; hãy sửa mã hoặc tên",
        "code and name of the row are of two different units; correct one of them",
    )
    UNKNOWN_ORGANISATION = Text(
        "danh mục cơ quan không có mã này; hãy nạp danh mục cơ quan trước",
        "the register of organisations has no such code; import the register first",
    )
    NOT_WHOLE = Text(
        "chỉ tiêu này là số đếm nên phải là số nguyên (có thể đang gửi nhầm tỷ lệ %)",
        "this measure is a count and must be a whole number (perhaps a percentage was sent)",
    )
    TWO_VALUES = Text(
        "một số liệu có hai giá trị khác nhau (hai dòng, hoặc tên cũ và tên mới); hãy chỉ gửi một",
        "one figure has two values (in two rows, or under a former and a present name); send one only",
    )
    UNCLEAR = Text(
        "có thể hiểu theo hai cách nên chưa nhận; hãy ghi rõ trong tệp hoặc trả lời câu hỏi khi nạp",
        "can be understood in two ways and was not taken; write it clearly, or answer when importing on /data",
    )
    NOT_READ = Text(
        "tệp có phần không đọc được thành số liệu; phần còn lại vẫn được nhận",
        "part of the file was not read as figures; the rest was taken",
    )
    NOT_A_HASH = Text(
        "mã hồ sơ phải được băm trước khi gửi; bản gốc không được lưu",
        "the case id must be hashed before sending; the original is not kept",
    )
    NOT_KEPT = Text(
        "có thuộc tính ngoài danh mục được phép; phần đó không được lưu",
        "some attributes are not on the allowed list; they are not kept",
    )
    DOES_NOT_ADD_UP = Text(
        "các phần không cộng thành tổng; số liệu được giữ nguyên như nguồn công bố",
        "the parts do not add up to the whole; the figures are kept as they were published",
    )
    BAD_PERIOD = Text(
        "kỳ số liệu không hợp lệ hoặc mâu thuẫn với thời điểm", "not a valid period, or it contradicts the instant"
    )
    OUT_OF_RANGE = Text("giá trị ngoài khoảng cho phép", "value outside the allowed range")
    PART_EXCEEDS_WHOLE = Text(
        "phần lớn hơn tổng: hai số cùng nơi, cùng kỳ mâu thuẫn nhau",
        "the part exceeds its whole: two figures of one place and period contradict each other",
    )
    FUTURE_TIME = Text("thời gian ở tương lai quá 24 giờ", "time is more than 24 hours in the future")
    NO_COORDINATES = Text("không có toạ độ", "no coordinates")
    ZERO_COORDINATES = Text("toạ độ 0,0", "coordinates are 0,0")
    BAD_COORDINATES = Text("toạ độ không có trên trái đất", "coordinates are not on earth")
    OUTSIDE_VIETNAM = Text(
        "toạ độ không ở Việt Nam theo cả hai thứ tự x, y", "coordinates lie outside Việt Nam in either order of x and y"
    )
    IMPOSSIBLE_JUMP = Text(
        "vị trí nhảy quá xa so với hai điểm liền kề", "position is impossibly far from both neighbouring fixes"
    )
    LEGACY_ENCODING = Text(
        "bảng mã cũ (TCVN3/VNI), hãy lưu lại bằng Unicode UTF-8", "legacy encoding (TCVN3/VNI); save as Unicode UTF-8"
    )
    NO_POSITION_MESSAGE = Text(
        "bản tin loại khác, không mang vị trí; đã đếm, không dùng",
        "another kind of message without a position; only counted",
    )
    ENCRYPTED = Text(
        "bản tin được mã hoá nên không đọc được vị trí; hãy xoá khoá mã hoá (Encryption key) trong ứng dụng của máy",
        "the message is encrypted and its position cannot be read; empty the encryption key in this phone's app",
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
