"""Standing in for a colleague: a file opened for a reason and a time, told at once, looked at by another (D-CONF-1)."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app import vault
from app.accounts.models import User
from app.accounts.queries import who_can
from app.db import db, now
from app.errors import Conflict, IntranetError, NotAllowed, NotFound
from app.journal import record
from app.web.times import today
from app.work import queue_mail
from plugins.support.actions.own_file import is_sealed
from plugins.support.models import Assignment, CaseFile, StandIn
from plugins.support.rules import stand_in as rules

STANDS_IN = "support.stand_in"  # why she may open the safes, for a time


class NotSo(IntranetError):
    """A reason that is none of the list, or a time that is too long."""

    status = 422

    def message(self) -> str:
        return _("Choose a reason, and a time from 1 to 24 hours: never more.")


class OpenToHer(Conflict):
    """No need to stand in, nor a way to stay longer: when the time is over she asks again, and that is seen."""

    def message(self) -> str:
        return _("This file is open to you already.")


class ReviewedAlready(Conflict):
    def message(self) -> str:
        return _("A colleague has reviewed this already. What she said is below.")


def stand_in(user: User, file: CaseFile, *, why: str, hours: int, line: str | None = None) -> StandIn:
    """Open a file that is not hers, for a reason and 24 hours at most; the others are told at once (D-CONF-1).

    The file and the person's page: never the life history, which has a safe of its own. A closed file too: she may come
    back while her worker is away. Raises NotAllowed, NotFound for a file that is sealed, NotSo, OpenToHer.
    """
    user.must("support.stand_in")
    code = file.person.code
    if not rules.may_stand_in(why, hours):
        raise NotSo
    db.session.refresh(file, with_for_update=True)
    if is_sealed(file.person_id):
        record("support.stand_in_refused", by=user, codes=[code], survives=True)
        raise NotFound
    if vault.is_granted(user, file.safe_id):
        raise OpenToHer
    since = now()
    made = StandIn(
        file=file,
        safe_id=vault.create_safe("support.stand_in").id,
        user_id=user.id,
        why=why,
        line=line or None,
        since=since,
        hours=hours,
        until=rules.stands_until(since, hours),
        review_by=rules.review_by(today()),
    )
    db.session.add(made)
    for safe_id in (file.safe_id, file.person.safe_id):
        vault.grant(safe_id, user, why=STANDS_IN, by=user, until=made.until)
    db.session.flush()
    record("support.stood_in", made.uid, by=user, codes=[code], why=f"support.{why}", hours=hours)
    _tell(made)
    return made


def _tell(made: StandIn) -> None:
    """A neutral mail to the reviewers and to the file's workers; what it is about waits on their desks (D-CONF-11)."""
    hers = select(Assignment.user_id).where(Assignment.file_id == made.file_id, Assignment.until.is_(None))
    told = or_(User.id.in_(who_can("support.review")), User.id.in_(hers.where(Assignment.peer.is_(False))))
    users = select(User).where(told, User.id != made.user_id).options(selectinload(User.roles))
    for each in db.session.scalars(users):
        queue_mail(each, "waiting")


def end(user: User, made: StandIn) -> None:
    """Before its time: by herself, or by who may review it. Raises NotAllowed."""
    if made.user_id != user.id:
        user.must("support.review")
    db.session.refresh(made, with_for_update=True)
    if not made.over:
        _end(made, by=user)


def end_all(file: CaseFile, *, by: User | None) -> None:
    """The file closes, is sealed or destroyed: whoever stands in is out."""
    under_way = select(StandIn).where(StandIn.file_id == file.id, StandIn.ended_at.is_(None), StandIn.until > now())
    for each in db.session.scalars(under_way):
        _end(each, by=by)


def _end(made: StandIn, *, by: User | None) -> None:
    made.ended_at = now()
    stands_in = db.session.get_one(User, made.user_id)
    for safe_id in (made.file.safe_id, made.file.person.safe_id):
        vault.revoke(safe_id, stands_in, by=by, whys=(STANDS_IN,))
    record("support.stand_in_ended", made.uid, by=by, codes=[made.file.person.code])


def review(user: User, made: StandIn, *, verdict: str, remark: str | None = None) -> None:
    """Another's word on it: in order, or to look into. Raises NotAllowed, NotSo, ReviewedAlready."""
    user.must("support.review")
    if not rules.may_review(made.user_id, user.id):
        record("support.review_refused", made.uid, by=user, codes=[made.file.person.code], survives=True)
        raise NotAllowed(_("You opened this file yourself: another person looks at it."))
    if verdict not in rules.VERDICTS:
        raise NotSo
    db.session.refresh(made, with_for_update=True)
    if made.reviewed_at is not None:
        raise ReviewedAlready
    made.verdict, made.remark, made.reviewed_by, made.reviewed_at = verdict, remark or None, user.id, now()
    record("support.stand_in_reviewed", made.uid, by=user, codes=[made.file.person.code], verdict=verdict)
