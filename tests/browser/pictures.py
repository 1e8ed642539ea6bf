"""The pictures of docs/pictures/, taken of the demo: `.venv/bin/python -m tests.browser.pictures`.

In French, of the same invented people each time, each page as a WebP of 120 kB at most.
"""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from shutil import which
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.house import House, demo_house, new_page

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
DESK, TABLET, PHONE = (1280, 860), (768, 940), (360, 740)


class Picture(NamedTuple):
    """A page as somebody sees it; with `link`, the page behind the first link there that begins so."""

    name: str
    role: str | None
    path: str
    size: tuple[int, int] = DESK
    dark: bool = False
    link: str = ""


PICTURES = (
    Picture("desk", "support_worker", "/"),
    Picture("people", "support_worker", "/people", dark=True),
    Picture("person", "support_worker", "/support/files", TABLET, link="/support/files/"),
    Picture("file", "support_worker", "/support/files", link="/support/files/"),
    Picture("contact", "support_worker", "/support/contact", PHONE),
    Picture("visits", "support_worker", "/support/visits", PHONE, dark=True),
    Picture("public", None, "/bienvenue", PHONE),
    Picture("sign-in", None, "/sign-in", TABLET),
    Picture("services", "coordinator", "/services"),
    Picture("settings", "coordinator", "/settings", TABLET, dark=True),
    Picture("plugins", "administrator", "/plugins"),
    Picture("journal", "privacy_officer", "/journal", dark=True),
)


def show(page: Page, house: House, picture: Picture) -> None:
    width, height = picture.size
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if picture.dark else "light")
    page.goto(house.address + picture.path)
    if picture.link:
        found = page.locator(f"main a[href^='{picture.link}']").nth(1).get_attribute("href")
        page.goto(house.address + str(found))
    if picture.name == "person":
        page.locator("main .actions a").click()
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(200)


def take(page: Page) -> bytes:
    """The page as WebP: the best that stays under 120 kB."""
    devtools = page.context.new_cdp_session(page)
    for quality in (90, 80, 70, 60):
        shot = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        picture = base64.b64decode(shot["data"])
        if len(picture) <= 120_000:
            break
    return picture


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_house(Path(folder), 60) as house,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=ARGUMENTS)
        for picture in PICTURES:
            page = new_page(browser)
            house.enter(page.context, picture.role)
            show(page, house, picture)
            (FOLDER / f"{picture.name}.webp").write_bytes(take(page))
            page.context.close()
        browser.close()
    for made in sorted(FOLDER.glob("*.webp")):
        print(f"{made.name:16} {made.stat().st_size // 1000:4} kB")


if __name__ == "__main__":
    main()
