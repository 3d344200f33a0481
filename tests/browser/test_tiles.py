"""A wall of several screens in Chromium: no letter lies on a seam, also after lists changed."""

import pytest
from hangs import HANG_MS
from playwright.sync_api import Browser, TimeoutError

from tests.browser.test_first import centre
from tests.browser.test_screens import SHOTS
from tests.browser.test_wall import chromium

__all__ = ["centre", "chromium"]  # fixtures of the same centre

# Lines of letters in sight that a seam crosses, on React's page once it stands.
CROSSED = """([across, down]) => {
  const page = document.querySelector('#react-entry-point .ioc-page');
  if (!page || document.querySelector('#ioc-first')) return null;
  const seams = (n, whole) => Array.from({ length: n - 1 }, (_, i) => whole * (i + 1) / n);
  const xs = seams(across, innerWidth), ys = seams(down, innerHeight), found = [], range = document.createRange();
  const walk = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const host = node.parentElement;
    if (!node.nodeValue.trim() || host.closest('title, details, .ioc-hidden, .ioc-skip, [aria-hidden=true]')) continue;
    if (!host.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (host.closest('g') && getComputedStyle(host.closest('g')).display === 'none') continue;  // names of another size
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const clip = host.closest('tbody, .ioc-wall__band > *, .ioc-wall__page')?.getBoundingClientRect();
      const hidden = clip && (box.top >= clip.bottom || box.left >= clip.right);
      const across = xs.some(x => box.left < x && x < box.right), along = ys.some(y => box.top < y && y < box.bottom);
      if (!hidden && box.width > 2 && box.height > 2 && (across || along)) found.push(node.nodeValue);
    }
  }
  return found;
}"""


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160)])
@pytest.mark.parametrize(("across", "down"), [(5, 5), (4, 3), (3, 3), (2, 2)])
def test_no_letter_lies_on_a_seam(
    chromium: Browser, centre: str, size: tuple[int, int], across: int, down: int
) -> None:
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{centre}/?tiles={across}x{down}")
    try:
        page.wait_for_function(f"given => ({CROSSED})(given)?.length === 0", arg=[across, down], timeout=HANG_MS)
    except TimeoutError:
        # Which ones; where the wall settles they are none, though new rows may lie on a seam for a moment.
        assert page.evaluate(CROSSED, [across, down]) == []
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"wall_tiles_{across}x{down}_{size[0]}.png")
    page.close()


# Hours over narrow lanes, put where the wall has its runs: those in sight lie on no other.
LANES = """() => {
  const scale = document.createElement('div');
  scale.className = 'ioc-now-run ioc-now-run--scale';
  scale.innerHTML = '<span></span><div class="ioc-lane" data-part="scale" data-from="0" data-to="21600000" data-now="0"'
    + ' data-ticks="6" style="width: 150px"></div>';
  document.querySelector('#react-entry-point #wall-runs').append(scale);
}"""
APART = """() => {
  const hours = [...document.querySelectorAll('#react-entry-point .ioc-now-run--scale:last-child text')];
  const boxes = hours.filter(one => one.style.visibility !== 'hidden').map(one => one.getBoundingClientRect());
  return boxes.length > 1 && boxes.slice(1).every((box, i) => box.left >= boxes[i].right);
}"""


def test_hours_over_narrow_lanes_lie_on_no_other(chromium: Browser, centre: str) -> None:
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{centre}/?tiles=2x2")
    page.wait_for_function("() => !document.querySelector('#ioc-first') && document.querySelector('#wall-runs')")
    page.evaluate(LANES)
    page.wait_for_function(APART, timeout=15_000)
    page.close()


def test_a_grid_that_cannot_be_is_said_and_the_wall_stands(chromium: Browser, centre: str) -> None:
    page = chromium.new_page(viewport={"width": 1920, "height": 1080}, java_script_enabled=False)
    page.goto(f"{centre}/?tiles=9x9")
    assert "“9x9”" in page.locator("[role=alert]").inner_text()
    assert page.locator(".ioc-wall[data-across='1']").is_visible()
    page.close()
