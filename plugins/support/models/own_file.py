"""Files that are sealed from everybody: those of colleagues who were once served (D-FILE-6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, new_uid, now
from app.people.models import Person


class Seal(Model):
    """A person's records are shut to all, until two people lift it. Nothing here says whose account she may have."""

    __tablename__ = "support_seal"
    __table_args__ = (
        CheckConstraint("lifted_by <> asked_by", "support_seal_takes_two"),
        Index(
            "support_seal_in_force",
            "person_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    since: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))  # for its lifting
    asked_at: Mapped[datetime | None]
    why: Mapped[str | None] = mapped_column(String(15))  # one of rules.own_file.WHY
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id"))
    lifted_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
