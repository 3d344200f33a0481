// Generated from present/wire.py by scripts/docs: edit that, then run it.
// What both sides of the wire call the same.
var IOC_CONTRACT = Object.freeze({
  // Code of the province; a card without a place is the province's.
  PROVINCE: "80",
  // Shown in place of an unknown figure.
  UNKNOWN: "—",
  // Statuses of a card; each has the class `ioc-card--<status>`.
  STATUSES: ["normal", "advisory", "warning", "critical", "stale", "no_data", "not_applicable"],
  // Parts that show the card's field of the same name, as text.
  CARD_TEXTS: ["word", "glyph", "value", "unit", "context", "coverage", "stated", "delta", "target", "gap", "source", "headline", "name", "owner"],
  // Parts of a public card that scripts empty when the public may no longer see them.
  PUBLIC_TEXTS: ["headline", "value", "unit", "context", "coverage", "source"],
  // Age in seconds from which each unit of AGE_UNITS_S applies.
  AGE_FROM_S: [0, 60, 3600, 172800, 63072000],
  // Second, minute, hour, day, year in seconds; an age counts whole units.
  AGE_UNITS_S: [1, 60, 3600, 86400, 31536000],
  // Words for the units by language: singular, plural.
  AGE_WORDS: {"vi": [["giây", "giây"], ["phút", "phút"], ["giờ", "giờ"], ["ngày", "ngày"], ["năm", "năm"]], "en": [["second", "seconds"], ["minute", "minutes"], ["hour", "hours"], ["day", "days"], ["year", "years"]]},
  // Seconds between two heartbeats.
  HEARTBEAT_EVERY_S: 2.0,
  // Seconds after which a position is ageing.
  LIVE_S: 90,
  // Seconds after which a vehicle is silent.
  SILENT_S: 600,
  // Codes of a vehicle's state in a frame.
  VEHICLE_STATES: {"UNKNOWN": 0, "MOVING": 1, "STOPPED": 2, "AGEING": 3, "SILENT": 4},
  // Code of the state of a vehicle that has disappeared.
  VEHICLE_GONE: 255,
  // Code of an unknown course; other codes are 1/256 of a turn.
  COURSE_UNKNOWN: 255,
  // Outlines of a vehicle's marker in a box of 32 around it: of an arrow the course is known, a ring is silent.
  MARKERS: {"arrow": "M0-14L12 14L0 7.5L-12 14Z", "dot": "M-8 0A8 8 0 1 1 8 0A8 8 0 1 1-8 0Z", "ring": "M-11 0A11 11 0 1 1 11 0A11 11 0 1 1-11 0ZM-7 0A7 7 0 1 0 7 0A7 7 0 1 0-7 0Z", "box": "M-9-9H9V9H-9Z", "plus": "M-4.5-11H4.5V-4.5H11V4.5H4.5V11H-4.5V4.5H-11V-4.5H-4.5Z", "drop": "M0 14L-12-10H12Z"},
  // Markers of every fleet but the first, in turn; those of the first point in their course.
  FLEET_MARKERS: ["box", "plus", "drop"],
  // First byte of a frame of vehicles.
  FRAME_TYPE: 2,
  // Bytes before the columns of a frame.
  FRAME_HEADER_BYTES: 20,
  // Steps of a frame's positions in a degree: about a metre each.
  FRAME_GRID: 100000,
  // Id of the store that holds the code of the chosen place.
  MAP_CHOSEN: "map-chosen",
  // Id of the store that scripts raise when imported layers changed.
  MAPS_CHANGED: "data-maps-changed",
  // Id of the store that scripts raise, with the id of the file to show, when a file of figures arrived.
  FIGURES_CHANGED: "figures-changed",
  // Prefix of a field's id at the import desk; the field's name follows.
  IMPORT_FIELD: "data-import-",
  // `<screen>-revision` is the id of the store that scripts raise to have the screen's regions drawn again.
  REVISION: "revision",
  // Address of the page to sign in at; `?next=` is where one comes back to.
  SIGN_IN: "/dang-nhap",
  // Address of the own account.
  ACCOUNT: "/tai-khoan",
  // Code with which the server ends the socket of somebody who is no longer signed in.
  SIGNED_OUT: 4401,
  // Cookie for callbacks: when this browser last saw the leader's page before this visit, epoch ms.
  LAST_VISIT: "ioc-last-visit",
  // Cookie for the leader's first response, as "last.seen", epoch ms: no script runs before that response.
  VISIT: "ioc-visit",
  // A visit ends after this many seconds without a look.
  AWAY_S: 1800,
  // What no line may break: plates, numbers with units, hours from and to.
  WHOLE: "\\b[A-Z\\d]{2,4}-\\d[\\d.]*\\d|\\d{1,2}:\\d\\d–\\d{1,2}:\\d\\d|\\d[\\d.,]* (?:km/h|km|m|kg|tấn|t|giây|phút|giờ|ngày|tháng|năm|điểm|xã|xe|người|hộ|đường|thay đổi|seconds?|minutes?|hours?|days?|months?|years?|points?|communes?|vehicles?|people|households?|streets?|changes?)(?![A-Za-zÀ-ỹ\\d])",
});
window.IOC = /** @type {Ioc} */ (Object.assign(window.IOC || {}, { contract: IOC_CONTRACT }));
