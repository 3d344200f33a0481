"""Letters on a screen that people cannot read from where they stand."""

from playwright.sync_api import Page

# Width of a pixel and distance of the eye, mm: a wall 6.05 m wide, 24″ on a desk, 15.6″ on a lap, 6.1″ in a hand.
SEEN = {"wall": (1.5755, 6_500), "desk": (0.2745, 600), "laptop": (0.2529, 500), "phone": (0.1667, 300)}
CAPITAL = 0.7  # height of a capital letter, in font sizes
ARC_MINUTES = 16
MINUTES_A_RADIAN = 3437.75

# Letters in sight with their size on the screen, pixels, the smallest first.
_LETTERS = """within => {
  const found = [], walk = document.createTreeWalker(document.querySelector(within), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const host = node.parentElement, r = host.getBoundingClientRect();
    if (!node.nodeValue.trim() || !r.width || host.closest('.ioc-hidden, title, script, style')) continue;
    if (!host.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const drawn = host.closest('svg')?.getScreenCTM();
    const size = parseFloat(getComputedStyle(host).fontSize) * (drawn ? drawn.a : 1);
    found.push([size, host.getAttribute('class'), node.nodeValue.slice(0, 40)]);
  }
  return found.sort((one, other) => one[0] - other[0]);
}"""


def too_small(page: Page, profile: str, within: str = "body") -> list[list[object]]:
    """Texts of the page under ``ARC_MINUTES`` as height of capitals at ``profile``: size in pixels, class, words."""
    pitch_mm, distance_mm = SEEN[profile]
    least = ARC_MINUTES / MINUTES_A_RADIAN * distance_mm / pitch_mm / CAPITAL
    return [one for one in page.evaluate(_LETTERS, within) if one[0] < least]
