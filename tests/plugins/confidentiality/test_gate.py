"""Nothing leaves without a permit, whatever is tried (D-CONF-3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from app import vault
from app.db import db, now, reading, transaction
from app.errors import NotAllowed, NotGranted
from app.people.actions import register
from app.people.disclosure import NothingPermits, authorize, permits
from app.people.models import Disclosure
from app.plugins import PluginState
from app.web.times import today
from plugins.confidentiality.actions import consents as actions
from plugins.confidentiality.models import Consent
from tests.plugins.confidentiality.conftest import House, her, journaled, who
from tests.plugins.confidentiality.her_consents import RECIPIENT, again, drafted, sent, signed

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.usefixtures("english")]


def refusal(house: House, *items: str, recipient: str = RECIPIENT, purpose: str = "housing") -> Any:
    """Why it is refused; that nothing left is looked at too."""
    with pytest.raises(NothingPermits) as refused, transaction():
        sent(who(house.worker), house.code, recipient, purpose, *items)
    with reading():
        assert db.session.scalar(select(func.count(Disclosure.id))) == 0
        assert "people.disclosure_refused" in journaled()
    return refused.value.refusal


def its_end(days: int) -> Any:
    return time_machine.travel(now() + timedelta(days=days), tick=False)


def test_d_conf_3_a_consent_permits_its_recipient_its_purpose_and_its_items(house: House) -> None:
    with transaction():
        consent = signed(who(house.worker), house.code)
        entry = sent(who(house.worker), house.code, "  maison du TILLEUL ", "housing", "needs", "identity")
        assert (entry.ground, entry.permit, entry.items) == ("consent", consent.uid, "needs identity")
    with reading():
        assert [each.uid for each in permits(her(house.code), who(house.worker))] == [consent.uid]


def test_d_conf_3_without_any_consent(house: House) -> None:
    found = refusal(house)
    assert "no written consent" in found.reason
    assert found.url == f"/confidentiality/persons/{house.code}/consents/new"


def test_d_conf_3_a_draft_permits_nothing_even_when_printed(house: House) -> None:
    with transaction():
        draft = drafted(who(house.worker), house.code)
        actions.print_paper(who(house.worker), draft, version=draft.version)
        uid = draft.uid
    found = refusal(house)
    assert "draft" in found.reason
    assert found.url.endswith(uid)


def test_d_conf_3_an_expired_consent_says_when_it_ended(house: House) -> None:
    with transaction():
        signed(who(house.worker), house.code, until=today() + timedelta(days=10))
    with its_end(11):
        found = refusal(house)
    assert "ended on" in found.reason
    with its_end(10), transaction():
        sent(who(house.worker), house.code)  # its last day is one of its days


def test_d_conf_3_a_consent_that_was_taken_back(house: House) -> None:
    with transaction():
        actions.withdraw(who(house.worker), signed(who(house.worker), house.code), how="oral")
    assert "taken back" in refusal(house).reason


def test_d_conf_3_another_recipient(house: House) -> None:
    with transaction():
        signed(who(house.worker), house.code)
    for other in ("Maison du Tilleu", "Maison du Tilleul et cie", "Clinique", " "):
        assert "recipient" in refusal(house, recipient=other).reason


def test_d_conf_3_another_purpose(house: House) -> None:
    with transaction():
        signed(who(house.worker), house.code)
    assert "Housing" in refusal(house, purpose="legal").reason


def test_d_conf_3_every_item_is_covered_by_one_consent(house: House) -> None:
    with transaction():
        signed(who(house.worker), house.code)
        signed(who(house.worker), house.code, items=["life_history"])
    assert "What she needs" in refusal(house, "needs", "life_history").reason
    assert "Copies of her documents" in refusal(house, "documents").reason


def test_d_conf_3_nothing_is_told_under_no_item_at_all(house: House) -> None:
    with transaction():
        signed(who(house.worker), house.code)
    with pytest.raises(NothingPermits), transaction():
        authorize(who(house.worker), her(house.code), recipient=RECIPIENT, purpose="housing", items=[])


def test_d_conf_3_another_persons_consent_lets_nothing_leave(house: House) -> None:
    with transaction():
        other = register(who(house.worker), kind="woman", first_contact=today()).code
        signed(who(house.worker), other)
    refusal(house)


@pytest.mark.parametrize("role", ["other", "officer", "coordinator", "administrator", "peer"])
def test_d_conf_1_a_consent_is_used_by_her_workers_alone(house: House, role: str) -> None:
    with transaction():
        signed(who(house.worker), house.code)
    with pytest.raises((NotGranted, NotAllowed)), transaction():
        sent(who(getattr(house, role)), house.code)
    with pytest.raises(NothingPermits), transaction():
        authorize(who(getattr(house, role)), her(house.code), recipient=RECIPIENT, purpose="housing", items=["needs"])
    with reading():
        assert permits(her(house.code), who(getattr(house, role))) == []


def test_d_conf_1_a_peer_beside_her_opens_her_register_and_yet_tells_nothing(house: House) -> None:
    with transaction():
        signed(who(house.worker), house.code)
        vault.grant(her(house.code).safe_id, who(house.peer), why="beside", by=None)
    with pytest.raises(NotAllowed), transaction():
        sent(who(house.peer), house.code)
    with reading():
        assert permits(her(house.code), who(house.peer)) == []


def test_law_6_switched_off_nothing_leaves(house: House) -> None:
    with transaction():
        signed(who(house.worker), house.code)
        db.session.get_one(PluginState, "confidentiality").enabled = False
    from flask import g

    g.pop("switches", None)
    with pytest.raises(NothingPermits) as refused, transaction():
        sent(who(house.worker), house.code)
    assert "switched off" in str(refused.value)


def test_d_conf_3_what_was_written_into_a_signed_row_by_hand_is_not_read(house: House) -> None:
    """Somebody with the database alone cannot widen a consent's recipient: it is sealed."""
    with transaction():
        first, second = (signed(who(house.worker), house.code, name) for name in (RECIPIENT, "Clinique Démo"))
        row = Consent.__table__
        moved = db.session.execute(select(row.c.recipient).where(row.c.id == second.id)).scalar_one()
        db.session.execute(row.update().where(row.c.id == first.id).values(recipient=moved))
    from app.errors import Damaged

    with pytest.raises((Damaged, NothingPermits)), transaction():
        sent(who(house.worker), house.code, "Clinique Démo", "housing", "needs", "contact")


