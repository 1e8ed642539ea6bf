"""What answers when something is about to leave: her written consent, or a ground of the law (D-CONF-3, D-CONF-4).

Only who may tell about her at all is answered with a permit. Everything else is a refusal that says what to do next.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from app.accounts.models import User
from app.hookspecs import DisclosureRequest, Permit, Refusal
from app.people.models import Person
from app.people.words import ITEM_WORDS, PURPOSE_WORDS
from app.web.times import day, local_day
from plugins.confidentiality.queries import consents, exceptions, persons
from plugins.confidentiality.rules import exceptions as rules
from plugins.confidentiality.rules.consents import Verdict


def authorize_disclosure(request: DisclosureRequest) -> Permit | Refusal:
    """A permit for this recipient, this purpose and every item, now; else why not, and the next thing to do."""
    person, user = request.person, request.by
    if not persons.may_tell(person, user):
        return Refusal(
            _("Nothing was sent: you are not among those who follow her."),
            _("Ask the coordinator to assign her to you, or her worker to send it."),
        )
    persons.open_register(person, user)
    verdict = consents.judged(request)
    if verdict.reason == "covered" and verdict.terms:
        return _by_consent(consents.consent_or_404(verdict.terms.uid, user))
    if ground := exceptions.ground_for(request):
        return _by_ground(ground)
    return _refusal(person, verdict)


def disclosure_permits(person: Person, user: User) -> Iterator[Permit]:
    """What may be told about her now."""
    if not persons.may_tell(person, user):
        return
    yield from (_by_consent(consent) for consent in consents.in_force(person, user))
    yield from (_by_ground(ground) for ground in exceptions.permitting(person, user))


def _by_consent(consent: Any) -> Permit:
    return Permit(
        ground="consent",
        uid=consent.uid,
        recipient=consent.recipient,
        purpose=consent.purpose,
        items=frozenset(consent.items.split()),
        until=consent.until,
        code=consent.person.code,
        url=_page("consent", uid=consent.uid),
    )


def _by_ground(found: Any) -> Permit:
    return Permit(
        ground=found.ground,
        uid=found.uid,
        recipient=found.recipient,
        purpose=found.purpose,
        items=frozenset(found.items.split()),
        until=local_day(found.confirmed_at + rules.PERMITS_FOR),
        code=found.person.code,
        url=_page("exception", uid=found.uid),
    )


def _page(name: str, **values: str) -> str:
    """The address of one of our pages, for a command or a job too: the gate answers whoever sends."""
    return current_app.url_map.bind("").build(f"confidentiality.{name}", values)


def _refusal(person: Person, verdict: Verdict) -> Refusal:
    """The precise reason, and where the next thing is done."""
    terms = verdict.terms
    ask_her = _page("new_consent", code=person.code)
    if terms is None:
        reason = _("Nothing was sent: she has given no written consent for this.")
        return Refusal(reason, _("Ask her for a consent for this recipient first."), ask_her)
    its_page = _page("consent", uid=terms.uid)
    if verdict.reason == "draft":
        reason = _("Nothing was sent: her consent for this recipient is a draft, she has not signed it.")
        return Refusal(reason, _("Go on with it together, until she signs."), its_page)
    if verdict.reason == "expired":
        reason = _("Nothing was sent: her consent ended on %(day)s.", day=day(terms.until) if terms.until else "")
        return Refusal(reason, _("Ask her whether she wishes to renew it, and have it signed anew."), its_page)
    if verdict.reason == "withdrawn":
        reason = _("Nothing was sent: she has taken back her consent for this.")
        return Refusal(reason, _("It can only be told if she signs a new one."), ask_her)
    if verdict.reason == "recipient":
        reason = _("Nothing was sent: she has agreed that others be told, not this recipient.")
        return Refusal(reason, _("Ask her for a consent for this recipient first."), ask_her)
    if verdict.reason == "purpose":
        agreed = str(PURPOSE_WORDS.get(terms.purpose or "", ""))
        reason = _("Nothing was sent: she has agreed for another reason (%(purpose)s).", purpose=agreed)
        return Refusal(reason, _("Ask her for a consent for this reason."), ask_her)
    missing = ", ".join(str(words) for item, words in ITEM_WORDS.items() if item in verdict.missing)
    reason = _("Nothing was sent: her consent does not cover this: %(items)s.", items=missing)
    return Refusal(reason, _("Leave it out, or ask her for a consent that covers it."), its_page)
