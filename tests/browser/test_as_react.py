"""What paint/ writes against what React makes of the same components, in Chromium."""

from collections.abc import Iterator

import pytest
from paint_gallery import gallery
from playwright.sync_api import Page

from paint.markup import markup
from tests.browser.served import launched, serving

# An element as a tree that says all a page can tell of it; properties where attributes do not tell.
TREE = """(element) => {
  const live = ['checked', 'selected', 'muted', 'multiple', 'value'];
  const tree = node => {
    if (node.nodeType === 3) return node.nodeValue;
    const said = {};
    for (const a of node.attributes) if (![...live, 'style'].includes(a.name)) said[a.name] = a.value;
    for (const name of live) if (name in node) said['.' + name] = node[name];
    said['.style'] = node.style ? node.style.cssText : '';
    node.normalize();
    const inside = [...node.childNodes].filter(n => n.nodeType !== 8);
    return [node.localName, Object.keys(said).sort().map(k => [k, said[k]]), inside.map(tree)];
  };
  return tree(element);
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with serving("paint_server.py") as url, launched() as chromium:
        page = chromium.new_page()
        page.goto(url)
        page.wait_for_selector("#case-0", state="attached", timeout=15_000)
        page.add_script_tag(content="window.tree = " + TREE)
        yield page


def test_the_same_elements_as_react(page: Page) -> None:
    parse = "html => tree(new DOMParser().parseFromString(html, 'text/html').body.firstElementChild)"
    different = {}
    for i, case in enumerate(gallery()):
        painted = markup(case)
        react, own = page.evaluate(f"tree(document.getElementById('case-{i}'))"), page.evaluate(parse, painted)
        if own != react:
            different[painted] = react
    assert different == {}
