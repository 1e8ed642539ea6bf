"""Follow-up (services 1, 2, 4, 8 and 9)."""

from __future__ import annotations

from tests.access.expected.roles import (
    BESIDE,
    COUNTS,
    FOLLOWS,
    KEEPS_DIRECTORIES,
    LIFTS,
    REVIEWS,
    SEALS,
    SEES_CODES,
    STANDS_IN,
)

FILES = {
    "GET support.files": FOLLOWS,
    "POST support.find_files": FOLLOWS,
    "GET support.contact": FOLLOWS,
    "POST support.who": FOLLOWS,
    "GET support.imports": FOLLOWS,
    "POST support.read_import": FOLLOWS,
}

# About one person: her file, and what stands in it. The peer beside her reaches none of it but what is shared.
FILE = {
    "POST support.open_file": FOLLOWS,
    "GET support.file": FOLLOWS,
    "POST support.set_next_step": FOLLOWS,
    "POST support.reassessed": FOLLOWS,
    "POST support.close_file": FOLLOWS,
    "POST support.reopen_file": FOLLOWS,
    "POST support.log_contact": FOLLOWS,
    "POST support.log_contact_with": FOLLOWS,
    "GET support.correct_contact": FOLLOWS,
    "POST support.correct_contact": FOLLOWS,
    # the first meeting, and what is offered
    "GET support.go_on": FOLLOWS,
    "GET support.first_meeting": FOLLOWS,
    "POST support.first_meeting": FOLLOWS,
    "GET support.commitments": FOLLOWS,
    "POST support.answer_offer": FOLLOWS,
    "GET support.situation": FOLLOWS,
    "POST support.situation": FOLLOWS,
    # meetings
    "GET support.meetings": FOLLOWS,
    "GET support.note_meeting": FOLLOWS,
    "POST support.note_meeting": FOLLOWS,
    "GET support.meeting": FOLLOWS,
    "GET support.correct_meeting": FOLLOWS,
    "POST support.correct_meeting": FOLLOWS,
    # objectives; shared ones
    "GET support.objectives": FOLLOWS,
    "POST support.add_objective": FOLLOWS,
    "GET support.objective": FOLLOWS,
    "POST support.reword": FOLLOWS,
    "POST support.note_progress": FOLLOWS,
    "POST support.add_small_step": FOLLOWS,
    "POST support.small_step": FOLLOWS,
    "POST support.share_objective": FOLLOWS,
    "GET support.beside": BESIDE,
    # her network, her life history
    "GET support.network": FOLLOWS,
    "POST support.add_tie": FOLLOWS,
    "GET support.network_tie": FOLLOWS,
    "POST support.network_tie": FOLLOWS,
    "POST support.end_network_tie": FOLLOWS,
    "GET support.life": FOLLOWS,
    "POST support.begin_life": FOLLOWS,
    "POST support.add_life_event": FOLLOWS,
    "GET support.life_event": FOLLOWS,
    "POST support.life_event": FOLLOWS,
    "POST support.remove_life_event": FOLLOWS,
    "GET support.destroy_life": FOLLOWS,
    "POST support.destroy_life": FOLLOWS,
    # interpreters who come; the note for who follows after
    "GET support.bookings": FOLLOWS,
    "POST support.book": FOLLOWS,
    "POST support.cancel_booking": FOLLOWS,
    "GET support.file_hand_over": FOLLOWS,
    "POST support.leave_note": FOLLOWS,
    "POST support.hand_over_read": FOLLOWS,
}
STEPS = {
    "GET support.steps": FOLLOWS,
    "GET support.new_step": FOLLOWS,
    "POST support.add_step": FOLLOWS,
    "GET support.step": FOLLOWS,
    "POST support.step": FOLLOWS,
}
REFERRALS = {
    "GET support.referrals": FOLLOWS,
    "GET support.new_referral": FOLLOWS,
    "POST support.refer": FOLLOWS,
    "GET support.referral": FOLLOWS,
    "GET support.edit_referral": FOLLOWS,
    "POST support.edit_referral": FOLLOWS,
    "POST support.note_outcome": FOLLOWS,
    "GET support.letters": FOLLOWS,
    "GET support.new_letter": FOLLOWS,
    "POST support.begin_letter": FOLLOWS,
    "GET support.letter": FOLLOWS,
    "POST support.save_letter": FOLLOWS,
    "GET support.preview_letter": FOLLOWS,
    "POST support.leave_out": FOLLOWS,
    "POST support.send_letter": FOLLOWS,
    "POST support.discard_letter": FOLLOWS,
}
RELATIVES = {
    "GET support.relatives": FOLLOWS,
    "POST support.tie": FOLLOWS,
    "POST support.untie": FOLLOWS,
}
PLAN = {
    "GET support.plan": FOLLOWS,
    "POST support.write_plan": FOLLOWS,
    "POST support.plan_paper": FOLLOWS,
}

