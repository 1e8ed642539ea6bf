"""How a page feels on a slow machine: LCP, CLS and INP of the main pages at a quarter of this processor's speed.

    .venv/bin/python -m tests.bench.vitals [RUNS]

Each page is loaded with an empty cache, in the demo; the worst of the runs is shown beside the median. INP is the
longest of the answers to a few things done on the page: opening what is folded, writing, choosing, the palette.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from shutil import which
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.house import House, demo_house

SLOWER = 4
PAGES = {
    "desk": ("support_worker", "/"),
    "people": ("support_worker", "/people"),
    "contact": ("support_worker", "/support/contact"),
    "files": ("support_worker", "/support/files"),
    "visits": ("support_worker", "/support/visits"),
    "services": ("coordinator", "/services"),
    "journal": ("privacy_officer", "/journal"),
    "public": (None, "/bienvenue"),
    "sign-in": (None, "/sign-in"),
}
WATCH = """(() => {
    const seen = window.vitals = { lcp: 0, cls: 0, inp: 0 };
    const watch = (type, note, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(note))
        .observe({ type, buffered: true, ...more });
    watch("largest-contentful-paint", (e) => { seen.lcp = e.startTime; });
    watch("layout-shift", (e) => { if (!e.hadRecentInput) seen.cls += e.value; });
    const longest = (e) => { if (e.interactionId) seen.inp = Math.max(seen.inp, e.duration); };
    watch("event", longest, { durationThreshold: 16 });
})();"""


def use(page: Page) -> None:
    """A few things that somebody does."""
    for css in ("main summary", "main .seg label", "details.pop summary"):
        found = page.locator(css).locator("visible=true")
        if found.count():
            found.first.click()
    field = page.locator("main input[name=q], main input[name=line], main input[type=email]").locator("visible=true")
    if field.count():
        field.first.press_sequentially("fau", delay=60)
    if page.locator("#palette").count():
        page.keyboard.press("Control+k")
        page.keyboard.type("fau", delay=60)
        page.wait_for_timeout(300)
        page.keyboard.press("Escape")
    page.wait_for_timeout(300)


def measure(browser: Browser, house: House, role: str | None, path: str) -> tuple[float, float, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    house.enter(context, role)
    page = context.new_page()
    page.add_init_script(WATCH)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(house.address + path, wait_until="networkidle")
    use(page)
    found = page.evaluate("window.vitals")
    context.close()
    return found["lcp"], found["cls"], found["inp"]


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_house(Path(folder), 60) as house,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=ARGUMENTS)
        measure(browser, house, *PAGES["desk"])  # templates are compiled once
        print(f"{SLOWER} x slower, {runs} runs: median (worst)\n{'page':10} {'LCP ms':>14} {'CLS':>16} {'INP ms':>12}")
        for name, (role, path) in PAGES.items():
            lcp, cls, inp = zip(*(measure(browser, house, role, path) for _ in range(runs)), strict=True)
            print(
                f"{name:10} {median(lcp):6.0f} ({max(lcp):5.0f}) {median(cls):7.4f} ({max(cls):.4f})"
                f" {median(inp):4.0f} ({max(inp):4.0f})"
            )
        browser.close()


if __name__ == "__main__":
    main()
