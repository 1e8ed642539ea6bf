"""Safes that are destroyed apart, so that a year of contacts can go while the file stays (D-CONF-9)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, new_uid
from plugins.support.models.file import CaseFile


class ContactsYear(Model):
    """The safe of what contacts of one file said in one year; it opens to whoever may open the file."""

    __tablename__ = "support_contacts_year"
    __table_args__ = (UniqueConstraint("file_id", "year", name="support_contacts_year_once"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    file_id: Mapped[int] = mapped_column(ForeignKey("support_file.id"))
    year: Mapped[int]
    safe_id: Mapped[int] = mapped_column(ForeignKey("core_safe.id"), unique=True)
    file: Mapped[CaseFile] = relationship()
