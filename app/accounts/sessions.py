"""Server-side sessions: idle and absolute limits, a disabled account out at its next request.

The cookie holds a random token; the table holds its fingerprint. Flask's own session (flash messages, the CSRF token)
is a column of the same row, so that it too ends with the session.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, redirect, request, url_for
from flask.sessions import SecureCookieSession, SessionInterface
from flask_login import LoginManager
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.models import User, UserSession
from app.db import db, new_uid, now, unit, write_lock
from app.journal import record

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
TOUCH = timedelta(seconds=60)  # how precisely "last seen" is kept


class Session(SecureCookieSession):
    """Flask's session, filled from the database once the request's unit of work has begun."""


class ServerSessions(SessionInterface):
    """An empty session until `load_session`; never written to the cookie."""

    def open_session(self, app: Flask, request: Request) -> Session:
        return Session()

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """The row is written by `save_session` below, before the unit of work ends; nothing is left to do."""


_WHO = (
    select(UserSession, User)
    .outerjoin(User, User.id == UserSession.user_id)
    .options(joinedload(User.roles))
    .where(UserSession.token_hash == bindparam("token_hash"))
)


def cookie_name(app: Flask) -> str:
    return "__Host-intranet" if app.config["SETTINGS"].secure else "intranet"


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def load_session() -> None:
    """Before each request: who is it? One query for session, user and roles."""
    from flask import session

    g.account, g.account_session, g.session_token = None, None, None
    token = request.cookies.get(cookie_name(current_app), "")
    if not token:
        return
    row = db.session.execute(_WHO, {"token_hash": fingerprint(token)}).unique().first()
    if row is None:
        return
    found: UserSession = row[0]
    user: User | None = row[1]
    if _over(found, now()):
        earlier = json.loads(found.data).get("ran_out_for")
        if owner := user.id if user is not None and user.is_active else earlier:
            session["ran_out_for"] = owner  # what she is sending waits for her: see app.web.drafts
        return
    g.account_session, g.session_token = found, token
    session.update(json.loads(found.data))
    session.modified = False
    if user is not None and user.is_active:
        g.account = user


def _over(found: UserSession, moment: datetime) -> bool:
    return moment - found.seen_at > IDLE or moment - found.created_at > ABSOLUTE


def save_session(response: BaseResponse) -> BaseResponse:
    """Before the unit of work ends: keep what changed in the session, and that she was here."""
    from flask import session

    found: UserSession | None = g.get("account_session")
    changed = session.modified
    if found is None and not (changed and session):
        return response
    if found is None:
        found = start_session(None)
    touched = now() - found.seen_at > TOUCH
    if changed or touched or found in db.session.new:
        values = {"seen_at": now(), "data": json.dumps(dict(session))}
        if unit().write and response.status_code < 400:
            for name, value in values.items():
                setattr(found, name, value)
        else:
            _save_afterwards(found, values)
    if g.get("new_token"):
        set_cookie(response, g.new_token)
    return response


def _save_afterwards(found: UserSession, values: dict[str, Any]) -> None:
    """In a unit of work of its own. A session that is new is nobody's: a sign-in that failed signs nobody in."""
    hashed, device, fresh = found.token_hash, found.device, found in db.session.new
    if fresh:
        db.session.expunge(found)

    def write() -> None:
        if fresh:
            db.session.add(row := new_session_row(hashed, None))
            row.device, row.data = device, values["data"]
        else:
            db.session.execute(update(UserSession).where(UserSession.token_hash == hashed).values(**values))

    unit().later.append(write)


def start_session(user: User | None) -> UserSession:
    """A new session with a new token; what was there before is left behind (no fixation)."""
    token = secrets.token_urlsafe(32)
    found = new_session_row(fingerprint(token), user.id if user else None)
    found.device = device()
    db.session.add(found)
    g.account_session, g.new_token = found, token
    return found


def new_session_row(token_hash: str, user_id: int | None) -> UserSession:
    moment = now()
    return UserSession(
        token_hash=token_hash, uid=new_uid(), user_id=user_id, created_at=moment, seen_at=moment, confirmed_at=moment
    )


def sign_in(user: User) -> None:
    """Begin her session, once she has shown both factors."""
    end_session()
    start_session(user)
    g.account = user
    current_app.extensions["login"]._update_request_context_with_user(user)
    record("accounts.signed_in", by=user)


def end_session() -> None:
    """End the session of this request, on the server."""
    from flask import session

    found: UserSession | None = g.get("account_session")
    if found is not None and found.id is not None:
        db.session.execute(delete(UserSession).where(UserSession.id == found.id))
    session.clear()
    g.pop("csrf_token", None)  # the next form gets the next session's
    g.account_session = g.account = None
    current_app.extensions["login"]._update_request_context_with_user(None)


def set_cookie(response: BaseResponse, token: str) -> None:
    response.set_cookie(
        cookie_name(current_app), token, secure=current_app.config["SETTINGS"].secure, httponly=True, samesite="Strict"
    )


def look_again() -> None:
    """A new unit of work has begun in this request: who is it now?"""
    from flask import session

    session.clear()
    load_session()
    current_app.extensions["login"]._update_request_context_with_user(g.account)


def lock_again() -> None:
    """Take the write lock, after work that is too slow to do under it; then look again."""
    write_lock()
    look_again()


def send_to_step_up() -> BaseResponse:
    """To the page where she confirms that it is she, and back. A form goes along (307), and is sent from there."""
    back = request.full_path.rstrip("?")
    if "HX-Request" in request.headers:
        back = _htmx_page() or "/"
        return BaseResponse(status=401, headers={"HX-Redirect": url_for("accounts.step_up", next=back)})
    return redirect(url_for("accounts.step_up", next=back), 302 if request.method == "GET" else 307)


def send_to_sign_in() -> BaseResponse:
    """To the sign-in page, and back here afterwards; a form that was being sent waits there (app.web.drafts).

    From the first page, nobody is sent to the public one.
    """
    from app.web import drafts

    if request.endpoint == "desk.index":
        return redirect(url_for("catalogue.public_page"))
    back = request.full_path.rstrip("?") if request.method == "GET" else drafts.keep()
    if "HX-Request" in request.headers:
        back = _htmx_page() if request.method == "GET" else back
        return BaseResponse(status=401, headers={"HX-Redirect": url_for("accounts.sign_in", next=back)})
    return redirect(url_for("accounts.sign_in", next=back))


def _htmx_page() -> str:
    """The page from which htmx asks; "" for what is no address."""
    try:
        return urlsplit(request.headers.get("HX-Current-URL", "")).path
    except ValueError:
        return ""


def device() -> str:
    """« Firefox, Windows »: enough to recognise one's own, nothing more."""
    agent = request.user_agent.string
    browser = next((name for name in ("Firefox", "Edg", "Chrome", "Safari") if name in agent), "")
    system = next((name for name in ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux") if name in agent), "")
    return ", ".join(part for part in (browser.replace("Edg", "Edge"), system) if part)


def set_up(app: Flask) -> None:
    app.session_interface = ServerSessions()
    manager = LoginManager(app)
    manager.session_protection = None
    app.extensions["login"] = manager

    manager.request_loader(lambda _request: g.get("account"))
