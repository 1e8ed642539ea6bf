"""The only room that writes the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import insert, select

from app import vault
from app.accounts.models import User
from app.db import db, now
from app.errors import IntranetError, NotFound
from app.journal import record
from app.people import queries, rules
from app.people.models import Person, SafeContact
from app.plugins import plugins_of
from app.vault.bulk import insert_many
from app.web.times import today


class UnderSixteen(IntranetError):
    """No file under 16: she is referred (D-FILE-3)."""

    status = 422

    def message(self) -> str:
        return _(
            "Under 16, no file is opened here. Stay with her, and refer her to youth protection or a youth service."
        )


def register(
    user: User,
    *,
    kind: str,
    name: str | None = None,
    pseudonym: str | None = None,
    languages: Sequence[str] = ("fr",),
    age_band: str | None = None,
    first_contact: date,
    contacts: Iterable[Mapping[str, Any]] = (),
) -> Person:
    """Register a person by name, by pseudonym or by a code alone (D-FILE-2); her safe opens to who registers her.

    `languages`: preferred first. `contacts`: fields of SafeContact. Raises NotAllowed, UnderSixteen.
    """
    user.must("core.people.register")
    person = Person(code=_free_code(), registered_by=user.id)
    _fill(person, kind=kind, name=name, pseudonym=pseudonym, languages=languages, age_band=age_band)
    person.first_contact, person.safe_id = first_contact, vault.create_safe("person").id
    db.session.add(person)
    vault.grant(person.safe_id, user, why="registered", by=user)
    record("people.registered", by=user, codes=[person.code], kind=kind)
    db.session.flush()
    for contact in contacts:
        add_contact(user, person, **contact)
    return person


class Registered(NamedTuple):
    """A person of `register_many`."""

    id: int
    code: str
    safe_id: int


def register_many(
    user: User, people: Sequence[Mapping[str, Any]], ways: Sequence[Mapping[str, Any] | None]
) -> list[Registered]:
    """Register persons of a list, in its order, each with `register`'s fields and with the way to reach her, if known.

    A few queries for all of them. Raises NotAllowed, UnderSixteen.
    """
    user.must("core.people.register")
    if not all(rules.may_be_registered(each.get("age_band")) for each in people):
        raise UnderSixteen
    safes, codes = vault.create_safes("person", len(people)), _free_codes(len(people))
    made = {"registered_by": user.id, "registered_at": now(), "register_safe_id": None}
    rows = [
        {**_FIELDS, **each, **made, "code": code, "safe_id": safe, "languages": " ".join(each["languages"])}
        for each, code, safe in zip(people, codes, safes, strict=True)
    ]
    ids = insert_many(Person, rows)
    given = [{"safe_id": safe, "user_id": user.id, "why": "registered", "granted_by": user.id} for safe in safes]
    db.session.execute(insert(vault.Grant), given)
    known = [
        {**_WAY, **way, "safe_id": safe, "person_id": number, "confirmed_on": each["first_contact"]}
        for way, each, number, safe in zip(ways, people, ids, safes, strict=True)
        if way
    ]
    insert_many(SafeContact, known)
    record("people.registered", by=user, codes=codes, count=len(codes))
    return [Registered(*each) for each in zip(ids, codes, safes, strict=True)]


_FIELDS = {"name": None, "pseudonym": None, "age_band": None}
_WAY = {"rank": 1, "leave_message": False, "name_us": False, "who_may_answer": None, "name_to_use": None, "hours": None}


def update(user: User, person: Person, **values: Any) -> None:
    """Change any of `register`'s fields. Raises NotAllowed, NotGranted, UnderSixteen."""
    _open(user, person)
    changed = _fill(person, **values)
    record("people.updated", by=user, codes=[person.code], fields=".".join(changed))


