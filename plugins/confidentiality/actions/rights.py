"""Requests about what is held on a person: received, answered with reasons, followed to their end (D-CONF-6)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _

from app import vault
from app.accounts.models import User
from app.db import db
from app.errors import Conflict, IntranetError
from app.journal import record
from app.people.actions import register_safe
from app.people.models import Person
from app.web.times import today
from plugins.confidentiality.models.rights import RightsRequest
from plugins.confidentiality.rules import rights as rules


class AlreadyAnswered(Conflict):
    """An answer that was given stays: she may ask again."""

    def message(self) -> str:
        return _("This request is answered, and its answer stays as it was given. What is new is a new request.")


class RequestChanged(Conflict):
    """What she saw has changed meanwhile: nothing is overwritten."""

    def message(self) -> str:
        return _("A colleague changed this request meanwhile. Look at it again, then send yours if it still holds.")


class IdentityFirst(IntranetError):
    """Nothing about a person is answered before it is sure that it is she who asks."""

    status = 422

    def message(self) -> str:
        return _("First note how you made sure that it is she, or who speaks for her.")


class ReasonsMissing(IntranetError):
    """A refusal says why, on what it rests, and what she can do about it (law)."""

    status = 422

    def message(self) -> str:
        return _("A refusal, even in part, needs its reasons, the article it rests on, and that her recourse was told.")


def receive(
    user: User,
    person: Person,
    *,
    kind: str,
    received_on: date,
    how: str,
    asked_by: str,
    asker: str | None,
    asked: str,
    should_read: str | None = None,
) -> RightsRequest:
    """Note what was asked; it is due thirty days after it came in. Raises NotAllowed, NotGranted."""
    _open(user, person)
    request = RightsRequest(
        safe_id=register_safe(person),
        person_id=person.id,
        kind=kind,
        received_on=received_on,
        due_on=rules.answer_due(received_on),
        how=how,
        asked_by=asked_by,
        asker=asker or None,
        asked=asked,
        should_read=should_read or None,
        recorded_by=user.id,
    )
    db.session.add(request)
    db.session.flush()
    record("confidentiality.request_received", request.uid, by=user, codes=[person.code], kind=kind)
    return request


def check_identity(user: User, request: RightsRequest, how: str) -> None:
    """How it was made sure that it is she. Raises NotAllowed, NotGranted, AlreadyAnswered."""
    _hold(user, request, unanswered=True)
    request.identity = how
    _changed(request, "identity_checked", user, how=how)


def answer(
    user: User,
    request: RightsRequest,
    *,
    answer: str,
    reasons: str | None,
    article: str | None,
    given: str,
    answered_on: date,
    recourse_told: bool,
    version: int,
) -> None:
    """Answer it, once, with its reasons.

    Raises NotAllowed, NotGranted, AlreadyAnswered, RequestChanged, IdentityFirst, ReasonsMissing.
    """
    _hold(user, request, unanswered=True)
    if request.version != version:
        raise RequestChanged
    if request.identity is None and answer != "dropped":
        raise IdentityFirst
    if rules.needs_reasons(answer) and not (reasons and article and recourse_told):
        raise ReasonsMissing
    request.answer, request.reasons, request.article = answer, reasons or None, article or None
    request.given, request.answered_on, request.recourse_told = given, answered_on, recourse_told
    request.answered_by = user.id
    _changed(request, "request_answered", user, answer=answer)


def attach_statement(user: User, request: RightsRequest, statement: str) -> None:
    """What she says about a correction that was refused: it stays with her file. Raises Conflict when none was."""
    _hold(user, request)
    if not rules.takes_statement(request.kind, request.answer):
        raise Conflict
    request.statement = statement
    _changed(request, "statement_attached", user)


def note_correction(user: User, request: RightsRequest) -> None:
    """What was asked is corrected in its place: by whom and when. Raises Conflict when there is nothing to correct."""
    _hold(user, request)
    if not rules.takes_correction(request.kind, request.answer) or request.corrected_on is not None:
        raise Conflict
    request.corrected_on, request.corrected_by = today(), user.id
    _changed(request, "correction_noted", user)


def _open(user: User, person: Person) -> None:
    """Her worker, by the grant on her safe; the privacy officer, by office; nobody else (D-CONF-1)."""
    user.must("confidentiality.rights")
    vault.open_safes(user, [register_safe(person)], why="confidentiality.account", codes=[person.code])


def _hold(user: User, request: RightsRequest, *, unanswered: bool = False) -> None:
    _open(user, request.person)
    db.session.refresh(request, with_for_update=True)
    if unanswered and request.answer is not None:
        raise AlreadyAnswered


def _changed(request: RightsRequest, what: str, user: User, **told: Any) -> None:
    request.version += 1
    db.session.flush()  # what is read anew afterwards forgets what was not
    record(f"confidentiality.{what}", request.uid, by=user, codes=[request.person.code], **told)
