"""Files, who follows them, and what took place. A file's safe is apart from the person's."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, now
from app.people.models import Person
from app.vault import Confidential, Sealed


class CaseFile(Confidential, Model):
    """The follow-up of one person: only what is useful to it (D-FILE-1)."""

    __tablename__ = "support_file"
    __table_args__ = (Index("support_file_due", "due_on", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), unique=True)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    last_contact_on: Mapped[date | None]
    reassess_every_weeks: Mapped[int]
    reassess_on: Mapped[date]  # needs are looked at again by then (commitment 6)
    step: Mapped[str | None] = mapped_column(String(12))  # one of rules.STEPS
    step_on: Mapped[date | None]
    step_line: Mapped[Sealed[str] | None]
    due_on: Mapped[date]  # the nearer of step_on and reassess_on
    version: Mapped[int] = mapped_column(
        default=1
    )  # grows with each change of its state, so that none overwrites another
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Assignment(Model):
    """Who follows a person, since when and until when: a worker, or a peer beside her (D-CONF-1)."""

    __tablename__ = "support_assignment"
    __table_args__ = (
        Index(
            "support_assignment_current",
            "user_id",
            "file_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index("support_assignment_file", "file_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    peer: Mapped[bool] = mapped_column(default=False)  # a peer sees the code and the safe contact, not the file
    since: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime | None]
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))


class Contact(Confidential, Model):
    """One exchange with a person (D-FILE-1): added, corrected within a day by who noted it, never removed."""

    __tablename__ = "support_contact"
    __table_args__ = (Index("support_contact_file", "file_id", "day", "id"), Index("support_contact_day", "day"))
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    kind: Mapped[str] = mapped_column(String(15))  # one of rules.KINDS
    how: Mapped[str] = mapped_column(String(10))  # one of rules.WAYS
    day: Mapped[date]
    minutes: Mapped[int | None]
    line: Mapped[Sealed[str] | None]  # sealed in the file's safe; nothing else to write
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    corrected_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    file: Mapped[CaseFile] = relationship()


class AnonymousContact(Model):
    """One exchange with somebody who gave no name: no text at all, so that nothing can tell who (D-FILE-2)."""

    __tablename__ = "support_anonymous_contact"
    __table_args__ = (Index("support_anonymous_contact_day", "day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(15))
    how: Mapped[str] = mapped_column(String(10))
    day: Mapped[date]
    minutes: Mapped[int | None]
    language: Mapped[str] = mapped_column(String(5))
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))


class Visit(Model):
    """Drop-in visits counted at the door: how many, on which day; not who, nor at what time (service 9)."""

    __tablename__ = "support_visit"
    __table_args__ = (Index("support_visit_day", "day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    number: Mapped[int] = mapped_column(default=1)
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    undone: Mapped[bool] = mapped_column(default=False)
