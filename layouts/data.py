"""/data: health of each feed, fetches, devices without a vehicle, map imports, corrections, rejections, retention."""

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from domain.access.needs import Need
from domain.collation import collation_key
from domain.feeds.feed import Feed, tracked
from domain.feeds.payload import BY_ADDRESS, BY_KEY
from domain.fleets.identifier import CHARS_MAX
from domain.instant import to_ms
from domain.kpis.health import FeedHealth
from domain.observation import Rejection
from domain.text import Text
from layouts.desk.corrections import corrections
from layouts.desk.look_ups import look_ups
from layouts.desk.map_layers import map_layers
from layouts.desk.pulls import pulls
from layouts.desk.retention import retention
from layouts.parts.cards import feed_name, place_name_now
from layouts.parts.components import age, empty, phone_table, section, table
from layouts.parts.ids import cid, cid_of
from layouts.parts.links import address
from layouts.parts.screen import Screen, ScreenData
from present import formats
from present.text import words
from queries.courses.series import SERIES
from queries.health import HEALTH
from queries.maps.layers import MAP_LAYERS
from queries.observed.corrections import CORRECTIONS
from queries.pending import PENDING, SEARCH, PendingDevice
from queries.pulls import PULLS
from queries.rejections import REJECTIONS
from queries.results import RESULTS
from queries.retention import RETENTION

REJECTIONS_SHOWN = 100


def layout(data: ScreenData) -> Component:
    """All panels: first feeds, fetches and pending devices (somebody must bind them), then imports and records."""
    return html.Div(
        [
            html.Div(feeds(data), id=cid(SCREEN.key, "feeds")),
            html.Div(bound_notice(data, "", ""), id=cid(SCREEN.key, "bound"), **{"aria-live": "polite"}),
            html.Div(pulls(data), id=cid(SCREEN.key, "pulls")),
            dcc.Store(id=cid(SCREEN.key, "changed"), data=""),
            _search(data),
            html.Div(pending(data), id=cid(SCREEN.key, "pending")),
            _to_figures(data),
            map_layers(data),
            html.Div(look_ups(data), id=cid(SCREEN.key, "look-ups")),
            html.Div(corrections(data), id=cid(SCREEN.key, "corrections")),
            html.Div(rejections(data), id=cid(SCREEN.key, "rejections")),
            html.Div(retention(data), id=cid(SCREEN.key, "retention")),
        ],
        className="ioc-data",
    )


def _to_figures(data: ScreenData) -> Component:
    _ = words(data.language)
    link = html.A(_("Bàn nạp số liệu"), href=address(data, "/figures"), className="ioc-button")
    said = html.Span(_("Excel, CSV, bản đồ: xem trước, sửa, duyệt, rút."))
    return section(_("Nạp số liệu từ tệp"), [html.P([link, said], className="ioc-take")])


def feeds(data: ScreenData) -> list[Component]:
    """A row per feed. Age and completeness come first, so that a narrow screen still shows them."""
    _ = words(data.language)
    heads = (
        *(_("Nguồn"), _("Cách đây"), _("Đủ"), _("Chu kỳ gửi"), _("Nhận"), _("Trùng"), _("Muộn"), _("Từ chối")),
        *(_("Số đo"), _("Mô phỏng"), _("Phụ trách")),
    )
    title = _("Sức khỏe dữ liệu")
    listed = html.A(_("Các chỉ số và nguồn của chúng"), href=address(data, "/indicators"))
    rows = [_feed(data, feed, data.get(HEALTH).get(key)) for key, feed in data.feeds.items()]
    shown = section(title, [table(heads, rows, caption=title, kind="feeds")], aside=_("đúng · đủ · sạch · sống"))
    return [shown, *_without_phone(data), html.P(listed, className="ioc-note"), *_behind(data), *_silent(data)]


def _behind(data: ScreenData) -> list[Component]:
    """Parts of feeds whose received messages no collector has read yet: figures are incomplete until then."""
    _ = words(data.language)
    told = [(feed, one) for key, feed in data.feeds.items() if (of := data.get(HEALTH).get(key)) for one in of.behind]
    if not told:
        return []
    rows = [
        html.Tr(
            [
                html.Th(feed.names.to(data.language), scope="row"),
                html.Td(f"{one.number + 1}/{one.of}"),
                html.Td(formats.moment(one.since, data.now, data.language), className="ioc-words"),
            ]
        )
        for feed, one in told
    ]
    title = _("Phần dữ liệu chưa thu thập")
    heads = (_("Nguồn"), _("Phần"), _("Chờ từ"))
    return [section(title, [table(heads, rows, caption=title, kind="behind")])]


