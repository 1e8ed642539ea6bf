"""D-CONF-8: everything that is held about her, for her; nothing forgotten, and nothing of anybody else."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import vault
from app.accounts.models import User
from app.db import db, now
from app.errors import NotGranted
from app.plugins import plugins_of
from app.vault import Confidential
from app.web.times import today
from plugins.support import actions, queries
from plugins.support import models as m
from plugins.support.forms.export import FIELDS, SECTIONS, WORDS
from plugins.support.queries import export
from tests.plugins.support.conftest import LINE, House, opened, who


def sealed_tables() -> set[type]:
    ours = {mapper.class_ for mapper in m.CaseFile.registry.mappers}
    return {each for each in ours if issubclass(each, Confidential) and each.__tablename__.startswith("support_")}


def test_d_conf_8_every_sealed_table_is_told_or_left_out_for_a_reason() -> None:
    told = {section.model for section in (*export.SECTIONS, export.LIFE)} | {m.CaseFile}
    assert sealed_tables() - told - export.LEFT_OUT.keys() == set()
    assert not told & export.LEFT_OUT.keys() and all(export.LEFT_OUT.values())


def test_d_conf_8_every_sealed_column_of_a_table_that_is_told_is_told() -> None:
    reviewers = {(m.StandIn, "line"), (m.StandIn, "remark")}  # words between colleagues, in a safe of reviewers
    machinery = {(m.FirstMeeting, "place"), (m.Referral, "partner"), (m.Referral, "echo")}  # names rows, tells nothing
    told = {(section.model, name) for section in (*export.SECTIONS, export.LIFE) for name in section.fields.split()}
    told.add((m.CaseFile, "step_line"))
    every = {(model, name) for model in sealed_tables() - export.LEFT_OUT.keys() for name in model.sealed_attributes}
    assert every - told == reviewers | machinery


def test_every_section_field_and_keyword_has_its_words() -> None:
    numbers = {"id", "meeting_id", "objective_id"}
    for section in (*export.SECTIONS, export.LIFE):
        assert section.key in SECTIONS
        assert set(section.fields.split()) - numbers <= FIELDS.keys(), section.key
    for place in WORDS:
        section, field = place.split(".")
        assert section in SECTIONS and field in FIELDS


def test_d_conf_8_all_of_it_is_json_in_the_order_of_time(house: House) -> None:
    with house.writing():
        worker, file = who(house.worker), queries.file_by_code(house.code)
        for ago in (0, 40, 3):
            day = today() - timedelta(days=ago)
            actions.log_contact(worker, file, kind="news", how="text", day=day, minutes=None, line=f"{LINE} {ago}")
    with house.reading():
        vault.open_safes(who(house.worker), [queries.file_by_code(house.code).safe_id], why="test")
        person = queries.file_by_code(house.code).person
        told = dict(plugins_of(house.app).ask_everyone("export_person", person=person))["support"]
        assert json.loads(json.dumps(told)) == told
        assert [each["line"] for each in told["contacts"]] == [f"{LINE} {ago}" for ago in (40, 3, 0)]
        assert told["labels"]["sections"]["contacts"] and told["labels"]["words"]["contacts.how"]["text"]


def test_d_conf_8_not_for_a_colleague_who_was_not_granted_it(house: House) -> None:
    with house.reading():
        vault.open_safes(who(house.other), [], why="test")
        with pytest.raises(NotGranted):
            queries.everything_about(queries.file_by_code(house.code).person)


def test_d_file_5_the_life_history_is_left_out_for_who_may_not_open_it(house: House) -> None:
    with house.writing():
        safe = vault.create_safe("support.life")
        file = queries.file_by_code(house.code)
        db.session.add(m.LifeHistory(file=file, safe_id=safe.id, agreed_on=today(), by=house.worker))
        vault.grant(file.safe_id, who(house.other), why="test", by=None, until=now() + timedelta(hours=1))
        db.session.flush()
    with house.reading():
        vault.open_safes(who(house.other), [queries.file_by_code(house.code).safe_id], why="test")
        told = queries.everything_about(queries.file_by_code(house.code).person)
        assert told["left_out"] == ["life_history"] and "life_history" not in told


def test_a_tie_to_a_relative_is_in_neither_export(house: House) -> None:
    from plugins.support.actions import relatives

    with house.writing():
        worker = who(house.worker)
        other = opened(worker, "Sarcelle")
        db.session.scalars(select(m.CaseFile)).all()[-1].person.kind = "relative"
        db.session.flush()
        relatives.tie(worker, queries.file_by_code(house.code), other)
    with house.reading():
        reader: User = who(house.worker)
        for code, its in ((house.code, other), (other, house.code)):
            file = queries.file_or_404(code, reader)
            assert its not in json.dumps(queries.everything_about(file.person))
