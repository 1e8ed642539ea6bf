"""A copy of her whole file: nothing about others but what was looked at; who opened it (D-CONF-8)."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from app import vault
from app.accounts.models import User
from app.db import db, now
from app.errors import NotAllowed, NotFound
from app.papers.models import Paper
from app.papers.queries import Content
from app.people.actions import register
from app.testing import SignIn
from app.vault.models import Grant
from app.web.times import today
from plugins.confidentiality.actions import rights as rights_actions
from plugins.confidentiality.actions import whole_file as actions
from plugins.confidentiality.models import Preparation, RightsRequest
from plugins.confidentiality.queries import whole_file as queries
from plugins.confidentiality.rules import whole_file as rules
from plugins.support import actions as support
from plugins.support.models import CaseFile
from tests.plugins.confidentiality.conftest import House, her, journaled, who

OTHER = "Éloïse Tremblé"
LINES = {
    "Elle a vu eloise tremble hier.": "in capitals and accents or not",
    "Parti avec ELOÏSE-TREMBLÉ au parc.": "joined",
    "E\u0301loi\u0308se  Tremble\u0301, sa sœur.": "letters and accents apart",
}
KEPT = "Elle veut un logement près du parc."


@pytest.fixture
def asked(house: House) -> str:
    """Her file with contacts that name another person, and her request: its uid."""
    with house.writing():
        worker = who(house.worker)
        file = support.open_file(worker, her(house.code))
        for line in (*LINES, KEPT):
            support.log_contact(worker, file, kind="support", how="phone", day=today(), minutes=5, line=line)
    with house.writing():
        asked = {"received_on": today(), "how": "spoken", "asked_by": "herself", "asker": None, "asked": "Mon dossier."}
        return rights_actions.receive(who(house.worker), her(house.code), kind="access", **asked).uid


def begun(house: House, uid: str, by: int | None = None) -> None:
    with house.writing():
        user = who(by or house.worker)
        actions.begin(user, db.session.scalars(select(RightsRequest).where(RightsRequest.uid == uid)).one())


def made(house: House, uid: str, signed_in: SignIn, *words: str, hide: str = "", language: str = "en") -> Any:
    """The whole way by the pages: what is hidden, every page, then the copies: (PDF, JSON, their file names)."""
    browser = signed_in(User(id=house.worker))
    here = f"/confidentiality/requests/{uid}/file"
    assert browser.send(here, seen=here).status_code == 303
    for word in words:
        assert browser.send(f"{here}/words", {"word": word, "version": version(house)}, seen=here).status_code == 303
    number = 1
    while True:
        page = browser.get(f"{here}/{number}").text
        seal = re.search(r'name="seal" value="(\w+)"', page)
        assert seal
        ticked = {
            f"hide-{key}": "1" for key in re.findall(r'name="hide-([\w.]+)"', page) if hide and hide in part(page, key)
        }
        told = {"seal": seal[1], "version": version(house), **ticked}
        answer = browser.send(f"{here}/{number}", told)
        assert answer.status_code == 303, answer.text
        if answer.location.endswith("/file"):
            break
        number += 1
    sent = browser.send(f"{here}/make", {"language": language, "version": version(house)}, seen=here)
    assert sent.status_code == 303, sent.text
    copies = re.findall(r'href="(/papers/[\w-]+)"', browser.get(here).text)
    answers = {a.mimetype: a for a in map(browser.get, copies)}
    names = " ".join(a.headers["Content-Disposition"] for a in answers.values())
    return answers["application/pdf"].data, answers["application/json"].data.decode(), names


def part(page: str, key: str) -> str:
    """The entry of a page, as HTML."""
    articles = re.findall(r"<article.*?</article>", page, re.S)
    return next(each for each in articles if f'"hide-{key}"' in each)


def version(house: House) -> int:
    with house.reading():
        return db.session.scalars(select(Preparation.version)).one()


def pdf_text(content: bytes) -> str:
    """Every letter of a PDF, by the maps of its fonts; hyphenation and lines undone."""
    told = []
    with pikepdf.open(BytesIO(content)) as opened:
        for page in opened.pages:
            maps = {name: unicode_map(font) for name, font in page.Resources.Font.items()}
            font: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    font = maps[str(operands[0])]
                elif str(operator) in ("Tj", "TJ"):
                    pieces = operands[0] if str(operator) == "TJ" else [operands[0]]
                    for piece in pieces:
                        if isinstance(piece, pikepdf.String):
                            raw = bytes(piece)
                            told += [font.get(raw[i] << 8 | raw[i + 1], "") for i in range(0, len(raw) - 1, 2)]
    return re.sub(r"\s+", " ", "".join(told))


def unicode_map(font: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    for block in re.findall(rb"beginbf(?:char|range)(.*?)endbf", font.ToUnicode.read_bytes(), re.S):
        for line in block.strip().splitlines():
            codes = re.findall(rb"<([0-9A-Fa-f]+)>", line)
            if len(codes) == 2:
                found[int(codes[0], 16)] = bytes.fromhex(codes[1].decode()).decode("utf-16-be")
            elif len(codes) == 3:
                start = int(codes[2], 16)
                for n in range(int(codes[0], 16), int(codes[1], 16) + 1):
                    found[n] = chr(start + n - int(codes[0], 16))
    return found


def leaks(told: str) -> bool:
    return rules.pattern([OTHER]).search(rules._folded(told)[0]) is not None  # type: ignore[union-attr]


# --- the rules -------------------------------------------------------------------------------------------------------


@given(
    st.text(max_size=60), st.sampled_from(["Éloïse", "Jean-Luc", "sœur", "514 555-0101", "Ng"]), st.text(max_size=60)
)
def test_d_conf_8_a_hidden_word_is_nowhere_left_and_nothing_else_is_changed(before: str, word: str, after: str) -> None:
    hide = rules.pattern([word])
    told = f"{before} {word.upper()} {after}"
    left = rules.redacted(told, hide, "[*]")
    assert rules.hits(left, hide) == 0 and rules.hits(told, hide) >= 1
    places = rules.spans(told, hide)
    kept, place = "", 0
    for start, end in places:
        kept += told[place:start] + "[*]"
        place = end
    assert left == kept + told[place:]


@pytest.mark.parametrize("told", ["Éloïsette", "aéloïse", "Eloises"])
def test_whole_words_only(told: str) -> None:
    assert rules.redacted(told, rules.pattern(["Éloïse"]), "x") == told


@given(st.recursive(st.text(max_size=20), lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(max_size=5), s)))
def test_what_is_nested_is_hidden_too(value: Any) -> None:
    hide = rules.pattern(["ab"])
    assert rules.hits(rules.redacted([value, {"k": ["ab", {"ab": "ÀB"}]}], hide, "…"), hide) == 0


def test_a_mark_never_slips_to_another_entry() -> None:
    """Its key is of its content: what comes before it, or a change of it, gives its place to no other."""
    first, second = {"day": "2026-01-01", "line": "a"}, {"day": "2026-01-02", "line": "b"}
    [one] = rules.sections("p", "P", {"rows": [first, second]}, {})
    [two] = rules.sections("p", "P", {"rows": [{"day": "2025-12-31", "line": "c"}, first, second]}, {})
    assert [e.key for e in one.entries] == [e.key for e in two.entries][1:]
    [changed] = rules.sections("p", "P", {"rows": [first | {"line": "a."}, second, second]}, {})
    assert changed.entries[0].key not in {e.key for e in one.entries}
    assert len({e.key for e in changed.entries}) == 3, "two that are alike are two"


def test_pages_hold_all_and_change_their_seal_with_it() -> None:
    [section] = rules.sections("p", "P", {"rows": [{"n": n} for n in range(150)]}, {})
    empty = rules.Section("q", "Q", [], damaged=True)
    pages = rules.pages([section, empty])
    assert sum(len(part.entries) for page in pages for part in page) == 150 and len(pages) == 3
    assert any(part.damaged for page in pages for part in page)
    marks = rules.Marks(seen={str(n): rules.seal_of(page) for n, page in enumerate(pages, 1)})
    assert rules.not_seen(pages, marks) == []
    [more] = rules.sections("p", "P", {"rows": [{"n": n} for n in range(151)]}, {})
    assert rules.not_seen(rules.pages([more, empty]), marks) == [3]


# --- who may ---------------------------------------------------------------------------------------------------------


def test_d_conf_1_only_her_worker_prepares_it(house: House, asked: str, signed_in: SignIn) -> None:
    """Not the privacy officer: notes never by default (DOMAIN section 8)."""
    for number in (house.officer, house.other):
        with pytest.raises(NotAllowed):
            begun(house, asked, number)
        with house.reading(), pytest.raises(NotFound):
            queries.file_request_or_404(asked, who(number))
        assert signed_in(User(id=number)).get(f"/confidentiality/requests/{asked}/file").status_code in (403, 404)
    with pytest.raises(NotAllowed):
        begun(house, asked, house.coordinator)


def test_d_conf_1_the_officer_opens_no_copy_and_a_former_worker_none_after_a_day(
    house: House, asked: str, signed_in: SignIn
) -> None:
    made(house, asked, signed_in)
    with house.reading():
        paper = db.session.scalars(select(Paper)).first()
        assert paper is not None
        uid = paper.uid
        grants = db.session.scalars(select(Grant).where(Grant.safe_id == paper.safe_id)).all()
        assert [g.user_id for g in grants] == [house.worker] and grants[0].until is not None
        assert (grants[0].until - now()) <= actions.OPEN_FOR
    assert signed_in(User(id=house.officer)).get(f"/papers/{uid}").status_code == 404
    assert signed_in(User(id=house.other)).get(f"/papers/{uid}").status_code == 404


# --- what is given ---------------------------------------------------------------------------------------------------


def test_d_conf_8_a_marked_name_is_in_neither_copy_nor_in_their_names(
    house: House, asked: str, signed_in: SignIn
) -> None:
    pdf, told, names = made(house, asked, signed_in, OTHER)
    shown = pdf_text(pdf)
    assert not leaks(shown) and not leaks(told) and not leaks(names) and OTHER.encode() not in pdf
    for kept in (KEPT, "Hirondelle", "au parc.", "[hidden]"):
        assert kept in shown and kept in told
    assert house.code not in names and "Hirondelle" not in names
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert not leaks(str(opened.docinfo)) and "Hirondelle" not in str(opened.docinfo)
        assert b"pdfuaid" in opened.Root.Metadata.read_bytes()


def test_d_conf_8_without_a_mark_it_is_there(house: House, asked: str, signed_in: SignIn) -> None:
    """So that the test above can fail."""
    pdf, told, _names = made(house, asked, signed_in)
    assert leaks(pdf_text(pdf)) and leaks(told)


def test_d_conf_8_an_entry_that_is_hidden_says_why_and_nothing_of_it(
    house: House, asked: str, signed_in: SignIn
) -> None:
    pdf, told, _names = made(house, asked, signed_in, hide="logement")
    assert "logement" not in pdf_text(pdf) and "logement" not in told
    sections = {each["key"]: each for each in json.loads(told)["sections"]}
    hidden = [each for each in sections["support.contacts"]["entries"] if "hidden" in each]
    assert hidden == [{"number": 4, "hidden": "another_person"}]
    assert "It speaks of another person" in pdf_text(pdf)


def test_d_conf_8_it_holds_the_registers_part_each_plugins_and_who_opened_it(
    house: House, asked: str, signed_in: SignIn
) -> None:
    _pdf, told, _names = made(house, asked, signed_in)
    copy = json.loads(told)
    assert (copy["format"], copy["version"], copy["code"]) == (rules.FORMAT, rules.VERSION, house.code)
    found = {each["key"] for each in copy["sections"]}
    assert {"core.record", "core.access", "support.contacts", "confidentiality.requests", "journal.openings"} <= found
    openings = next(each for each in copy["sections"] if each["key"] == "journal.openings")["entries"]
    assert {"Registered a person", "Opened confidential records"} <= {each["fields"]["what"] for each in openings}
    assert all(each["fields"]["who"] == "Intervenante Une (Support worker)" for each in openings)


def test_d_conf_8_its_form_is_the_one_that_is_documented(house: House, asked: str, signed_in: SignIn) -> None:
    import plugins.confidentiality.papers as room

    folder = __import__("pathlib").Path(room.__file__).parent
    schema = json.loads((folder / "whole_file.schema.json").read_text("utf-8"))
    _pdf, told, _names = made(house, asked, signed_in, OTHER, hide="logement")
    assert conforms(json.loads(told), schema, schema) == []
    wrong = json.loads(told) | {"version": 2}
    assert conforms(wrong, schema, schema) != []


def conforms(value: Any, schema: Any, whole: Any, where: str = "$") -> list[str]:
    """The part of JSON Schema that ours uses."""
    if "$ref" in schema:
        return conforms(value, whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], whole, where)
    if "oneOf" in schema:
        fits = [each for each in schema["oneOf"] if not conforms(value, each, whole, where)]
        return [] if len(fits) == 1 else [f"{where}: fits {len(fits)} forms"]
    wrong = []
    if "const" in schema and value != schema["const"]:
        wrong.append(f"{where}: not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{where}: not one of {schema['enum']}")
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    if "type" in schema and not isinstance(value, kinds[schema["type"]]):
        return [*wrong, f"{where}: no {schema['type']}"]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        wrong.append(f"{where}: {value!r}")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        wrong += [f"{where}.{name}: missing" for name in schema.get("required", ()) if name not in value]
        if schema.get("additionalProperties") is False:
            wrong += [f"{where}.{name}: unknown" for name in value if name not in known]
        for name, each in known.items():
            wrong += conforms(value[name], each, whole, f"{where}.{name}") if name in value else []
    for number, each in enumerate(value) if isinstance(value, list) and "items" in schema else ():
        wrong += conforms(each, schema["items"], whole, f"{where}[{number}]")
    return wrong


def test_nothing_is_made_that_nobody_looked_at(house: House, asked: str, signed_in: SignIn) -> None:
    browser = signed_in(User(id=house.worker))
    here = f"/confidentiality/requests/{asked}/file"
    browser.send(here, seen=here)
    sent = browser.send(f"{here}/make", {"language": "en", "version": version(house)}, seen=here)
    assert sent.status_code == 409 and "Look at them" in sent.text
    with house.reading():
        assert db.session.scalar(select(Paper)) is None


def test_what_is_written_after_it_was_looked_at_has_to_be_looked_at(
    house: House, asked: str, signed_in: SignIn
) -> None:
    made(house, asked, signed_in, OTHER)
    with house.writing():
        file = db.session.scalars(select(CaseFile)).one()
        support.log_contact(
            who(house.worker), file, kind="support", how="phone", day=today(), minutes=5, line="Du neuf sur sa mère."
        )
    browser = signed_in(User(id=house.worker))
    here = f"/confidentiality/requests/{asked}/file"
    assert browser.send(f"{here}/make", {"language": "en", "version": version(house)}, seen=here).status_code == 409
    stale = browser.send(f"{here}/1", {"seal": "0" * 24, "version": version(house)})
    assert stale.status_code == 409


def test_marks_are_sealed_kept_and_not_overwritten(house: House, asked: str, signed_in: SignIn) -> None:
    browser = signed_in(User(id=house.worker))
    here = f"/confidentiality/requests/{asked}/file"
    browser.send(here, seen=here)
    seen = version(house)
    assert browser.send(f"{here}/words", {"word": OTHER, "version": seen}, seen=here).status_code == 303
    assert browser.send(f"{here}/words", {"word": "Autre", "version": seen}, seen=here).status_code == 409
    assert browser.send(f"{here}/words", {"word": "É", "version": seen + 1}, seen=here).status_code == 422
    page = browser.get(here).text
    assert OTHER in page and "3 places" in page
    marked = browser.get(f"{here}/1").text
    assert marked.count("<mark>") == 3 and "<mark>eloise tremble</mark>" in marked
    with house.reading():
        raw = db.session.execute(text("SELECT marks FROM confidentiality_preparation")).scalar_one()
        assert OTHER.encode() not in bytes(raw)
        assert "confidentiality.whole_file_marked" in journaled()
    assert (
        browser.send(f"{here}/words", {"word": OTHER, "show": "1", "version": seen + 1}, seen=here).status_code == 303
    )
    assert OTHER not in browser.get(here).text


def test_a_word_is_hidden_from_the_page_with_what_was_ticked_on_it(house: House, asked: str, signed_in: SignIn) -> None:
    browser = signed_in(User(id=house.worker))
    here = f"/confidentiality/requests/{asked}/file"
    browser.send(here, seen=here)
    page = browser.get(f"{here}/1").text
    key = re.findall(r'name="hide-([\w.]+)"', page)[-1]
    seal = re.search(r'name="seal" value="(\w+)"', page)
    assert seal
    told = {"seal": seal[1], "version": version(house), f"hide-{key}": "1", f"why-{key}": "by_law", "add": "1"}
    wrong = browser.send(f"{here}/1", {**told, "word": "x"})
    assert wrong.status_code == 422 and f'name="hide-{key}" value="1" checked' in wrong.text
    assert browser.send(f"{here}/1", {**told, "word": "parc"}).location.endswith("/file/1")
    again = browser.get(f"{here}/1").text
    assert f'name="hide-{key}" value="1" checked' in again and "<mark>parc</mark>" in again
    assert "Go on with page 1" in browser.get(here).text, "it was not looked at to its end"


def spoil(house: House, table: str, column: str) -> None:
    with house.writing():
        query = text(f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY id")
        row = db.session.execute(query).first()
        assert row is not None
        broken = bytes([bytes(row[1])[0]]) + bytes(each ^ 1 for each in bytes(row[1])[1:])
        db.session.execute(text(f"UPDATE {table} SET {column} = :b WHERE id = :i"), {"b": broken, "i": row.id})


def test_a_damaged_value_says_so_the_rest_is_made_and_it_is_journaled(
    house: House, asked: str, signed_in: SignIn
) -> None:
    spoil(house, "support_contact", "line")
    pdf, told, _names = made(house, asked, signed_in)
    sections = {each["key"]: each for each in json.loads(told)["sections"]}
    first = sections["support.contacts"]["entries"][0]
    assert first["damaged"] == ["line"] and first["fields"]["line"] is None
    assert KEPT in told and "Damaged: it could not be read." in pdf_text(pdf)
    assert (
        "Something in her file is damaged"
        in signed_in(User(id=house.worker)).get(f"/confidentiality/requests/{asked}/file").text
    )
    with house.reading():
        assert "vault.damaged" in journaled()


def test_d_conf_8_it_takes_a_step_up_and_is_journaled(house: House, asked: str, signed_in: SignIn) -> None:
    from datetime import timedelta

    from app.accounts.models import UserSession

    made(house, asked, signed_in)
    with house.reading():
        assert "confidentiality.whole_file_made" in journaled()
    browser = signed_in(User(id=house.worker))
    with house.writing():
        for session in db.session.scalars(select(UserSession)):
            session.confirmed_at = now() - timedelta(minutes=6)
    here = f"/confidentiality/requests/{asked}/file"
    assert browser.send(f"{here}/make", {"language": "en", "version": version(house)}, seen=here).status_code == 307


def test_d_conf_9_erasing_her_destroys_the_copies(house: House, asked: str, signed_in: SignIn) -> None:
    from app.errors import SafeDestroyed
    from app.people.actions import erase

    made(house, asked, signed_in)
    with house.writing():
        erase(her(house.code), by=None)
    with house.reading():
        paper = db.session.scalars(select(Paper)).first()
        assert paper is not None
        with pytest.raises(SafeDestroyed):
            vault.open_safes(who(house.worker), [paper.safe_id], why="test")
            Content(paper)


# --- who opened it ---------------------------------------------------------------------------------------------------


def test_d_conf_8_who_opened_her_file_in_words_for_her(house: House, asked: str, signed_in: SignIn) -> None:
    browser = signed_in(User(id=house.worker))
    for _again in range(3):
        browser.get(f"/people/{house.code}")
    page = browser.get(f"/confidentiality/persons/{house.code}/openings").text
    assert "Intervenante Une" in page and "Registered a person" in page and "her page" in page
    assert page.count("her page") == 1, "what is alike on one day is told once"
    officer = signed_in(User(id=house.officer)).get(f"/confidentiality/persons/{house.code}/openings")
    assert officer.status_code == 200 and "Hirondelle" not in officer.text
    assert signed_in(User(id=house.other)).get(f"/confidentiality/persons/{house.code}/openings").status_code == 404


def test_d_conf_8_a_tie_to_a_relative_is_told_neither_in_her_copy_nor_in_who_opened_it(
    house: House, asked: str, signed_in: SignIn
) -> None:
    """A tie is known to who may open both files, and to nobody else."""
    with house.writing():
        worker = who(house.worker)
        relative = register(worker, kind="relative", pseudonym="Sittelle", first_contact=today())
        support.open_file(worker, relative)
        code = relative.code
    with house.writing():
        file = db.session.scalars(select(CaseFile).order_by(CaseFile.id)).first()
        assert file is not None
        support.relatives.tie(who(house.worker), file, code)
    with house.reading():
        assert "support.relatives_changed" in journaled()
    pdf, told, _names = made(house, asked, signed_in)
    page = signed_in(User(id=house.worker)).get(f"/confidentiality/persons/{house.code}/openings").text
    for shown in (pdf_text(pdf), told, page):
        for word in (code, "Sittelle", "tied"):
            assert word not in shown


def test_d_conf_8_openings_come_page_by_page_and_cost_the_same(house: House, asked: str, signed_in: SignIn) -> None:
    from app.journal import record

    with house.writing():
        for number in range(450):
            record("people.updated", by=who(house.worker), codes=[house.code], n=number)
    browser = signed_in(User(id=house.worker))
    page = browser.get(f"/confidentiality/persons/{house.code}/openings").text
    older = re.search(r'href="([^"]+before=\d+)"', page)
    assert older and ">200<" in page
    assert "450" not in browser.get(older[1].replace("&amp;", "&")).text
