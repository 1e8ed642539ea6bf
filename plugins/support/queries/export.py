"""Everything that follow-up holds about a person, as plain values, for her request (D-CONF-8).

Not the ties between a woman and a relative: they are known to those alone who may open both files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import select

from app import vault
from app.accounts.current import whoever
from app.accounts.models import User
from app.db import db, unit
from app.errors import NotGranted, SafeDestroyed
from app.people.models import Person
from plugins.support import models as m
from plugins.support.models import CaseFile
from plugins.support.queries.retention import open_what_is_left

Entry = dict[str, Any]


class Section(NamedTuple):
    """A table of hers, in the order of its days; `fields` apart by spaces."""

    key: str
    model: Any
    order: Any
    fields: str
    packed: str = ""  # a field that holds JSON


SECTIONS = (
    Section("followed", m.Assignment, m.Assignment.since, "since until peer"),
    Section("first_meeting", m.FirstMeeting, m.FirstMeeting.started_on, "started_on finished_on language interpreter"),
    Section("commitments", m.Answer, m.Answer.day, "day what state language"),
    Section("situation", m.SituationNote, m.SituationNote.at, "at theme words"),
    Section("contacts", m.Contact, m.Contact.day, "day how kind minutes line corrected_at"),
    Section(
        *("meetings", m.Meeting, m.Meeting.day),
        "id day how minutes summary orientation step step_on step_line reassessed reassess_on corrected_at",
    ),
    Section("meetings_before", m.MeetingBefore, m.MeetingBefore.at, "meeting_id at version told", packed="told"),
    Section("plan", m.Plan, m.Plan.version, "at version here wish steps people comfort"),
    Section("objectives", m.Objective, m.Objective.created_on, "id created_on words sign by_when level level_on"),
    Section(
        "objectives_before",
        m.ObjectiveVersion,
        m.ObjectiveVersion.at,
        "objective_id at number words sign by_when level line",
    ),
    Section("small_steps", m.ObjectiveStep, m.ObjectiveStep.id, "objective_id words done_on off_on"),
    Section("network", m.NetworkTie, m.NetworkTie.since, "since name kind ring helps quality ended_on"),
    Section(
        *("steps", m.Step, m.Step.at),
        "at kind state what organisation place day hour travel travel_minutes travel_km due_on outcome next_step",
    ),
    Section("referrals", m.Referral, m.Referral.on, "on form recipient reason ask_on outcome found note"),
    Section("letters", m.Letter, m.Letter.at, "at recipient purpose way language parts sent_at", packed="parts"),
    Section("interpreters", m.Booking, m.Booking.day, "day hour minutes language line cancelled_at"),
    Section("stand_ins", m.StandIn, m.StandIn.since, "since until ended_at why verdict reviewed_at"),
    Section("hand_overs", m.HandOver, m.HandOver.noted_at, "noted_at at note"),
)
LIFE = Section("life_history", m.LifeEvent, m.LifeEvent.at, "at kind moment line", packed="moment")
LEFT_OUT = {  # tables with something sealed that she is not given here, and why
    m.Tie: "known to those alone who may open both files",
    m.SharedObjective: "the words of an objective once more, which are given there",
    m.Import: "what an importer prepared, until it is written; nothing in it is hers yet",
}


def everything_about(person: Person) -> dict[str, Any]:
    """By section, each a list of entries in the order of time; keys are stable, values those that JSON knows.

    For who has been granted her file, else NotGranted. "left_out" names the life history when it is not open to who
    asks; a contact of a year that was destroyed is there without its line (D-CONF-9).
    """
    file = db.session.scalar(select(CaseFile).where(CaseFile.person_id == person.id))
    if file is None:
        return {}
    _open(file)
    told: dict[str, Any] = {"file": [_file(file)], "left_out": []}
    for section in SECTIONS:
        told[section.key] = [_entry(section, row) for row in _rows(section, file)]
    try:
        told["life_history"] = list(_life(file))
    except NotGranted:
        told["left_out"].append("life_history")
    return told


def _reader() -> User | None:
    """Who asks: at the keyboard, else she to whom safes were opened in this unit of work."""
    return whoever() or (db.session.get(User, unit().reader) if unit().reader else None)


def _open(file: CaseFile) -> None:
    """Her file and what is left of the years of her contacts. Raises NotGranted, SafeDestroyed."""
    user, codes = _reader(), [file.person.code]
    if user is None:
        raise NotGranted
    vault.open_safes(user, [file.safe_id], why="support.export", codes=codes)
    years = select(m.Contact.safe_id).where(m.Contact.file_id == file.id).distinct()
    open_what_is_left(user, db.session.scalars(years), why="support.export", codes=codes)


def _file(file: CaseFile) -> Entry:
    told = ("opened_on", "closed_on", "last_contact_on", "reassess_on", "step", "step_on", "step_line")
    return {name: _plain(getattr(file, name)) for name in told}


def _rows(section: Section, file: CaseFile) -> Iterator[Any]:
    model = section.model
    query = select(model)
    if model is m.MeetingBefore:
        query = query.join(m.Meeting, m.Meeting.id == model.meeting_id).where(m.Meeting.file_id == file.id)
    else:
        query = query.where(model.file_id == file.id)
    return iter(db.session.scalars(query.order_by(section.order, model.id)))


def _entry(section: Section, row: Any) -> Entry:
    names = section.fields.split()
    if section.model is m.Contact and not vault.opened([row.safe_id]):
        return {name: None if name == "line" else _plain(getattr(row, name)) for name in names} | {"destroyed": True}
    told = {name: _plain(getattr(row, name)) for name in names}
    if section.packed and told[section.packed]:
        told[section.packed] = json.loads(told[section.packed])
    return told


def _life(file: CaseFile) -> Iterator[Entry]:
    """Raises NotGranted when it is not open to who asks; one that was destroyed at her word is empty."""
    history = db.session.scalar(
        select(m.LifeHistory).where(m.LifeHistory.file_id == file.id, m.LifeHistory.ended_on.is_(None))
    )
    if history is None:
        return
    if user := _reader():
        try:
            vault.open_safes(user, [history.safe_id], why="support.export", codes=[file.person.code])
        except SafeDestroyed:
            return
    for row in db.session.scalars(select(m.LifeEvent).where(m.LifeEvent.life_id == history.id).order_by(LIFE.order)):
        yield _entry(LIFE, row)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime | time) else value
