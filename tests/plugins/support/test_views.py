"""The pages, through a real client: who sees what, what is kept when a form is refused, what a switch does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.catalogue.models import Service
from app.db import db
from app.plugins import switch
from app.testing import SignIn
from app.web.times import today
from plugins.support import actions, queries
from plugins.support.models import Contact
from tests.plugins.support.conftest import LINE, House, opened, who

OPEN = {"how": "phone", "kind": "listening", "line": LINE}


@pytest.fixture
def day() -> dict[str, str]:
    """A contact as the form sends it."""
    return {**OPEN, "day": today().isoformat()}


def client(house: House, signed_in: SignIn, role: str):  # type: ignore[no-untyped-def]
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


def contacts(house: House) -> int:
    with house.reading():
        return db.session.scalar(select(func.count(Contact.id))) or 0


def test_a_worker_logs_a_contact_on_the_file_and_sees_it(house: House, signed_in: SignIn, day: dict[str, str]) -> None:
    browser = client(house, signed_in, "worker")
    page = f"/support/files/{house.code}"
    answer = browser.send(f"{page}/contacts", day, seen=page)
    assert (answer.status_code, answer.location) == (303, page)
    assert LINE in browser.get(page).text


def test_d_conf_11_no_name_in_title_or_address(house: House, signed_in: SignIn) -> None:
    page = client(house, signed_in, "worker").get(f"/support/files/{house.code}").text
    title = page[page.index("<title>") : page.index("</title>")]
    assert house.code in title and "Hirondelle" not in title and "Hirondelle" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"how": "pigeon"}, "how"),
        ({"day": "2031-01-01"}, "day"),
        ({"day": "hier"}, "day"),
        ({"minutes": "beaucoup"}, "minutes"),
        ({"minutes": "0"}, "minutes"),
        ({"line": "NAS 046 454 286"}, "line"),
        ({"line": "x" * 300}, "line"),
    ],
)
def test_a_refused_contact_keeps_what_was_typed(
    house: House, signed_in: SignIn, day: dict[str, str], wrong: dict[str, str], said: str
) -> None:
    browser = client(house, signed_in, "worker")
    page = f"/support/files/{house.code}"
    for path, seen, more in ((f"{page}/contacts", page, {}), ("/support/contact", None, {"code": house.code})):
        answer = browser.send(path, {**day, **wrong, **more}, seen=seen)
        assert answer.status_code == 422
        assert f'href="#{said}"' in answer.text and f'id="{said}-err"' in answer.text
        if said != "how":
            assert str(wrong[said]) in answer.text
        if said != "line":
            assert LINE in answer.text
    assert contacts(house) == 0


def test_a_contact_with_nobody_chosen_says_so(house: House, signed_in: SignIn, day: dict[str, str]) -> None:
    answer = client(house, signed_in, "worker").send("/support/contact", day)
    assert answer.status_code == 422 and LINE in answer.text and 'href="#code"' in answer.text


def test_the_search_finds_those_she_follows_and_nobody_else(house: House, signed_in: SignIn) -> None:
    with house.writing():
        foreign = opened(who(house.other), "Hirondelle Autre")
    browser = client(house, signed_in, "worker")
    for typed in ("hiron", house.code[:3].lower(), ""):
        answer = browser.send("/support/contact/who", {"q": typed}, seen="/support/contact")
        assert house.code in answer.text and foreign not in answer.text, typed
    assert (
        "checked"
        in browser.post(
            "/support/contact/who", data={"q": "hiron"}, headers={"HX-Request": "true", "X-CSRFToken": token(browser)}
        ).text
    )
    assert house.code not in browser.send("/support/files", {"q": "zzz"}, seen="/support/files").text


def token(browser) -> str:  # type: ignore[no-untyped-def]
    return browser._token.search(browser.get("/support/contact").text)[1]


PAGES = (
    "/support/files",
    "/support/contact",
    "/support/anonymous",
    "/support/visits",
    "/support/assignments",
    "/support/accompanied",
)
MAY = {
    "worker": {"/support/files", "/support/contact", "/support/anonymous", "/support/visits"},
    "peer": {"/support/anonymous", "/support/visits", "/support/accompanied"},
    "coordinator": {"/support/anonymous", "/support/visits", "/support/assignments"},
    "administrator": set(),
}  # fmt: skip


@pytest.mark.parametrize("role", MAY)
def test_each_role_reaches_its_pages_and_no_other(house: House, signed_in: SignIn, role: str) -> None:
    browser = client(house, signed_in, role)
    for page in PAGES:
        assert browser.get(page).status_code == (200 if page in MAY[role] else 403), page


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_nobody_else_reaches_a_file_nor_a_contact(
    house: House, signed_in: SignIn, day: dict[str, str], role: str
) -> None:
    with house.writing():
        worker = who(house.worker)
        file = queries.file_or_404(house.code, worker)
        uid = actions.log_contact(worker, file, kind="support", how="text", day=today(), minutes=None, line=LINE).uid
    browser = client(house, signed_in, role)
    page = f"/support/files/{house.code}"
    for path in (page, f"/support/contacts/{uid}/correct"):
        answer = browser.get(path)
        assert answer.status_code in (403, 404) and LINE not in answer.text and "Hirondelle" not in answer.text
    for path in ("contacts", "next-step", "reassessed", "close", "reopen"):
        assert browser.send(f"{page}/{path}", {**day, "version": "1"}, seen="/").status_code in (403, 404), path
    for path in (f"/support/persons/{house.code}/file", f"/support/contacts/{uid}/correct"):
        assert browser.send(path, day, seen="/").status_code in (403, 404), path
    assert browser.send("/support/contact", {**day, "code": house.code}, seen="/").status_code in (403, 404)
    assert contacts(house) == 1


def test_the_coordinators_page_holds_codes_and_workload_no_name_no_content(house: House, signed_in: SignIn) -> None:
    browser = client(house, signed_in, "coordinator")
    page = browser.get("/support/assignments").text
    assert house.code in page and "Intervenante Une" in page and "Hirondelle" not in page
    with house.reading():
        to = who(house.other).uid
    answer = browser.send("/support/assignments", {"ids": house.code, "to": to})
    assert answer.status_code == 303
    assert client(house, signed_in, "other").get(f"/support/files/{house.code}").status_code == 200


def test_a_woman_comes_back_and_her_file_is_reopened(house: House, signed_in: SignIn, day: dict[str, str]) -> None:
    browser = client(house, signed_in, "worker")
    page = f"/support/files/{house.code}"
    browser.send(f"{page}/close", seen=page)
    assert house.code in browser.get("/support/files?closed=1").text
    assert browser.send(f"{page}/contacts", day, seen=page).status_code == 409
    browser.send(f"{page}/reopen", seen=page)
    assert browser.send(f"{page}/contacts", day, seen=page).status_code == 303


def test_a_step_set_meanwhile_is_shown_and_what_was_typed_stays(house: House, signed_in: SignIn) -> None:
    browser = client(house, signed_in, "worker")
    page = f"/support/files/{house.code}"
    soon, later = ((today() + timedelta(days=n)).isoformat() for n in (2, 9))
    sent = {"step": "call", "on": soon, "line": "la première", "version": "1"}
    assert browser.send(f"{page}/next-step", sent, seen=page).status_code == 303
    answer = browser.send(f"{page}/next-step", {**sent, "on": later, "line": "la seconde"}, seen=page)
    assert answer.status_code == 409 and "la première" in answer.text and "la seconde" in answer.text
    assert 'name="version" value="2"' in answer.text
    again = browser.send(f"{page}/next-step", {**sent, "line": "la seconde", "version": "2"}, seen=page)
    assert again.status_code == 303
    assert browser.send(f"{page}/next-step", {"done": "1", "version": "3"}, seen=page).status_code == 303
    assert "la seconde" not in browser.get(page).text


def test_one_tap_counts_a_visit_and_one_takes_it_back(house: House, signed_in: SignIn) -> None:
    browser = client(house, signed_in, "peer")
    assert browser.send("/support/visits", {"number": "1"}).status_code == 303
    assert ">1</b>" in browser.get("/support/visits").text
    assert browser.send("/support/visits", {"number": "1000"}).status_code == 422
    assert browser.send("/support/visits/undo", seen="/support/visits").status_code == 303
    assert browser.send("/support/visits/undo", seen="/support/visits").status_code == 409


def test_one_click_opens_a_file_from_her_page(house: House, signed_in: SignIn) -> None:
    from app.people.actions import register

    with house.writing():
        code = register(who(house.worker), kind="woman", first_contact=today()).code
    browser = client(house, signed_in, "worker")
    assert f"/support/persons/{code}/file" in browser.get(f"/people/{code}").text
    answer = browser.send(f"/support/persons/{code}/file", seen=f"/people/{code}")
    assert answer.location == f"/support/files/{code}"
    assert f"/support/files/{code}" in browser.get(f"/people/{code}").text


def test_a_peer_sees_no_follow_up_panel(house: House, signed_in: SignIn) -> None:
    with house.writing():
        actions.assign(who(house.coordinator), queries.file_by_code(house.code), who(house.peer))
    browser = client(house, signed_in, "peer")
    assert house.code in browser.get("/support/accompanied").text
    page = browser.get(f"/people/{house.code}")
    assert page.status_code == 200 and "/support/files" not in page.text


@pytest.mark.parametrize(
    ("numbers", "gone", "stays"),
    [((1, 8), "/support/files", "/support/visits"), ((9,), "/support/visits", "/support/files")],
)
def test_a_service_that_is_off_is_gone_while_people_work(
    house: House, signed_in: SignIn, numbers: tuple[int, ...], gone: str, stays: str
) -> None:
    browser = client(house, signed_in, "worker")
    assert browser.get(gone).status_code == 200
    with house.writing():
        for number in numbers:
            db.session.get_one(Service, number).enabled = False
    assert browser.get(gone).status_code == 404 and browser.get(stays).status_code == 200
    assert f'href="{gone}"' not in browser.get("/").text
    assert browser.post(gone).status_code in (400, 404)
    with house.writing():
        for number in numbers:
            db.session.get_one(Service, number).enabled = True
    assert browser.get(gone).status_code == 200


def test_a_plugin_that_is_off_is_gone_whole_and_comes_back_with_everything(house: House, signed_in: SignIn) -> None:
    browser = client(house, signed_in, "worker")
    with house.writing():
        switch("support", on=False, by=None)
    assert browser.get(f"/support/files/{house.code}").status_code == 404
    assert "/support/" not in browser.get("/").text
    assert "/support/" not in browser.get(f"/people/{house.code}").text
    with house.writing():
        switch("support", on=True, by=None)
    assert browser.get(f"/support/files/{house.code}").status_code == 200


@pytest.mark.parametrize("mark", ["2026-11-23.99999999999999999999", "2026-13-40.1", "x", "%00", "2026-11-23.1"])
def test_a_made_up_page_mark_is_no_crash(house: House, signed_in: SignIn, mark: str) -> None:
    browser = client(house, signed_in, "worker")
    told = 400 if mark == "%00" else 200  # a letter that PostgreSQL does not take is refused for every page
    assert browser.get(f"/support/files?after={mark}").status_code == told
    assert browser.get(f"/support/files/{house.code}?before={mark}").status_code == told
