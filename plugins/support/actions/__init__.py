"""Use cases: the only room that writes. Each checks who may, changes rows, and records what happened."""

from plugins.support.actions import (
    first_meeting,
    imports,
    interpreters,
    letters,
    meetings,
    partners,
    plan,
    referrals,
    steps,
)
from plugins.support.actions.contacts import TooLate, correct_contact, log_anonymous_contact, log_contact
from plugins.support.actions.files import (
    AlreadyOpen,
    close_file,
    erase,
    note_reassessment,
    open_file,
    reopen_file,
    set_next_step,
)
from plugins.support.actions.following import assign, assign_person, end_assignment
from plugins.support.actions.holding import FOLLOWS, FileClosed, SomeoneElseWrote
from plugins.support.actions.visits import NothingToUndo, count_visit, undo_visit

__all__ = [
    "FOLLOWS",
    "AlreadyOpen",
    "FileClosed",
    "NothingToUndo",
    "SomeoneElseWrote",
    "TooLate",
    "assign",
    "assign_person",
    "close_file",
    "correct_contact",
    "count_visit",
    "end_assignment",
    "erase",
    "first_meeting",
    "imports",
    "interpreters",
    "letters",
    "log_anonymous_contact",
    "log_contact",
    "meetings",
    "note_reassessment",
    "open_file",
    "partners",
    "plan",
    "referrals",
    "reopen_file",
    "set_next_step",
    "steps",
    "undo_visit",
]
