"""One-time links, the first administrators, the commands."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from app.accounts import actions, factors, queries
from app.accounts.models import Attempt, Invitation, User
from app.accounts.sessions import fingerprint
from app.db import db, now, reading, transaction
from app.errors import Conflict, NotAllowed
from app.testing import PASSWORD, Browser, SignIn, add_user
from app.web.times import today
from tests.accounts.conftest import SECRET, code

NEW = "quatre bateaux sans voile"


def invited(app: Flask, email: str = "lou@example.org") -> tuple[Browser, str]:
    app.test_client_class = Browser
    with app.app_context(), transaction():
        _user, link = actions.invite("Lou Exemple", email, by=None)
    return app.test_client(), link.removeprefix("http://localhost:8000")  # type: ignore[return-value]


def secret_of(path: str, app: Flask) -> str:
    with app.app_context():
        return factors.totp_secret_for(fingerprint(path.rsplit("/", 1)[-1]))


def test_password_then_second_factor_then_codes_shown_once(app: Flask) -> None:
    browser, path = invited(app)
    assert "Lou Exemple" in browser.get(path).text
    assert browser.send(path, {"new": NEW}).location == f"{path}/second-factor"
    page = browser.get(f"{path}/second-factor").text
    assert secret_of(path, app) in page and "<svg" in page and "style=" not in page
    done = browser.send(f"{path}/second-factor", {"code": code(secret_of(path, app))})
    assert done.status_code == 200 and done.text.count('class="code-big"') == 10
    assert browser.get("/account").status_code == 200
    other: Browser = app.test_client()  # type: ignore[assignment]
    assert other.get(path).status_code == 404  # one time
    other.send("/sign-in", {"email": "lou@example.org", "password": NEW})
    with time_machine.travel(now() + timedelta(seconds=60)):
        assert other.send("/sign-in/code", {"code": code(secret_of(path, app))}).status_code == 302


def test_a_form_of_the_page_with_the_codes_can_be_sent(app: Flask) -> None:
    browser, path = invited(app)
    browser.send(path, {"new": NEW})
    done = browser.send(f"{path}/second-factor", {"code": code(secret_of(path, app))})
    token = Browser._token.search(done.text)
    assert token and browser.post("/sign-out", data={"csrf_token": token[1]}).status_code == 302


def test_the_second_factor_is_compulsory_outside_the_demo(app: Flask) -> None:
    browser, path = invited(app)
    browser.send(path, {"new": NEW})
    for attempt in ({"later": "1"}, {"code": "000000"}, {"credential": "{}"}, {}):
        assert browser.send(f"{path}/second-factor", attempt).status_code == 422
    assert browser.get("/account").status_code == 302
    browser.send("/sign-in", {"email": "lou@example.org", "password": NEW})
    assert browser.get("/account").status_code == 302  # the password alone does not hold yet
    with app.app_context(), reading():
        assert db.session.scalars(select(User.password_hash)).one() is None


def test_in_the_demo_it_can_wait(demo: Flask) -> None:
    browser, path = invited(demo)
    browser.send(path, {"new": NEW})
    assert browser.send(f"{path}/second-factor", {"later": "1"}).location == "/"
    assert browser.get("/account").status_code == 200


def test_the_second_screen_cannot_come_first(app: Flask) -> None:
    browser, path = invited(app)
    assert browser.get(f"{path}/second-factor").location == path


def test_a_weak_password_is_refused_at_the_field(app: Flask) -> None:
    browser, path = invited(app)
    for weak in ("short", "password1234", "i am lou@example.org", "exemple de phrase"):
        answer = browser.send(path, {"new": weak})
        assert answer.status_code == 422 and 'id="new-err"' in answer.text


def test_links_end_after_seven_days_and_when_another_is_made(app: Flask) -> None:
    browser, path = invited(app)
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        assert browser.get(path).status_code == 404
    with app.app_context(), transaction():
        user = queries.by_email("lou@example.org")
        assert user is not None
        uid, second = user.uid, actions.new_link(user, by=None).removeprefix("http://localhost:8000")
    assert browser.get(path).status_code == 404
    assert browser.get(second).status_code == 200
    with app.app_context(), transaction():
        actions.disable(queries.by_uid(uid), by=None)
    assert browser.get(second).status_code == 404


def test_a_link_is_not_kept_in_clear(app: Flask) -> None:
    _browser, path = invited(app)
    with app.app_context(), reading():
        row = db.session.scalars(select(Invitation)).one()
        assert path.rsplit("/", 1)[-1] not in str(vars(row))


def test_two_uses_at_once_count_once(app: Flask) -> None:
    _browser, _path = invited(app)
    with app.app_context(), transaction():
        link, user = db.session.scalars(select(Invitation)).one(), queries.by_email("lou@example.org")
        assert user is not None
        db.session.execute(update(Invitation).values(used_at=now()), execution_options={"synchronize_session": False})
        with pytest.raises(Conflict):
            actions.accept(link, user)


def test_a_new_link_keeps_the_second_factor(app: Flask, marie: User, signed_in: SignIn) -> None:
    """An administrator alone cannot become somebody else: the link asks for a password, then her app is asked for."""
    admin = signed_in("administrator")
    elsewhere = signed_in(marie)
    page = admin.send(f"/accounts/{marie.uid}/link", seen=f"/accounts/{marie.uid}").text
    path = page.split("http://localhost:8000")[1].split("<")[0]
    browser: Browser = app.test_client()  # type: ignore[assignment]
    assert browser.send(path, {"new": NEW}).location == "/sign-in"
    assert browser.get("/account").status_code == 302
    assert elsewhere.get("/account").status_code == 302  # her sessions ended
    assert browser.send("/sign-in", {"email": "marie@example.org", "password": PASSWORD}).status_code == 422
    assert browser.send("/sign-in", {"email": "marie@example.org", "password": NEW}).location.startswith(
        "/sign-in/code"
    )
    assert browser.send("/sign-in/code", {"code": code(SECRET)}).status_code == 302


def test_who_may_invite_and_what_she_may_not_do(context: Flask) -> None:
    with transaction():
        ada, worker = add_user("Ada Exemple", "administrator").uid, add_user("Zoé Exemple", "coordinator").uid
    with pytest.raises(NotAllowed), transaction():
        actions.invite("Lou", "lou@example.org", by=queries.by_uid(worker))
    with pytest.raises(NotAllowed), transaction():
        actions.new_link(queries.by_uid(ada), by=queries.by_uid(worker))
    with pytest.raises(NotAllowed), transaction():
        actions.new_link(queries.by_uid(ada), by=queries.by_uid(ada))
    with pytest.raises(actions.OwnAccount), transaction():
        actions.disable(queries.by_uid(ada), by=queries.by_uid(ada))
    with transaction():
        actions.invite("Lou", "Lou@Example.org", by=queries.by_uid(ada))
    with pytest.raises(actions.AddressTaken), transaction():
        actions.invite("Lou", "lou@example.org", by=queries.by_uid(ada))


def test_inviting_on_screen(app: Flask, signed_in: SignIn) -> None:
    admin = signed_in("administrator")
    form = {"name": "Lou Exemple", "email": "lou@example.org", "language": "en"}
    page = admin.send("/accounts/invite", form)
    assert page.status_code == 200 and "/welcome/" in page.text
    again = admin.send("/accounts/invite", form)
    assert again.status_code == 422 and 'value="Lou Exemple"' in again.text and 'id="email-err"' in again.text
    assert admin.send("/accounts/invite", form | {"email": "not an address"}).status_code == 422
    assert signed_in("support_worker").get("/accounts").status_code == 403


def test_the_first_two_administrators_and_only_they(context: Flask) -> None:
    people = [("Ada Exemple", "ada@example.org"), ("Béa Exemple", "bea@example.org")]
    with pytest.raises(Conflict), transaction():
        actions.invite_first_administrators(people[:1])
    with pytest.raises(Conflict), transaction():
        actions.invite_first_administrators([people[0], ("Ada again", people[0][1])])
    with transaction():
        links = actions.invite_first_administrators(people)
    assert [link.startswith("http://localhost:8000/welcome/") for link in links] == [True, True]
    with reading():
        ada = queries.by_email("ada@example.org")
        assert ada is not None and ada.role_names == {"administrator"}
        assert ada.roles[0].until <= today() + timedelta(days=366)
    with pytest.raises(Conflict), transaction():
        actions.invite_first_administrators([("Zoé", "zoe@example.org"), ("Lou", "lou@example.org")])


def test_commands(app: Flask) -> None:
    run = app.test_cli_runner()
    assert run.invoke(args=["user", "invite", "lou@example.org"]).exit_code == 2
    link = run.invoke(args=["user", "invite", "lou@example.org", "--name", "Lou Exemple"]).output
    assert "/welcome/" in link
    assert run.invoke(args=["user", "invite", "lou@example.org"]).output != link
    assert "no role" in run.invoke(args=["user", "list"]).output
    assert run.invoke(args=["user", "disable", "lou@example.org"]).output == "Disabled.\n"
    assert "disabled" in run.invoke(args=["user", "list"]).output
    assert run.invoke(args=["user", "disable", "nobody@example.org"]).exit_code == 2


def test_the_daily_sweep_forgets_old_tries_and_links(app: Flask) -> None:
    browser, path = invited(app)
    browser.send("/sign-in", {"email": "lou@example.org", "password": "not her password"})
    for days, expected in ((0, (2, 1)), (1, (0, 1)), (15, (0, 0))):
        with time_machine.travel(now() + timedelta(days=days)), app.app_context(), transaction():
            actions.sweep()
            left = [len(db.session.scalars(select(model.id)).all()) for model in (Attempt, Invitation)]
            assert tuple(left) == expected
    assert browser.get(path).status_code == 404
