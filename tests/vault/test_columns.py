"""Declaring a sealed column takes one line, however it is written."""

from typing import Optional

from flask import Flask
from sqlalchemy import MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app import vault
from app.db import db, transaction
from app.testing import add_user
from app.vault import Confidential, Findable, Sealed


class Apart(DeclarativeBase):
    metadata = MetaData()


class Note(Confidential, Apart):
    __tablename__ = "test_note"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[Findable[str]]
    line: Mapped[Sealed[str] | None]
    more: Mapped[Optional[vault.Sealed[str]]]  # noqa: UP045
    quoted: "Mapped[Sealed[str] | None]"


def test_each_way_of_writing_it_seals() -> None:
    assert set(Note.sealed_attributes) == {"title", "line", "more", "quoted"}
    assert [name for name, a in Note.sealed_attributes.items() if a.findable] == ["title"]
    columns = Note.__table__.c
    assert all(str(columns[name].type) == "BLOB" for name in Note.sealed_attributes)
    assert not columns["title"].nullable and columns["line"].nullable and columns["more"].nullable


def test_the_column_on_disk_is_not_the_text(context: Flask) -> None:
    with transaction():
        add_user("Aubépine Démo", "administrator", email="aubepine@example.org")
        stored = db.session.execute(text("SELECT name, email FROM core_user")).one()
    assert b"Aub" not in bytes(stored.name) and b"aubepine" not in bytes(stored.email)