def _owner(data: ScreenData, feed: Feed) -> Component:
    owner = feed.owner
    said = f"{owner.office.to(data.language)} ({owner.reach.to(data.language)})"
    return html.Td(said, className="ioc-words")


def _without_phone(data: ScreenData) -> list[Component]:
    """How many sources nobody can call, once for all of them; [] when every office's number is known."""
    missing = sum(not feed.owner.phone for feed in data.feeds.values())
    if not missing:
        return []
    _ = words(data.language)
    said = _("{n}/{of} nguồn chưa có số điện thoại đầu mối; đề nghị quản trị hệ thống bổ sung.")
    return [html.P(said.format(n=missing, of=len(data.feeds)), className="ioc-note")]


def _silent(data: ScreenData) -> list[Component]:
    """Names, for each feed that ever sent, who never reported and who is late, with the time of their last figures."""
    _ = words(data.language)
    rows = [row for key, feed in data.feeds.items() for row in _silent_of(data, feed, data.get(HEALTH).get(key))]
    if not rows:
        return []
    title = _("Chưa gửi số liệu")
    heads = (_("Nguồn"), _("Chưa từng gửi"), _("Gửi trễ (số liệu gần nhất)"))
    return [section(title, [table(heads, rows, caption=title, kind="silent")])]


def _silent_of(data: ScreenData, feed: Feed, health: FeedHealth | None) -> list[Component]:
    if health is None or health.last_received_at is None or not health.silent:
        return []
    never = [place_name_now(data, one.code) for one in health.silent if one.since is None]
    late = [
        f"{place_name_now(data, one.code)} ({formats.moment(one.since, data.now, data.language)})"
        for one in health.silent
        if one.since is not None
    ]
    more = health.expected - health.reporting - len(health.silent)
    # A route's key tells nobody anything: /waste lists routes by their names.
    said = _routes(data, len(never), len(late)) if feed.is_routed else [_named(names) for names in (never, late)]
    if more > 0:
        said[-1] += f" +{more}"
    parts = [html.Td(one, className="ioc-words") for one in said]
    return [html.Tr([html.Th(feed.names.to(data.language), scope="row"), *parts])]


def _routes(data: ScreenData, never: int, late: int) -> list[str]:
    """The wall counts routes with a result; what is old has one, and is not among those that are up to date."""
    _ = words(data.language)
    told = (
        _.ngettext("{n} tuyến chưa có kết quả", never).format(n=never) if never else "",
        _.ngettext("{n} tuyến chỉ có kết quả cũ", late).format(n=late) if late else "",
    )
    return [one or formats.UNKNOWN for one in told]


def _named(names: Sequence[str]) -> str:
    return ", ".join(sorted(names, key=collation_key)) or formats.UNKNOWN


def _feed(data: ScreenData, feed: Feed, health: FeedHealth | None) -> Component:
    _ = words(data.language)
    name = html.Th(feed.names.to(data.language), scope="row")
    owner = _owner(data, feed)
    rhythm = html.Td(formats.rhythm(feed.cadence, data.language))
    stale_after_s = int(feed.stale_after.total_seconds())
    if health is None or health.last_received_at is None:
        said = _("sổ xe trống: 0 xe") if _is_empty(feed, health) else _("đang chờ lần gửi đầu tiên")
        waiting = html.Td(said, colSpan=2, className="ioc-wait")
        return html.Tr([name, waiting, rhythm, html.Td(colSpan=6), owner])
    counts = (health.accepted, health.duplicates, health.late, health.rejected)
    simulated = bool(health.simulated_share)
    return html.Tr(
        [
            name,
            html.Td(
                age(to_ms(health.last_at) if health.last_at else None, stale_after_s, to_ms(data.now), data.language)
            ),
            html.Td(_covered(data, feed, health)),
            rhythm,
            *(html.Td(formats.number(count, 0, data.language)) for count in counts),
            html.Td(formats.percent(health.measured_share, 0, data.language)),
            html.Td(formats.percent(health.simulated_share, 0, data.language)),
            owner,
        ],
        **{"data-simulated": "true"} if simulated else {},
    )


