"""What she comes to do, done in a real browser, in French, with each thing she does counted."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select, update

from app import create_app
from app.accounts.actions import invite
from app.accounts.models import Passkey, User, UserSession
from app.accounts.passwords import hashed
from app.accounts.sessions import cookie_name, fingerprint, new_session_row
from app.config import Settings
from app.db import db, now, reading, transaction
from app.people.actions import register
from app.people.models import Person
from app.testing import PASSWORD, _dispose, add_user
from plugins.support import actions
from plugins.support.models import Contact, Visit
from tests.browser.house import free_port, new_page, served
from tests.browser.journeys import SECRET, Her

NAMES = ("Hirondelle", "Mésange", "Fauvette")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Not a demo: a second factor is compulsory; its address is one that passkeys accept."""
    made = create_app(replace(settings, base_url=f"http://localhost:{free_port()}"))
    yield made
    _dispose(made)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with served(app, int(app.config["SETTINGS"].base_url.rsplit(":", 1)[-1])) as at:
        yield at


At = Callable[..., Her]


@pytest.fixture
def at(app: Flask, address: str, browser: Browser) -> Iterator[At]:
    """`at("support_worker")`: a browser in which somebody with this role is signed in; `at(None)`: nobody is."""
    opened: list[Page] = []

    def browse(role: str | None, *, confirmed: bool = True) -> Her:
        page = new_page(browser)
        opened.append(page)
        if role is not None:
            token = secrets.token_urlsafe(32)
            with app.app_context(), transaction():
                user = add_user("Demo Personne", role)
                user.language, user.totp_secret = "fr", SECRET
                session = new_session_row(fingerprint(token), user.id)
                session.confirmed_at = session.confirmed_at if confirmed else None
                db.session.add(session)
                for name in NAMES if role == "support_worker" else ():
                    her = register(user, kind="woman", pseudonym=name, first_contact=date(2026, 3, 2))
                    actions.open_file(user, her)
            page.context.add_cookies([{"name": cookie_name(app), "value": token, "url": address}])
        page.goto(address)
        return Her(page, address)

    yield browse
    for page in opened:
        complaints = [said for said in page.complaints if "Failed to load resource" not in said]  # type: ignore[attr-defined]
        page.context.close()
        assert complaints == []


def count(app: Flask, model: type) -> int:
    with app.app_context(), reading():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def code_now(secret: str = SECRET, *, later: int = 0) -> str:
    """What her app shows; a code is good once, so the next one is asked for with `later`."""
    return pyotp.TOTP(secret).at(now() + timedelta(seconds=30 * later))


# --- a contact, in three interactions at most ------------------------------------------------------------------------


def test_a_contact_is_logged_from_the_desk_in_three(app: Flask, at: At) -> None:
    her = at("support_worker")
    her.click("radio", "Hirondelle")
    her.write("En une ligne", "Veut visiter un logement jeudi.")
    her.press("Enter")
    her.sees("Contact noté.")
    her.sees("Veut visiter un logement jeudi.")
    assert her.done <= 3 and count(app, Contact) == 1


def test_a_contact_is_logged_from_her_page_in_three(app: Flask, at: At) -> None:
    her = at("support_worker")
    her.go("/people")
    her.page.get_by_role("link", name="Mésange").click()
    her.done = 0
    her.click("link", "Noter un contact", within="main")
    her.write("En une ligne", "Confirme lundi.")
    her.press("Enter")
    her.sees("Contact noté.")
    assert her.done <= 3 and count(app, Contact) == 1


def test_a_contact_is_logged_through_the_palette_in_three(app: Flask, at: At) -> None:
    """Look for her (Ctrl-K and the beginning of her name), choose, save."""
    her = at("support_worker")
    her.go("/account")
    her.page.keyboard.press("Control+k")
    her.page.keyboard.type("fauv")
    her.done = 1
    her.click("option", "Noter un contact avec")
    her.click("button", "Enregistrer le contact")
    her.sees("Contact noté.")
    expect(her.page.get_by_role("heading", name="Fauvette")).to_be_visible()
    assert her.done <= 3 and count(app, Contact) == 1


def test_a_contact_is_logged_with_the_keyboard_alone(app: Flask, at: At) -> None:
    """Tab and Enter, an arrow among the persons; where she is is always to be seen."""
    her = at("support_worker")
    go_to(her.page, "main a[href='/support/contact']")
    her.page.keyboard.press("Enter")
    her.page.wait_for_url("**/support/contact")
    go_to(her.page, "input[name=code]")
    her.page.keyboard.press("ArrowDown")
    go_to(her.page, "main button.main")
    her.page.keyboard.press("Enter")
    her.sees("Contact noté.")
    assert count(app, Contact) == 1


