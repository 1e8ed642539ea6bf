"""A link that takes a second factor away takes two people: one asks, another releases it and alone is shown it.

An administrator never sees content (DOMAIN section 8): with such a link she would be any colleague.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.accounts import actions, queries
from app.accounts.models import Invitation, User
from app.accounts.sessions import fingerprint
from app.config import Settings
from app.db import db, now, reading, transaction
from app.errors import Conflict, NotAllowed
from app.journal.models import JournalEntry
from app.testing import PASSWORD, Browser, SignIn, add_user
from app.work.models import OutboxMail
from tests.accounts.conftest import SECRET, code
from tests.accounts.test_invitation import NEW, invited, secret_of

PREFIX = "http://localhost:8000"
People = dict[str, str]


@pytest.fixture
def people(app: Flask, marie: User) -> People:
    """Marie, two administrators, a privacy officer, a coordinator, by their uids."""
    roles = {"ada": "administrator", "bea": "administrator", "pia": "privacy_officer", "zoe": "coordinator"}
    with app.app_context(), transaction():
        made = {name: add_user(f"{name.title()} Exemple", role).uid for name, role in roles.items()}
    return {"marie": marie.uid, **made}


def ask(people: People, by: str = "ada", to: str = "marie") -> None:
    with transaction():
        actions.ask_afresh(queries.by_uid(people[to]), by=queries.by_uid(people[by]))


def release(people: People, by: str, to: str = "marie") -> str:
    with transaction():
        link = actions.release_afresh(queries.by_uid(people[to]), by=queries.by_uid(people[by]))
    return link.removeprefix(PREFIX)


def journaled() -> list[tuple[str, str | None, str | None]]:
    e = JournalEntry
    rows = db.session.execute(select(e.action, e.actor, e.subject).order_by(e.seq)).all()
    return [(row.action, row.actor, row.subject) for row in rows if "afresh" in row.action]


def test_one_asks_another_releases_and_her_lost_factor_is_gone(app: Flask, people: People) -> None:
    with app.app_context():
        ask(people)
        path = release(people, "bea")
        with reading():
            assert journaled() == [
                ("accounts.afresh_asked", people["ada"], people["marie"]),
                ("accounts.afresh_released", people["bea"], people["marie"]),
            ]
    browser: Browser = app.test_client()  # type: ignore[assignment]
    assert browser.send(path, {"new": NEW}).location == f"{path}/second-factor"
    with app.app_context(), reading():
        assert queries.by_uid(people["marie"]).totp_secret == SECRET  # until the new one is there
    done = browser.send(f"{path}/second-factor", {"code": code(secret_of(path, app))})
    assert done.status_code == 200
    with app.app_context(), reading():
        assert queries.by_uid(people["marie"]).totp_secret == secret_of(path, app)


def test_a_link_of_one_person_never_takes_the_factor_away(app: Flask, people: People) -> None:
    with app.app_context(), transaction():
        actions.new_link(queries.by_uid(people["marie"]), by=queries.by_uid(people["ada"]))
        assert [link.afresh for link in db.session.scalars(select(Invitation))] == [False]


def test_nor_where_there_is_no_factor_to_keep(app: Flask, people: People) -> None:
    with app.app_context():
        with transaction():
            queries.by_uid(people["marie"]).totp_secret = None
        with pytest.raises(NotAllowed), transaction():
            actions.new_link(queries.by_uid(people["marie"]), by=queries.by_uid(people["ada"]))


def test_what_was_asked_opens_nothing_until_it_is_released(app: Flask, people: People) -> None:
    """Nobody knows the token of the row: who asked is shown nothing."""
    with app.app_context():
        ask(people)
        with reading():
            [waiting] = db.session.scalars(select(Invitation))
            asked = waiting.token_hash
        release(people, "bea")
        with reading():
            [released] = db.session.scalars(select(Invitation))
            assert released.token_hash != asked


def test_never_who_asked_nor_she_herself_nor_who_may_not_approve(app: Flask, people: People) -> None:
    with app.app_context():
        ask(people)
        for by in ("ada", "zoe", "marie"):
            with pytest.raises(NotAllowed):
                release(people, by)
        with transaction():
            queries.by_uid(people["bea"]).password_hash = "x"
        ask(people, "ada", "bea")
        with pytest.raises(NotAllowed):
            release(people, "bea", "bea")
        for by in ("pia", "zoe", "marie"):
            with pytest.raises(NotAllowed):
                ask(people, by)
        with pytest.raises(NotAllowed):
            ask(people, "ada", "ada")


def test_asking_again_does_not_make_another_the_first(app: Flask, people: People) -> None:
    """Ada asks, Béa asks too: each may release only what the other asked."""
    with app.app_context():
        ask(people, "ada")
        ask(people, "bea")
        with pytest.raises(NotAllowed):
            release(people, "bea")
        assert release(people, "ada")


def test_never_two_of_whom_one_let_the_other_in_lately(app: Flask, people: People) -> None:
    """She could sit behind both: she opened the account that would release."""
    with app.app_context():
        with transaction():
            ada, bea = queries.by_uid(people["ada"]), queries.by_uid(people["bea"])
            row = Invitation(token_hash=fingerprint("x"), user_id=bea.id, until=now(), afresh=True, used_at=now())
            row.invited_by = ada.id
            db.session.add(row)
        ask(people)
        with pytest.raises(NotAllowed):
            release(people, "bea")
        assert release(people, "pia")


def test_the_database_itself_refuses_one_person_for_both(app: Flask, people: People) -> None:
    with app.app_context():
        ask(people)
        with reading():
            ids = [queries.by_uid(people[name]).id for name in ("ada", "marie")]
        for number in ids:
            with pytest.raises(IntegrityError), transaction():
                db.session.execute(update(Invitation).values(invited_by=number))


def test_it_is_released_once_and_within_seven_days(app: Flask, people: People) -> None:
    with app.app_context():
        ask(people)
        with time_machine.travel(now() + timedelta(days=7, minutes=1)), pytest.raises(Conflict):
            release(people, "bea")
        release(people, "bea")
        with pytest.raises(Conflict):
            release(people, "pia")


def test_a_link_that_keeps_the_factor_sets_aside_what_was_asked(app: Flask, people: People) -> None:
    with app.app_context():
        ask(people)
        with transaction():
            actions.new_link(queries.by_uid(people["marie"]), by=queries.by_uid(people["ada"]))
        with pytest.raises(Conflict):
            release(people, "bea")


def test_a_disabled_account_is_let_in_by_nobody(app: Flask, people: People) -> None:
    with app.app_context():
        ask(people)
        with transaction():
            actions.disable(queries.by_uid(people["marie"]), by=None)
        with pytest.raises(Conflict):
            release(people, "bea")
        with pytest.raises(Conflict):
            ask(people)


def test_who_has_not_joined_yet_has_no_factor_to_lose(app: Flask, people: People) -> None:
    invited(app)
    with app.app_context():
        with reading():
            lou = queries.by_email("lou@example.org")
            assert lou is not None
        with pytest.raises(Conflict):
            ask({**people, "lou": lou.uid}, "ada", "lou")


def test_she_is_told_by_mail_at_both_steps(settings: Settings, app: Flask, people: People) -> None:
    from dataclasses import replace

    app.config["SETTINGS"] = replace(settings, mail_host="mail.example.org")
    with app.app_context():
        for step in (lambda: ask(people), lambda: release(people, "bea")):
            with transaction():
                db.session.execute(OutboxMail.__table__.delete())  # type: ignore[attr-defined]
            step()
            with reading():
                [mail] = db.session.scalars(select(OutboxMail))
                assert mail.recipient == "marie@example.org" and "not you" in mail.text
                assert "Exemple" not in mail.text and "/welcome/" not in mail.text


def test_she_is_told_when_she_signs_in(app: Flask, people: People) -> None:
    app.test_client_class = Browser
    browser: Browser = app.test_client()  # type: ignore[assignment]

    def enters() -> str:
        browser.send("/sign-in", {"email": "marie@example.org", "password": PASSWORD})
        assert browser.send("/sign-in/code", {"code": code(SECRET)}).status_code == 302
        return str(browser.get("/account").text)

    assert "takes your second factor away" not in enters()
    browser.send("/sign-out", seen="/account")
    with app.app_context():
        ask(people)
    with time_machine.travel(now() + timedelta(seconds=60)):
        assert "takes your second factor away" in enters()


def test_on_screen_only_the_second_person_is_shown_the_link(app: Flask, people: People, signed_in: SignIn) -> None:
    with app.app_context(), reading():
        users = {name: queries.by_uid(uid) for name, uid in people.items()}
        db.session.expunge_all()
    ada, bea, zoe = (signed_in(users[name]) for name in ("ada", "bea", "zoe"))
    page = f"/accounts/{people['marie']}"
    asked = ada.send(f"{page}/link", {"afresh": "1"}, seen=page)
    assert asked.status_code == 302 and "/welcome/" not in asked.text
    assert "/release" not in ada.get(page).text and "/welcome/" not in ada.get(page).text
    assert people["marie"] in bea.get("/accounts").text.split("Roles today")[0]
    assert "/release" not in zoe.get(page).text
    assert ada.send(f"{page}/release", seen=page).status_code == 403
    assert zoe.send(f"{page}/release", seen=page).status_code == 403
    assert "/release" in bea.get(page).text
    shown = bea.send(f"{page}/release", seen=page)
    assert shown.status_code == 200 and "/welcome/" in shown.text
    assert "/release" not in bea.get(page).text


def test_the_command_is_no_way_round(app: Flask, people: People) -> None:
    run = app.test_cli_runner()
    assert run.invoke(args=["user", "invite", "marie@example.org", "--afresh"]).exit_code == 2
    assert "/welcome/" in run.invoke(args=["user", "invite", "marie@example.org"]).output
    with app.app_context(), reading():
        assert [link.afresh for link in db.session.scalars(select(Invitation))] == [False]
    with app.app_context(), transaction():
        queries.by_uid(people["marie"]).totp_secret = None
    answer = run.invoke(args=["user", "invite", "marie@example.org"])
    assert answer.exit_code != 0 and "/welcome/" not in answer.output