def _covered(data: ScreenData, feed: Feed, health: FeedHealth) -> str:
    if _is_empty(feed, health):
        return words(data.language)("sổ xe trống: 0 xe")
    if not feed.is_owed:
        return formats.UNKNOWN
    if not health.expected:
        return str(health.reporting)
    told = f"{health.reporting}/{health.expected}"
    return words(data.language)("{told} tuyến còn mới").format(told=told) if feed.is_routed else told


def _is_empty(feed: Feed, health: FeedHealth | None) -> bool:
    """Whether the feed is a fleet without vehicles: nobody can be late."""
    return feed.is_tracked and health is not None and health.expected == 0


def pending(data: ScreenData) -> list[Component]:
    """The newest devices that send but stand for no vehicle, each with a field for the vehicle's id."""
    _ = words(data.language)
    title = _("Thiết bị chờ gắn xe")
    if not data.get(PENDING).devices:
        why = _("Không có thiết bị nào chờ gắn xe.")
        how = _("Thiết bị lạ gửi vị trí sẽ hiện ở đây; hệ thống chỉ giữ vị trí mới nhất cho đến khi gắn xe.")
        return [section(title, [empty(why, how)])]
    heads = (_("Thiết bị"), _("Nguồn gửi"), _("Số vị trí"), _("Lần cuối cách đây"), _("Gắn vào xe"))
    rows = [_device(data, device) for device in data.get(PENDING).devices]
    total = formats.number(data.get(PENDING).total, 0, data.language)
    shown = len(data.get(PENDING).devices)
    aside = _("{n} mới nhất trong {total}").format(n=shown, total=total) if data.get(PENDING).total > shown else total
    return [section(title, [table(heads, rows, caption=title, kind="pending")], aside=aside)]


def _search(data: ScreenData) -> Component:
    """The field that searches among all waiting devices; outside the list, which is drawn again."""
    _ = words(data.language)
    field = dcc.Input(
        id=cid(SCREEN.key, "search"),
        type="search",
        value=data.query.get(SEARCH, ""),
        debounce=True,
        maxLength=CHARS_MAX,
        className="ioc-field",
    )
    return html.Label([html.Span(_("Tìm mã thiết bị chờ gắn xe")), field], className="ioc-formfield")


def _device(data: ScreenData, device: PendingDevice) -> Component:
    _ = words(data.language)
    label = _("Mã xe cho thiết bị {device}").format(device=device.device)
    field = dcc.Input(
        id=cid_of(SCREEN.key, "vehicle", waiting_id(device.sender, device.device)),
        type="text",
        placeholder="LA-001",
        maxLength=CHARS_MAX,
        className="ioc-field",
    )
    item = waiting_id(device.sender, device.device)
    button = html.Button(_("Gắn"), id=cid_of(SCREEN.key, "bind", item), className="ioc-button", n_clicks=0)
    claim = _("Mã này đang gắn với xe {vehicle} và nơi gửi khác").format(vehicle=device.claims)
    sender = [_sender(data, device.sender), *([html.Br(), claim] if device.claims else [])]
    form = html.Label([html.Span(label, className="ioc-hidden"), field])
    return html.Tr(
        [
            html.Th(device.device, scope="row"),
            html.Td(sender, className="ioc-words"),
            html.Td(formats.number(device.fixes, 0, data.language)),
            html.Td(age(to_ms(device.last_seen), 86_400, to_ms(data.now), data.language)),
            html.Td(html.Div([form, button], className="ioc-bind", **{"data-part": "bind"})),
        ]
    )


def waiting_id(sender: str, device: str) -> str:
    """Names a row of the list; `waiting_of` splits it. Ids of devices have no control characters."""
    return f"{device}\n{sender}"


def waiting_of(item: str) -> tuple[str, str]:
    """The sender and the device of a row of the list."""
    device, _, sender = item.partition("\n")
    return sender, device


def _sender(data: ScreenData, sender: str) -> str:
    _ = words(data.language)
    if sender.startswith(BY_KEY):
        return _("khoá {name}").format(name=sender.removeprefix(BY_KEY))
    return _("địa chỉ {address}").format(address=sender.removeprefix(BY_ADDRESS)) if sender else formats.UNKNOWN


