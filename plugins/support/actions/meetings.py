"""Meetings: noted once, corrected within a day by the workers who held them; what they said before stays."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import who_can
from app.db import db, now
from app.errors import Conflict
from app.journal import record
from plugins.support.actions.holding import SomeoneElseWrote, changed, hold
from plugins.support.models import CaseFile, Meeting, MeetingBefore
from plugins.support.rules import meetings as rules

CORRECTABLE = ("day", "minutes", "how", "second", "summary", "orientation")


class TooLateToCorrect(Conflict):
    """A meeting is corrected within a day, by who held it."""

    def message(self) -> str:
        return _("A meeting can be corrected for a day, by the workers who held it. Note a new one to complete it.")


class CannotBeSecond(Conflict):
    """The other worker is one who may follow a file."""

    def message(self) -> str:
        return _("Choose as the other worker somebody else who follows persons here.")


def note_meeting(user: User, file: CaseFile, *, version: int, **values: Any) -> Meeting:
    """Note an individual meeting (commitment 6), and what follows from it: the next step, the next look at her needs.

    `version`: the file's, as she saw it; it counts when the next step is set. `values`: fields of Meeting.
    Raises NotAllowed, NotGranted, FileClosed, SomeoneElseWrote, CannotBeSecond.
    """
    hold(user, file, open_only=True, version=version if values.get("step_on") else None)
    _second_may_follow(values.get("second"), user.id)
    meeting = Meeting(file=file, safe_id=file.safe_id, by=user.id, **_told(values))
    if meeting.reassessed:
        meeting.reassess_on = rules.next_reassessment(meeting.day, meeting.reassess_on, file.reassess_every_weeks)
    else:
        meeting.reassess_on = None
    db.session.add(meeting)
    db.session.flush()
    _follow_from(meeting, file, user)
    record("support.meeting_noted", meeting.uid, by=user, codes=[file.person.code])
    return meeting


def _follow_from(meeting: Meeting, file: CaseFile, user: User) -> None:
    """What her file says from this meeting on."""
    file.last_contact_on = max(meeting.day, file.last_contact_on or meeting.day)
    if meeting.step_on:
        file.step, file.step_on, file.step_line = meeting.step, meeting.step_on, meeting.step_line
        changed(file, "support.next_step_set", by=user)
    if meeting.reassess_on:
        file.reassess_on = meeting.reassess_on
        changed(file, "support.reassessed", by=user)


def correct_meeting(user: User, meeting: Meeting, *, version: int, **values: Any) -> None:
    """Correct what a meeting says; what it said before is kept beside it, with who wrote it and when.

    Raises NotAllowed, NotGranted, FileClosed, TooLateToCorrect, SomeoneElseWrote, CannotBeSecond.
    """
    hold(user, meeting.file, open_only=True)
    if not rules.may_correct_meeting(meeting.at, (meeting.by, meeting.second), user.id, now()):
        raise TooLateToCorrect
    db.session.refresh(meeting, with_for_update=True)
    if meeting.version != version:
        raise SomeoneElseWrote
    values = {name: value for name, value in _told(values).items() if name in CORRECTABLE}
    if values.get("second") != meeting.second:
        _second_may_follow(values.get("second"), meeting.by)
    fields = [name for name, value in values.items() if getattr(meeting, name) != value]
    if fields:
        _keep_before(meeting)
        for name in fields:
            setattr(meeting, name, values[name])
        meeting.corrected_at, meeting.corrected_by, meeting.version = now(), user.id, meeting.version + 1
        record("support.meeting_corrected", meeting.uid, by=user, codes=[meeting.file.person.code], n=len(fields))


def _keep_before(meeting: Meeting) -> None:
    told = {name: getattr(meeting, name) for name in CORRECTABLE}
    before = MeetingBefore(meeting_id=meeting.id, safe_id=meeting.safe_id, version=meeting.version)
    before.told = json.dumps(told, default=date.isoformat)
    before.by, before.at = meeting.corrected_by or meeting.by, meeting.corrected_at or meeting.at
    db.session.add(before)


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """Empty texts are none."""
    return {name: value if value != "" else None for name, value in values.items()}


def _second_may_follow(second: int | None, first: int) -> None:
    if second is None:
        return
    may = select(User.id).where(User.id == second, User.id != first, User.id.in_(who_can("support.follow")))
    if db.session.scalar(may) is None:
        raise CannotBeSecond
