"""The tables of follow-up; one module a topic."""

from plugins.support.models.file import AnonymousContact, Assignment, CaseFile, Contact, Visit
from plugins.support.models.first_meeting import Answer, FirstMeeting, SituationNote
from plugins.support.models.following import HandOver
from plugins.support.models.imports import Import, Imported
from plugins.support.models.meetings import Meeting, MeetingBefore
from plugins.support.models.own_file import Seal
from plugins.support.models.plan import Plan
from plugins.support.models.relatives import Tie
from plugins.support.models.retention import ContactsYear
from plugins.support.models.stand_in import StandIn

__all__ = [
    "AnonymousContact",
    "Answer",
    "Assignment",
    "CaseFile",
    "Contact",
    "ContactsYear",
    "FirstMeeting",
    "HandOver",
    "Import",
    "Imported",
    "Meeting",
    "MeetingBefore",
    "Plan",
    "Seal",
    "SituationNote",
    "StandIn",
    "Tie",
    "Visit",
]
