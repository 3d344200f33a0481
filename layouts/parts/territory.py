"""The bar's choice of territory version, and the notice on pages whose figures are converted to an older one."""

from dash import html
from dash.development.base_component import Component

from domain.places.place import IN_FORCE
from domain.places.territory import TERRITORIES, territory
from layouts.parts.cards import DIVIDED_MARK
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from present.cards import CARRIED_MARK
from present.text import words
from queries.places import PLACES


def territory_choice(data: ScreenData, path: str, language: Component) -> Component:
    """A menu of links to this page in each version, newest first; on telephones also to the other ``language``."""
    _ = words(data.language)
    links = [
        html.A(
            version.names.to(data.language),
            href=address(data, path, territory=version.version),
            **{"aria-current": "true"} if version.version == data.territory else {},
        )
        for version in reversed(TERRITORIES)
    ]
    count = territory(data.territory).communes
    return html.Details(
        [
            html.Summary(
                [html.Span(_("Địa giới")), html.B(_.ngettext("{n} xã", count).format(n=count))],
                className="ioc-nav__link",
            ),
            html.Nav([*links, language], **{"aria-label": _("Chọn phiên bản địa giới")}),
        ],
        className="ioc-territory",
        **{"data-part": "territory"},
    )


def territory_notice(data: ScreenData) -> list[Component]:
    """Says that figures by commune are estimates and how they are marked; [] in the version in force."""
    if data.territory == IN_FORCE:
        return []
    _ = words(data.language)
    carried = _("Số liệu quy đổi từ {now} xã hiện nay sang {then} xã cũ theo dân số, số hộ 2019 (dấu {mark}).").format(
        now=territory(IN_FORCE).communes, then=territory(data.territory).communes, mark=CARRIED_MARK
    )
    divided = _("{n} xã bị chia có dấu {mark}.").format(n=len(data.get(PLACES).divided), mark=DIVIDED_MARK)
    said = " ".join((carried, divided, _("Số liệu toàn tỉnh không đổi.")))
    return [html.P(said, className="ioc-notice", role="note")]
