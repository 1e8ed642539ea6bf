"""Undertakings, signed on screen by whom they bind, or entered for who has no account (D-CONF-13)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import Conflict
from app.journal import record
from app.web.times import today
from plugins.confidentiality.actions.kept import SAFE
from plugins.confidentiality.models import Undertaking
from plugins.confidentiality.queries.undertakings import text_in


class TextChanged(Conflict):
    """The text changed while she read it: nothing is signed unread."""

    def message(self) -> str:
        return _("The text changed meanwhile. Read it again below, then sign it.")


def sign(user: User, *, name: str, language: str, version: int) -> Undertaking:
    """Her own, on screen, of the version that she read. Raises NotAllowed, TextChanged."""
    user.must("confidentiality.sign")
    if text_in(language).number != version:
        raise TextChanged
    return _signed(user, user_id=user.id, kind="account", name=name, language=language, how="screen", signed_on=today())


def enter(user: User, *, kind: str, name: str, language: str, how: str, signed_on: date) -> Undertaking:
    """Somebody's who has no account: an interpreter, a volunteer. Raises NotAllowed."""
    user.must("confidentiality.registers")
    return _signed(user, kind=kind, name=name, language=language, how=how, signed_on=signed_on)


def end(user: User, undertaking: Undertaking) -> None:
    """She who has no account signed again, or left: it is not asked for any more. Raises NotAllowed."""
    user.must("confidentiality.registers")
    undertaking.over = True
    record("confidentiality.undertaking_ended", undertaking.uid, by=user)


def _signed(user: User, *, language: str, **values: Any) -> Undertaking:
    text = text_in(language)
    told = {"text": text.value, "version": text.number, "language": language}
    signed = Undertaking(safe_id=vault.create_safe(SAFE).id, by=user.id, **told, **values)
    db.session.add(signed)
    db.session.flush()
    record("confidentiality.undertaking_signed", signed.uid, by=user, version=text.number)
    return signed