# What she began herself: nobody else's.
OWN = {
    "GET support.import_waiting": FOLLOWS,
    "POST support.write_import": FOLLOWS,
    "POST support.discard_import": FOLLOWS,
    "POST support.end_stand_in": STANDS_IN,
}

# By codes: who follows whom, who opened what, what is sealed. Nothing of it opens a file.
CODES = {
    "GET support.assignments": SEES_CODES,
    "POST support.assign": SEES_CODES,
    "POST support.end_assignment": SEES_CODES,
    "GET support.hand_over": SEES_CODES,
    "POST support.hand_files_over": SEES_CODES,
    "GET support.accompanied": BESIDE,
    "GET support.stand_in": STANDS_IN,
    "POST support.open_for_a_time": STANDS_IN,
    "GET support.stand_ins": REVIEWS,
    "GET support.stand_in_to_review": REVIEWS,
    "POST support.review_stand_in": REVIEWS,
    "POST support.stop_stand_in": REVIEWS,
    "GET support.sealed": SEALS | LIFTS,
    "POST support.seal": SEALS,
    "POST support.ask_lifting": SEALS,
    "POST support.lift_seal": LIFTS,
    "POST support.keep_sealed": SEALS | LIFTS,
}
INTERPRETERS = {
    "GET support.interpreters": KEEPS_DIRECTORIES,
    "GET support.new_interpreter": KEEPS_DIRECTORIES,
    "POST support.new_interpreter": KEEPS_DIRECTORIES,
    "GET support.interpreter": KEEPS_DIRECTORIES,
    "POST support.interpreter": KEEPS_DIRECTORIES,
}
PARTNERS = {
    "GET support.partners": KEEPS_DIRECTORIES,
    "POST support.find_partners": KEEPS_DIRECTORIES,
    "GET support.partner": KEEPS_DIRECTORIES,
    "GET support.new_partner": KEEPS_DIRECTORIES,
    "POST support.new_partner": KEEPS_DIRECTORIES,
    "GET support.edit_partner": KEEPS_DIRECTORIES,
    "POST support.edit_partner": KEEPS_DIRECTORIES,
    "POST support.check_partner": KEEPS_DIRECTORIES,
    "POST support.archive_partner": KEEPS_DIRECTORIES,
    "POST support.restore_partner": KEEPS_DIRECTORIES,
}
COUNTED = {
    "GET support.anonymous": COUNTS,
    "POST support.anonymous": COUNTS,
}
VISITS = {
    "GET support.visits": COUNTS,
    "POST support.count_visit": COUNTS,
    "POST support.undo_visit": COUNTS,
}

EXPECTED: dict[str, set[str]] = {
    **(FILES | FILE | STEPS | REFERRALS | RELATIVES | PLAN | OWN),
    **(CODES | INTERPRETERS | PARTNERS | COUNTED | VISITS),
}

# The end of her life history is for good.
CONFIRMED_FIRST = {"GET support.destroy_life", "POST support.destroy_life"}

# A woman's file is of service 1: its pages go with it, whatever else stands on them.
HER_FILE = set(FILE | STEPS | REFERRALS | RELATIVES | PLAN)
HERS = HER_FILE | set(OWN)

FOLLOW_UP = {1, 8}  # women, relatives: what is for both goes when both are off
_APART = ((STEPS, 2), (REFERRALS, 4), (PARTNERS, 4), (RELATIVES, 8), (PLAN, 9), (VISITS, 9))
SERVICE = dict.fromkeys(EXPECTED, FOLLOW_UP) | {line: {number} for lines, number in _APART for line in lines}

# What a coordinator reads once she stands in, as her worker does; she writes nothing (D-CONF-1).
READ_BY_STAND_IN = {
    *("GET support.file", "GET support.commitments", "GET support.meetings", "GET support.meeting"),
    *("GET support.objectives", "GET support.objective", "GET support.network", "GET support.life"),
    *("GET support.bookings", "GET support.file_hand_over", "GET support.steps", "GET support.referrals"),
    *("GET support.referral", "GET support.letters", "GET support.letter", "GET support.preview_letter"),
    *("GET support.relatives", "GET support.plan"),
}
