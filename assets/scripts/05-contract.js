// Generated from present/wire.py by scripts/docs: edit that, then run it.
// What both sides of the wire call the same.
var IOC_CONTRACT = Object.freeze({
  // Code of the province; a card without a place is its.
  PROVINCE: "80",
  // Stands where a figure would be.
  UNKNOWN: "—",
  // What a card can say of itself; each is the class `ioc-card--<status>`.
  STATUSES: ["normal", "advisory", "warning", "critical", "stale", "no_data", "not_applicable"],
  // Parts that show the card's field of the same name, as text.
  CARD_TEXTS: ["word", "glyph", "value", "unit", "context", "coverage", "stated", "delta", "target", "gap", "source", "headline", "name", "since", "owner"],
  // Parts of a public card that are emptied when the public may no longer see it.
  PUBLIC_TEXTS: ["headline", "value", "unit", "context", "coverage", "source"],
  // From which age on each unit of AGE_UNITS_S is used, seconds.
  AGE_FROM_S: [0, 60, 3600, 172800],
  // Second, minute, hour, day in seconds; an age is told in whole ones.
  AGE_UNITS_S: [1, 60, 3600, 86400],
  // The units in words by language, for one and for many.
  AGE_WORDS: {"vi": [["giây", "giây"], ["phút", "phút"], ["giờ", "giờ"], ["ngày", "ngày"]], "en": [["second", "seconds"], ["minute", "minutes"], ["hour", "hours"], ["day", "days"]]},
  // Seconds between two heartbeats.
  HEARTBEAT_EVERY_S: 2.0,
  // Seconds after which a position is ageing.
  LIVE_S: 90,
  // Seconds after which a vehicle is silent.
  SILENT_S: 600,
  // Codes of a vehicle's state in a frame.
  VEHICLE_STATES: {"UNKNOWN": 0, "MOVING": 1, "STOPPED": 2, "AGEING": 3, "SILENT": 4},
  // Code of the state of a vehicle that is no longer there.
  VEHICLE_GONE: 255,
  // Code of a course that nobody knows; others are 1/256 of a turn.
  COURSE_UNKNOWN: 255,
  // First byte of a frame of vehicles.
  FRAME_TYPE: 2,
  // Bytes before the columns of a frame.
  FRAME_HEADER_BYTES: 20,
  // Steps of a frame's positions in a degree: about a metre each.
  FRAME_GRID: 100000,
  // Before a vehicle's id: the id of the alarm that it has gone silent.
  SILENT_ALARM: "silent:",
  // Id of the store that holds the code of the chosen place.
  MAP_CHOSEN: "map-chosen",
  // Id of the store that is raised when imported layers changed.
  MAPS_CHANGED: "data-maps-changed",
  // Before a field's name: its id at the import desk.
  IMPORT_FIELD: "data-import-",
  // After a screen's key and a hyphen: id of the store that is raised when its regions are to be drawn again.
  REVISION: "revision",
  // Cookie that tells callbacks when this browser looked at the leader's page before this visit, epoch ms.
  LAST_VISIT: "ioc-last-visit",
  // Cookie that tells the leader's first response the same, as "last.seen": that leaves before a script can choose.
  VISIT: "ioc-visit",
  // Seconds without a look after which a visit has ended.
  AWAY_S: 1800,
});
window.IOC = /** @type {Ioc} */ (Object.assign(window.IOC || {}, { contract: IOC_CONTRACT }));
