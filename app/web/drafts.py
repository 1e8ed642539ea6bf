"""A form that was sent after its session ended is kept, sealed, and waits for the same person."""

from __future__ import annotations

import json
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import after_this_request, current_app, render_template, request, session, url_for
from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response

from app.accounts.current import whoever
from app.accounts.models import User
from app.accounts.permissions import need_of
from app.accounts.sessions import fingerprint
from app.db import Model, db, now, unit
from app.vault.columns import Kept, Sealed

LIFE = timedelta(hours=24)
LARGEST = 64 * 1024  # bytes
MOST = 5  # that wait for one person
SENT_AGAIN = "_draft"  # the field that says which draft a form comes from
_NEVER = re.compile(rf"csrf_token|passw|passphrase|secret|^{SENT_AGAIN}$", re.IGNORECASE)

Fields = list[tuple[str, str]]


class Draft(Kept, Model):
    """What somebody was writing when her session ended: hers alone, in the browser that sent it, for a day."""

    __tablename__ = "core_draft"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    content: Mapped[Sealed[str]]  # JSON: where it was sent, and the fields

    @property
    def path(self) -> str:
        return str(json.loads(self.content)["path"])

    @property
    def fields(self) -> Fields:
        return [(name, value) for name, value in json.loads(self.content)["fields"]]


def typed() -> Fields:
    """What this request brings: no file, no password, no token."""
    return [(name, value) for name, value in request.form.items(multi=True) if not _NEVER.search(name)]


def keep() -> str | None:
    """Keep what was sent, for the person whose session ran out; the page where it waits, or None: nothing was kept.

    Without a session that was somebody's, nobody is known to give it back to: nothing is stored. Nor is a search, which
    writes nothing, nor what is typed to sign in.
    """
    owner: int | None = session.get("ran_out_for")  # see app.accounts.sessions
    need = need_of(request.endpoint)
    if owner is None or need is None or not need.lock or request.blueprint == "accounts" or not (fields := typed()):
        return None
    content = json.dumps({"path": _here(), "fields": fields})
    if len(content.encode()) > LARGEST:
        return None
    token = request.cookies.get(_cookie()) or secrets.token_urlsafe(32)
    unit().later.append(lambda: _store(owner, fingerprint(token), content))
    after_this_request(lambda response: _give(response, token))
    return url_for("web.draft")


def _store(owner: int, token_hash: str, content: str) -> None:
    sweep()
    if (db.session.scalar(select(func.count()).where(Draft.user_id == owner)) or 0) < MOST:
        db.session.add(Draft(user_id=owner, token_hash=token_hash, content=content))


def sweep() -> None:
    """Forget what is older than a day."""
    db.session.execute(delete(Draft).where(Draft.at < now() - LIFE))


def waiting(user: User) -> list[Draft]:
    """Her drafts from this browser, oldest first. Nobody else's, whoever shares the computer."""
    if not (token := request.cookies.get(_cookie())):
        return []
    hers = select(Draft).where(Draft.user_id == user.id, Draft.token_hash == fingerprint(token))
    return list(db.session.scalars(hers.where(Draft.at > now() - LIFE).order_by(Draft.id)))


def forget(uid: str, user_id: int) -> None:
    db.session.execute(delete(Draft).where(Draft.uid == uid, Draft.user_id == user_id))


def forget_sent(response: Response) -> Response:
    """After a request: a draft that was sent again and answered waits no longer."""
    answered = response.status_code < 400 or response.status_code == 422
    if answered and request.method == "POST" and (user := whoever()) and (uid := request.form.get(SENT_AGAIN)):
        user_id = user.id
        unit().later.append(lambda: forget(uid, user_id))
    return response


def form_expired() -> Any:
    """The form is older than the session: she sends it again from a page that holds what she typed. Nothing is stored.

    Only her own click sends it, and no other site can frame the page: a forged form gains nothing by coming here.
    """
    from app.web import page

    return page(400) if not (fields := typed()) or _by_script() else (show(_here(), fields), 400)


def show(path: str, fields: Fields, uid: str | None = None) -> str:
    written = [value for _name, value in fields if value.strip()]
    return render_template("draft.html", path=path, fields=fields, uid=uid, written=written)


def _by_script() -> bool:
    return "HX-Request" in request.headers or request.accept_mimetypes.best == "application/json"


def _here() -> str:
    return request.full_path.rstrip("?")


def _cookie() -> str:
    return "__Host-intranet-draft" if current_app.config["SETTINGS"].secure else "intranet-draft"


def _give(response: Any, token: str) -> Any:
    secure = current_app.config["SETTINGS"].secure
    response.set_cookie(_cookie(), token, max_age=LIFE, secure=secure, httponly=True, samesite="Strict")
    return response