def go_to(page: Page, css: str) -> None:
    """Press Tab until it is there; each stop on the way can be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        seen, there = page.evaluate(
            """(css) => { const at = document.activeElement, ring = at.closest("label") || at;
               return [[at, ring].some((n) => getComputedStyle(n).outlineStyle !== "none"), at.matches(css)]; }""",
            css,
        )
        assert seen, page.evaluate("document.activeElement.outerHTML")
        if there:
            return
    raise AssertionError(f"{css} is not reached")


# --- a woman who comes for the first time; one who only passes -------------------------------------------------------


def test_she_is_registered_under_a_pseudonym_followed_and_first_heard(app: Flask, at: At) -> None:
    her = at("support_worker")
    her.click("link", "Inscrire une personne", within="main")
    her.write("Pseudonyme", "Sittelle Opale")
    her.click("button", "L’inscrire")
    her.click("button", "Ouvrir son dossier")
    her.sees("Son dossier est ouvert.")
    her.write("En une ligne", "Première rencontre.")
    her.press("Enter")
    her.sees("Contact noté.")
    expect(her.page.get_by_role("heading", name="Sittelle Opale")).to_be_visible()
    assert "Sittelle" not in her.page.title() + her.page.url  # D-CONF-11
    assert her.done <= 6 and count(app, Person) == len(NAMES) + 1


def test_a_visit_is_one_tap_and_so_is_taking_it_back(app: Flask, at: At) -> None:
    her = at("support_worker")
    her.click("button", "Une visite de plus")
    her.sees("Une visite comptée.")
    assert her.done == 1 and count(app, Visit) == 1
    her.click("button", "Retirer ma dernière")
    her.sees("Une visite retirée.")
    assert her.done == 2
    with app.app_context(), reading():
        assert db.session.scalar(select(func.sum(Visit.number)).where(Visit.undone.is_(False))) is None


# --- switched off while she works ------------------------------------------------------------------------------------


def test_a_service_goes_while_she_works_and_comes_back_whole(at: At) -> None:
    worker, coordinator = at("support_worker"), at("coordinator")
    worker.go("/support/visits")
    worker.click("button", "Une visite de plus")
    coordinator.go("/services/9")
    coordinator.click("button", "Désactiver", within="main")
    coordinator.sees("est désactivé")
    worker.click("button", "Une visite de plus")
    worker.sees("Ce service est désactivé pour l’instant.")
    worker.click("link", "Retour à la première page", within="main")
    expect(worker.page.get_by_role("link", name="Visites libres")).to_have_count(0)
    expect(worker.page.get_by_role("link", name="Dossiers").first).to_be_visible()
    coordinator.go("/services/9")
    coordinator.click("button", "Activer", within="main")
    worker.go("/support/visits")
    expect(worker.page.locator(".fig b")).to_have_text("1")


def test_a_plugin_goes_while_she_works_and_comes_back_whole(app: Flask, at: At) -> None:
    """The administrator confirms first that it is she; what she had pressed goes on from there."""
    worker, admin = at("support_worker"), at("administrator", confirmed=False)
    worker.click("radio", "Hirondelle")
    worker.write("En une ligne", "Prend des nouvelles.")
    worker.press("Enter")
    worker.sees("Contact noté.")
    file = worker.page.url.removeprefix(worker.address)
    admin.go("/plugins")
    switch = admin.page.locator("form[action*='/plugins/support/'] button")
    switch.click()
    admin.write("Code", code_now())
    admin.click("button", "Oui, c’est moi")
    admin.click("button", "Continuer")
    admin.page.wait_for_url("**/plugins")
    expect(switch).to_have_text("Activer")
    worker.click("button", "Enregistrer le contact")
    worker.sees("Ce service est désactivé pour l’instant.")
    worker.go("/")
    expect(worker.page.get_by_role("link", name="Dossiers")).to_have_count(0)
    switch.click()
    expect(switch).to_have_text("Désactiver")
    worker.go(file)
    worker.sees("Prend des nouvelles.")
    assert count(app, Contact) == 1


# --- the way in ------------------------------------------------------------------------------------------------------


def sign_in(her: Her, email: str, password: str = PASSWORD) -> None:
    her.write("Courriel", email)
    her.write("Mot de passe", password)
    her.click("button", "Se connecter")


def test_from_the_invitation_to_her_desk_with_an_app_then_with_a_recovery_code(app: Flask, at: At) -> None:
    with app.app_context(), transaction():
        _user, link = invite("Marie Exemple", "marie@example.org", by=None)
    her = at(None)
    her.go("/welcome/" + link.rsplit("/", 1)[-1])
    her.write("Nouveau mot de passe", PASSWORD)
    her.click("button", "Continuer")
    her.page.wait_for_url("**/second-factor")
    expect(her.page.get_by_role("button", name="Plus tard")).to_have_count(0)  # compulsory outside the demo
    secret = str(her.page.locator("#totp-key").text_content()).replace(" ", "")
    her.write("Code", code_now(secret))
    her.click("button", "Continuer")
    codes = her.page.locator(".codes code").all_inner_texts()
    her.click("link", "Je les ai gardés")
    expect(her.page.get_by_role("heading", name="Mon bureau")).to_be_visible()
    for answer in (code_now(secret, later=1), codes[0]):
        leave(her)
        sign_in(her, "marie@example.org")
        her.page.wait_for_url("**/sign-in/code**")
        her.go("/people")
        assert "/sign-in" in her.page.url  # half of the way in opens nothing
        her.go("/sign-in/code")
        her.write("Code", answer)
        her.click("button", "Se connecter")
        expect(her.page.get_by_role("heading", name="Mon bureau")).to_be_visible()
    leave(her)
    sign_in(her, "marie@example.org")
    her.write("Code", codes[0])
    her.click("button", "Se connecter")
    her.sees("Ce n’est pas le code du moment.")


def leave(her: Her) -> None:
    her.page.locator("details.pop summary").click()
    her.click("button", "Se déconnecter")
    expect(her.page.get_by_role("heading", name="Se connecter")).to_be_visible()


def test_a_passkey_from_the_invitation_then_the_passkey_alone(app: Flask, at: At) -> None:
    with app.app_context(), transaction():
        _user, link = invite("Marie Exemple", "marie@example.org", by=None)
    her = at(None)
    devtools = her.page.context.new_cdp_session(her.page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**key, "isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    her.go("/welcome/" + link.rsplit("/", 1)[-1])
    her.write("Nouveau mot de passe", PASSWORD)
    her.click("button", "Continuer")
    her.click("button", "Créer une clé d’accès")
    her.click("link", "Je les ai gardés")
    assert count(app, Passkey) == 1
    leave(her)
    her.done = 0
    her.click("button", "Utiliser une clé d’accès")
    expect(her.page.get_by_role("heading", name="Mon bureau")).to_be_visible()
    assert her.done == 1


def test_what_she_was_writing_waits_until_she_has_signed_in_again(app: Flask, at: At) -> None:
    her = at("support_worker")
    with app.app_context(), transaction():
        worker = db.session.scalars(select(User)).one()
        worker.password_hash = hashed(PASSWORD)
        email = worker.email
    her.click("radio", "Hirondelle")
    with app.app_context(), transaction():
        db.session.execute(update(UserSession).values(seen_at=now() - timedelta(minutes=31)))
    her.write("En une ligne", "A trouvé un logement.")
    her.press("Enter")
    her.page.wait_for_url("**/sign-in**")
    assert "logement" not in her.page.content() and count(app, Contact) == 0
    sign_in(her, email)
    her.write("Code", code_now())
    her.click("button", "Se connecter")
    her.sees("A trouvé un logement.")
    her.click("button", "Envoyer maintenant")
    her.sees("Contact noté.")
    her.sees("A trouvé un logement.")
    assert count(app, Contact) == 1


def test_quick_exit_in_one_tap_from_a_file_and_a_closed_session_behind_it(app: Flask, at: At) -> None:
    her = at("support_worker")
    her.click("link", "Hirondelle", within="main")
    file = her.page.url.removeprefix(her.address)
    her.done = 0
    her.click("button", "Quitter vite")
    her.page.wait_for_url("https://fr.wikipedia.org/")
    assert her.done == 1
    for _ in range(100):
        if count(app, UserSession) == 0:  # it is closed behind her, while she is elsewhere already
            break
        her.page.wait_for_timeout(20)
    her.go(file)
    assert "/sign-in" in her.page.url and "Hirondelle" not in her.page.content()
