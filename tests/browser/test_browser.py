"""The tools of this folder work, and axe-core sees a fault when there is one."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PAGE = "<!doctype html><html lang=fr><title>Bonjour</title><main><h1>Bonjour</h1>{}</main></html>"


def violations(browser: Browser, html: str) -> list[str]:
    page = browser.new_page()
    page.set_content(html)
    page.add_script_tag(path=AXE)
    found = [violation["id"] for violation in page.evaluate("axe.run()")["violations"]]
    page.close()
    return found


def test_axe_accepts_a_plain_page(browser: Browser) -> None:
    assert violations(browser, PAGE.format("<p>Bienvenue.</p>")) == []


def test_axe_refuses_an_image_without_text(browser: Browser) -> None:
    assert violations(browser, PAGE.format("<img src='data:,'>")) == ["image-alt"]