# --- two at once -----------------------------------------------------------------------------------------------------


def together(house: House, *acts: Any) -> list[Any]:
    """Each in a thread and a unit of work of its own, at one moment; what each raised, or None."""
    start, found = Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Any) -> None:
        with house.app.app_context():
            start.wait()
            try:
                with transaction():
                    act()
            except Exception as error:
                found[number] = error  # type: ignore[call-overload]

    threads = [Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def moments(uid: str) -> tuple[list[Any], Any]:
    with reading():
        rows = db.session.execute(select(Disclosure.at).where(Disclosure.permit == uid)).scalars().all()
        return list(rows), db.session.execute(select(Consent.withdrawn_at).where(Consent.uid == uid)).scalar_one()


@pytest.mark.parametrize("turn", range(4))
def test_d_conf_2_a_withdrawal_and_a_letter_at_one_moment(house: House, turn: int) -> None:
    """Sent before, or refused; never after: what is told of as received is all that left."""
    with transaction():
        uid = signed(who(house.worker), house.code).uid
    listed: list[int] = []

    def withdraw() -> None:
        user = who(house.officer if turn % 2 else house.worker)
        listed.append(len(list(actions.withdraw(user, again(uid, user), how="oral"))))

    acts: Iterable[Any] = [withdraw, lambda: sent(who(house.worker), house.code)]
    first, second = together(house, *(acts if turn < 2 else reversed(list(acts))))
    refused = [error for error in (first, second) if error is not None]
    assert all(isinstance(error, NothingPermits) for error in refused), refused
    left, withdrawn = moments(uid)
    assert withdrawn is not None
    assert listed == [len(left)]  # whoever took it back was told of every letter
    assert len(left) + len(refused) == 1


def test_d_conf_2_a_letter_that_is_being_written_waits_for_nothing_and_is_refused_after_the_withdrawal(
    house: House,
) -> None:
    with transaction():
        uid = signed(who(house.worker), house.code).uid
    with reading():
        assert permits(her(house.code), who(house.worker))  # the letter begins from it
    with transaction():
        actions.withdraw(who(house.worker), again(uid, who(house.worker)), how="oral")
    assert "taken back" in refusal(house).reason