def add_contact(user: User, person: Person, **fields: Any) -> SafeContact:
    """One more way to reach her, after those there are; confirmed today unless said otherwise (D-FILE-4)."""
    _open(user, person)
    last = max((contact.rank for contact in queries.contacts(person)), default=0)
    fields = {"confirmed_on": today(), **fields}
    contact = SafeContact(safe_id=person.safe_id, person_id=person.id, rank=last + 1, **fields)
    db.session.add(contact)
    db.session.flush()
    record("people.contact_added", by=user, codes=[person.code], subject=contact.uid)
    return contact


def confirm_contact(user: User, person: Person, contact: SafeContact, **fields: Any) -> None:
    """She said today that it is still safe, with these fields changed or as it was."""
    _open(user, person, contact)
    for field, value in {**fields, "confirmed_on": today()}.items():
        setattr(contact, field, value)
    record("people.contact_confirmed", by=user, codes=[person.code], subject=contact.uid, changed=bool(fields))


def remove_contact(user: User, person: Person, contact: SafeContact) -> None:
    """It is not safe any more: nothing of it is kept."""
    _open(user, person, contact)
    db.session.delete(contact)
    record("people.contact_removed", by=user, codes=[person.code], subject=contact.uid)


def rank(user: User, person: Person, contact: SafeContact, place: int = 1) -> None:
    """Put a contact at a place among the others; 1: reach her this way first."""
    _open(user, person, contact)
    others = [other for other in queries.contacts(person) if other is not contact]
    for number, each in enumerate([*others[: place - 1], contact, *others[place - 1 :]], 1):
        each.rank = number
    record("people.contact_ranked", by=user, codes=[person.code], subject=contact.uid, place=place)


def register_safe(person: Person) -> int:
    """The safe of what is to be accounted for about her: consents, disclosures, requests (D-CONF-6). Made when needed.

    Who may open her own safe opens it too, and so does the privacy officer, by office; it holds no note.
    """
    if person.register_safe_id is None:
        db.session.refresh(person, with_for_update=True)  # two at once make one
    if person.register_safe_id is None:
        person.register_safe_id = vault.create_safe("register", beside=person.safe_id).id
        db.session.flush()
    return person.register_safe_id


def erase(person: Person, *, by: User | None) -> None:
    """Destroy all that is written about a person, by every plugin, on or off, and by the register of persons.

    What was disclosed stays accounted for until its own time comes; figures stay. Whoever calls this has had two
    people agree (D-CONF-9). Raises what a plugin raises: a destruction that is not whole is none.
    """
    plugins_of(current_app).ask_everyone("erase_person", person=person)
    vault.destroy(db.session.get_one(vault.Safe, person.safe_id), by=by)
    record("people.erased", by=by, codes=[person.code])


def _open(user: User, person: Person, contact: SafeContact | None = None) -> None:
    """Writing takes the permission and a grant on her safe; both refusals are journaled (D-CONF-1).

    Raises NotFound for a contact that is not hers.
    """
    user.must("core.people.register")
    if contact is not None and contact.person_id != person.id:
        raise NotFound
    vault.open_safes(user, [person.safe_id], why="register", codes=[person.code])


def _fill(person: Person, **values: Any) -> list[str]:
    """Set what differs; the names of what changed."""
    if not rules.may_be_registered(values.get("age_band")):
        raise UnderSixteen
    if "languages" in values:
        values["languages"] = " ".join(values["languages"])
    changed = [field for field, value in values.items() if getattr(person, field) != value]
    for field in changed:
        setattr(person, field, values[field])
    return sorted(changed)


def _free_code() -> str:
    return _free_codes(1)[0]


def _free_codes(count: int) -> list[str]:
    """Codes that nobody has, each another."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        tried = {rules.new_code() for _each in range(count - len(codes))} - codes.keys()
        taken = db.session.scalars(select(Person.code).where(Person.code.in_(tried))).all()
        codes |= dict.fromkeys(tried.difference(taken))
    return list(codes)