def not_bound_notice(data: ScreenData, sender: str, device: str, vehicle: str) -> list[Component]:
    """Notice: the vehicle is not in the register; only a choice of its fleet adds it, no slip of the keys."""
    said = words(data.language)("Sổ xe chưa có {vehicle}. Nếu là xe mới, ghi vào đội:").format(vehicle=vehicle)
    choices = [
        html.Button(
            data.feeds[fleet].names.to(data.language),
            id=cid_of(SCREEN.key, "fleet", "\n".join((fleet, vehicle, waiting_id(sender, device)))),
            className="ioc-button",
            n_clicks=0,
        )
        for fleet in tracked(data.feeds.values())
    ]
    return bound_notice(data, "", "", problem=said, choices=choices)


def new_vehicle_of(item: str) -> tuple[str, str, str, str]:
    """The sender, the device, the new vehicle and its fleet of a button of `not_bound_notice`."""
    fleet, vehicle, waiting = [*item.split("\n", 2), "", ""][:3]
    return *waiting_of(waiting), vehicle, fleet


def wrong_id_notice(data: ScreenData, wrong: Text) -> list[Component]:
    """Notice: what somebody typed cannot name a vehicle, so nothing was bound."""
    _ = words(data.language)
    return bound_notice(data, "", "", problem=_("Chưa gắn: {why}.").format(why=wrong.to(data.language)))


def gone_notice(data: ScreenData) -> list[Component]:
    """Notice: the device no longer waits, so nothing was bound."""
    _ = words(data.language)
    said = _("Chưa gắn: thiết bị không còn chờ gắn xe; hãy xem lại danh sách.")
    return bound_notice(data, "", "", problem=said)


def bound_notice(
    data: ScreenData, device: str, vehicle: str, problem: str = "", choices: Sequence[Component] = ()
) -> list[Component]:
    """Notice of a binding, with an undo button, or of the ``problem`` that prevented it and ``choices`` that mend it.

    The undo button is always in the page, because its callback needs the element.
    """
    _ = words(data.language)
    said = _("Đã gắn thiết bị {device} vào xe {vehicle}.").format(device=device, vehicle=vehicle) if device else ""
    undo = html.Button(_("Hoàn tác"), id=cid(SCREEN.key, "undo"), className="ioc-button", n_clicks=0, hidden=not device)
    return [
        html.Div(
            [html.Span(problem or said), *choices, undo, dcc.Store(id=cid(SCREEN.key, "last-bound"), data=device)],
            className="ioc-notice" if device or problem else "ioc-notice ioc-notice--quiet",
        )
    ]


def rejections(data: ScreenData) -> list[Component]:
    """The newest rejections: when, which feed, and the reason; never the message, which may name people."""
    _ = words(data.language)
    title = _("Bị từ chối gần đây")
    if not data.get(REJECTIONS):
        why = _("Chưa có bản tin nào bị từ chối.")
        how = _("Bản tin sai hiện ở đây kèm lý do; không bản tin nào bị bỏ mà không báo.")
        return [section(title, [empty(why, how)])]
    heads = (_("Lúc"), _("Nguồn"), _("Lý do"), _("Chi tiết"))
    rows = [_rejection(data, rejection) for rejection in data.get(REJECTIONS)[:REJECTIONS_SHOWN]]
    aside = _("{n} mục mới nhất").format(n=len(rows))
    listed = phone_table(heads, rows, data.language, caption=title, kind="rejections")
    return [section(title, [listed], aside=aside)]


def _rejection(data: ScreenData, rejection: Rejection) -> Component:
    return html.Tr(
        [
            html.Td(formats.moment(rejection.received_at, data.now, data.language)),
            html.Td(feed_name(data, rejection.feed), className="ioc-words"),
            html.Td(rejection.reason.value.to(data.language), className="ioc-words"),
            html.Td(rejection.detail, className="ioc-words"),
        ]
    )


SCREEN = Screen(
    key="data",
    path="/data",
    title=Text("Dữ liệu", "Data"),
    order=50,
    layout=layout,
    requires=Need.LOOK,
    topics=("feeds",),
    needs=(HEALTH, REJECTIONS, CORRECTIONS, PENDING, MAP_LAYERS, RETENTION, PULLS, RESULTS, SERIES),
    regions={
        "feeds": feeds,
        "pulls": pulls,
        "look-ups": look_ups,
        "corrections": corrections,
        "rejections": rejections,
        "retention": retention,
    },
)
