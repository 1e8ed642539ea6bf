"""What the organisation decides: versions, checks, two editors at once."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.models import User
from app.catalogue.actions import ChangedMeanwhile, WrongValue, change_setting
from app.catalogue.models import SettingVersion
from app.catalogue.settings import setting
from app.db import db, reading, transaction
from app.errors import NotAllowed, NotFound
from app.hookspecs import SettingSpec
from app.journal.models import JournalEntry
from app.plugins import PluginState
from app.testing import SignIn, add_user

MISSION = "/settings/core.mission"


@pytest.fixture
def editor(context: Flask) -> None:
    with transaction():
        add_user("Demo Coordonnatrice", "coordinator")


def _editor() -> User:
    from sqlalchemy.orm import joinedload

    return db.session.scalars(select(User).options(joinedload(User.roles))).unique().first()  # type: ignore[return-value]


def change(key: str, value: str, language: str = "", seen: int | None = None) -> None:
    with transaction():
        change_setting(_editor(), key, value, language, seen=seen)


def test_the_newest_version_holds_else_the_default(editor: None) -> None:
    with reading():
        assert setting("core.contact_confirmation_days") == 90
    change("core.contact_confirmation_days", "60")
    change("core.contact_confirmation_days", "45")
    with reading():
        assert setting("core.contact_confirmation_days") == 45
        assert setting("core.mission", "es") != setting("core.mission", "ht") != ""


def test_no_version_is_ever_changed_and_the_journal_holds_no_content(editor: None) -> None:
    change("core.mission", "Un premier texte.", "fr")
    change("core.mission", "Un deuxième texte.", "fr")
    change("core.mission", "Un deuxième texte.\r\n", "fr")  # the same: no version
    with reading():
        rows = db.session.execute(select(SettingVersion.number, SettingVersion.value)).all()
        told = db.session.scalars(select(JournalEntry.detail).where(JournalEntry.action == "settings.changed")).all()
    assert [tuple(row) for row in rows] == [(1, "Un premier texte."), (2, "Un deuxième texte.")]
    assert told == ['{"language":"fr","version":1}', '{"language":"fr","version":2}']


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("core.quick_exit_url", "http://example.org/"),
        ("core.quick_exit_url", "javascript:alert(1)"),
        ("core.quick_exit_url", "https://"),
        ("core.quick_exit_url", "https://www.example.org@evil.example/"),
        ("core.quick_exit_url", "https://example.org/ x"),
        ("core.quick_exit_url", ""),
        ("core.fiscal_year_start", "02-29"),
        ("core.fiscal_year_start", "13-01"),
        ("core.fiscal_year_start", "avril"),
        ("core.contact_confirmation_days", "quatre-vingt-dix"),
        ("core.contact_confirmation_days", "-5"),
        ("core.contact_confirmation_days", "٣"),
        ("core.contact_confirmation_days", "0"),
        ("core.organisation_name", "x" * 10_001),
    ],
)
def test_a_wrong_value_is_refused(editor: None, key: str, value: str) -> None:
    with pytest.raises(WrongValue):
        change(key, value)


def test_only_whom_the_setting_names_may_change_it(context: Flask) -> None:
    with transaction():
        add_user("Demo Intervenante", "support_worker")
    with pytest.raises(NotAllowed):
        change("core.mission", "autre", "fr")


def test_an_unknown_setting_or_language_is_not_found(editor: None) -> None:
    with pytest.raises(NotFound):
        change("core.nothing", "x")
    with pytest.raises(NotFound):
        change("core.mission", "x", "de")
    with pytest.raises(NotFound):
        change("core.mission", "x")
    with pytest.raises(NotFound):
        change("core.quick_exit_url", "https://example.org", "fr")


def test_a_check_that_breaks_means_no(editor: None, context: Flask) -> None:
    def broken(_text: str) -> None:
        raise KeyError("oops")

    context.extensions["settings"]["support.test"] = SettingSpec("support.test", "T", "a", broken)
    with pytest.raises(WrongValue):
        change("support.test", "b")


def test_two_editors_at_once_lose_nothing(editor: None) -> None:
    change("core.mission", "Le sien.", "fr", seen=0)
    with pytest.raises(ChangedMeanwhile):
        change("core.mission", "Le mien.", "fr", seen=0)
    change("core.mission", "Les deux.", "fr", seen=1)
    with reading():
        assert setting("core.mission", "fr") == "Les deux."


def test_the_second_editor_sees_both_versions(signed_in: SignIn) -> None:
    first, second = signed_in("coordinator"), signed_in("administrator")
    for browser in (first, second):
        assert browser.get(f"{MISSION}?language=es").status_code == 200
    assert first.send(MISSION, {"language": "es", "seen": 0, "value": "La primera."}).status_code == 302
    answer = second.send(MISSION, {"language": "es", "seen": 0, "value": "La segunda."})
    assert answer.status_code == 409
    assert "La primera." in answer.text and "La segunda." in answer.text
    assert 'name="seen" value="1"' in answer.text
    assert second.send(MISSION, {"language": "es", "seen": 1, "value": "Las dos."}).status_code == 302
    page = first.get(f"{MISSION}?language=es").text
    assert "Las dos." in page and "La primera." in page and "Version 2" in page


def test_an_old_version_used_again_is_a_new_version(signed_in: SignIn) -> None:
    editor = signed_in("coordinator")
    for seen, text in enumerate(("Un.", "Deux.", "Un.")):
        sent = editor.send(MISSION, {"language": "fr", "seen": seen, "value": text})
        assert sent.status_code == 302
    assert "Version 3" in editor.get(MISSION).text


def test_an_error_is_shown_at_the_field_and_nothing_typed_is_lost(signed_in: SignIn) -> None:
    answer = signed_in("coordinator").send("/settings/core.quick_exit_url", {"seen": 0, "value": "ftp://example.org"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text and "ftp://example.org" in answer.text


def test_a_text_holds_no_markup(app: Flask, signed_in: SignIn) -> None:
    editor = signed_in("coordinator")
    text = "<b onclick=x>Un</b>\r\n\r\n<script>deux</script>"
    assert editor.send(MISSION, {"language": "fr", "seen": 0, "value": text}).status_code == 302
    page = app.test_client().get("/bienvenue").text
    assert "&lt;b onclick=x&gt;Un&lt;/b&gt;</p><p>&lt;script&gt;deux" in page
    assert "<b onclick" not in page


def test_what_she_wrote_is_public_at_the_next_request(app: Flask, signed_in: SignIn) -> None:
    editor = signed_in("coordinator")
    editor.send("/settings/core.organisation_name", {"seen": 0, "value": "Le Groupe d’exemple"})
    editor.send("/settings/core.quick_exit_url", {"seen": 0, "value": "https://www.example.org/meteo"})
    page = app.test_client().get("/bienvenue").text
    assert "Le Groupe d’exemple" in page and "https://www.example.org/meteo" in page


def test_law_3_a_setting_of_a_plugin_that_is_off_is_not_there(app: Flask, signed_in: SignIn) -> None:
    coordinator, page = signed_in("coordinator"), "/settings/support.reassess_weeks"
    assert coordinator.get(page).status_code == 200
    with app.app_context(), transaction():
        db.session.execute(update(PluginState).where(PluginState.name == "support").values(enabled=False))
    assert coordinator.get(page).status_code == 404
    assert coordinator.send(page, {"value": "5"}, seen="/settings").status_code == 404
