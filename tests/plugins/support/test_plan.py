"""Her plan: in her words, each version kept, printed for her under a title that names nobody (service 9)."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select

from app.catalogue.actions import change_setting
from app.db import db
from app.errors import NotAllowed, NotGranted
from app.testing import Browser, SignIn
from plugins.support import actions, forms, queries
from plugins.support.models import Plan
from plugins.support.rules import plan as rules
from tests.plugins.support.conftest import House, journaled, who

WISH = "Finir mon diplôme.\nHabiter seule."


@pytest.fixture
def browser(house: House, signed_in: SignIn) -> Browser:
    return client(house, signed_in, "worker")


def client(house: House, signed_in: SignIn, role: str) -> Browser:
    with house.reading():
        user = who(getattr(house, role))
        db.session.expunge(user)
    return signed_in(user)


def at(house: House) -> str:
    return f"/support/files/{house.code}/plan"


def test_her_plan_is_written_part_by_part_and_any_part_may_stay_empty(house: House, browser: Browser) -> None:
    answer = browser.send(at(house), {"wish": WISH, "comfort": "  ", "version": "0"})
    assert answer.status_code == 303
    page = browser.get(at(house)).text
    assert "Habiter seule." in page
    with house.reading():
        [written] = queries.plan.versions(queries.file_or_404(house.code, who(house.worker)))
        assert (written.plan.wish, written.plan.comfort, written.plan.version) == (WISH, None, 1)
        assert written.by.id == house.worker


def test_each_version_stays_to_be_read(house: House, browser: Browser) -> None:
    for version, wish in enumerate((WISH, "Partir en voyage.", "Partir en voyage.")):
        sent = {"wish": wish, "version": str(min(version, 2))}
        assert browser.send(at(house), sent).status_code == 303
    with house.reading():
        versions = queries.plan.versions(queries.file_or_404(house.code, who(house.worker)))
        assert [each.plan.wish for each in versions] == ["Partir en voyage.", WISH]  # the same again adds none
    page = browser.get(at(house)).text
    assert "Partir en voyage." in page and "Habiter seule." in page


def test_two_workers_write_it_and_the_second_sees_both(house: House, browser: Browser) -> None:
    browser.send(at(house), {"wish": "Ce que la première a écrit.", "version": "0"})
    answer = browser.send(at(house), {"wish": "Ce que la seconde a écrit.", "version": "0"})
    assert answer.status_code == 409
    assert "Ce que la première a écrit." in answer.text and "Ce que la seconde a écrit." in answer.text
    assert 'name="version" value="1"' in answer.text
    assert browser.send(at(house), {"wish": "Ce que la seconde a écrit.", "version": "1"}).status_code == 303


@pytest.mark.parametrize("wrong", ["NAS 046 454 286", "x" * 2001])
def test_d_file_1_a_refused_plan_keeps_what_was_typed(house: House, browser: Browser, wrong: str) -> None:
    answer = browser.send(at(house), {"wish": WISH, "steps": wrong, "version": "0"})
    assert answer.status_code == 422 and wrong in answer.text and "Habiter seule." in answer.text
    assert 'href="#steps"' in answer.text
    with house.reading():
        assert db.session.scalar(select(Plan.id)) is None


# --- the paper -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", rules.PAPER_LANGUAGES)
def test_d_conf_11_the_paper_names_nobody(house: House, browser: Browser, language: str) -> None:
    with house.writing():
        change_setting(who(house.coordinator), "core.organisation_name", "Organisme Démo")
    browser.send(at(house), {"wish": WISH, "version": "0"})
    answer = browser.send(f"{at(house)}/paper", {"language": language}, seen=at(house))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    disposition = answer.headers["Content-Disposition"]
    assert disposition == 'attachment; filename="notes.pdf"'
    with pikepdf.open(BytesIO(answer.data)) as paper:
        about = str(paper.docinfo) + str(paper.open_metadata())
    for name in ("Organisme", "Hirondelle", house.code, "Intervenante"):
        assert name not in about and name.encode() not in answer.data


def test_each_language_of_the_paper_has_its_own_words(house: House) -> None:
    with house.reading():
        said = {language: forms.plan_words.paper_words(language) for language in rules.PAPER_LANGUAGES}
    assert all(len(words["headings"]) == len(rules.PARTS) and all(words["headings"]) for words in said.values())
    assert len({tuple(said[language]["headings"]) for language in ("en", "es", "ht")}) == 3
    organisation = re.compile(r"plan|avenir|prostitu|support|soutien", re.IGNORECASE)
    assert not any(organisation.search(words["title"]) for words in said.values())


def test_d_conf_10_a_printing_is_journaled_without_a_word(house: House, browser: Browser) -> None:
    from app.journal.models import JournalEntry

    browser.send(at(house), {"wish": WISH, "version": "0"})
    browser.send(f"{at(house)}/paper", {"language": "fr"}, seen=at(house))
    with house.reading():
        assert {"support.plan_written", "support.plan_printed"} <= set(journaled())
        kept = " ".join(str(entry.detail) for entry in db.session.scalars(select(JournalEntry)))
        assert "Habiter" not in kept


@pytest.mark.parametrize("language", ["xx", "", "../fr"])
def test_a_paper_without_a_plan_or_in_no_language_is_not_found(house: House, browser: Browser, language: str) -> None:
    assert browser.send(f"{at(house)}/paper", {"language": "fr"}, seen=at(house)).status_code == 404
    browser.send(at(house), {"wish": WISH, "version": "0"})
    assert browser.send(f"{at(house)}/paper", {"language": language}, seen=at(house)).status_code == 404


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["other", "peer", "coordinator", "administrator"])
def test_d_conf_1_nobody_else_reaches_her_plan(house: House, signed_in: SignIn, role: str) -> None:
    with house.writing():
        worker = who(house.worker)
        actions.plan.write_plan(worker, queries.file_or_404(house.code, worker), version=0, wish=WISH)
    browser = client(house, signed_in, role)
    answer = browser.get(at(house))
    assert answer.status_code in (403, 404) and "Habiter" not in answer.text
    for path in (at(house), f"{at(house)}/paper"):
        sent = {"wish": "autre", "version": "1", "language": "fr"}
        assert browser.send(path, sent, seen="/").status_code in (403, 404), path
    with pytest.raises((NotGranted, NotAllowed)), house.writing():
        file = queries.file_by_code(house.code)
        actions.plan.write_plan(who(getattr(house, role)), file, version=1, wish="autre")


def test_a_closed_file_keeps_her_plan_as_it_is(house: House, browser: Browser) -> None:
    browser.send(at(house), {"wish": WISH, "version": "0"})
    with house.writing():
        actions.close_file(who(house.worker), queries.file_or_404(house.code, who(house.worker)))
    page = browser.get(at(house)).text
    assert "Habiter seule." in page and "<textarea" not in page
    assert browser.send(at(house), {"wish": "autre", "version": "1"}, seen="/").status_code == 409
