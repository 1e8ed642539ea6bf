"""The tables of follow-up; one module a topic."""

from plugins.support.models.file import AnonymousContact, Assignment, CaseFile, Contact, Visit
from plugins.support.models.first_meeting import Answer, FirstMeeting, SituationNote
from plugins.support.models.following import HandOver
from plugins.support.models.imports import Import, Imported
from plugins.support.models.interpreters import Booking, Interpreter
from plugins.support.models.life import LifeEvent, LifeHistory
from plugins.support.models.meetings import Meeting, MeetingBefore
from plugins.support.models.network import NetworkTie
from plugins.support.models.objectives import Objective, ObjectiveStep, ObjectiveVersion, SharedObjective
from plugins.support.models.own_file import Seal
from plugins.support.models.partners import Echo, Partner
from plugins.support.models.plan import Plan
from plugins.support.models.referrals import Letter, Referral
from plugins.support.models.relatives import Tie
from plugins.support.models.retention import ContactsYear
from plugins.support.models.stand_in import StandIn
from plugins.support.models.steps import Step

__all__ = [
    "AnonymousContact",
    "Answer",
    "Assignment",
    "Booking",
    "CaseFile",
    "Contact",
    "ContactsYear",
    "Echo",
    "FirstMeeting",
    "HandOver",
    "Import",
    "Imported",
    "Interpreter",
    "Letter",
    "LifeEvent",
    "LifeHistory",
    "Meeting",
    "MeetingBefore",
    "NetworkTie",
    "Objective",
    "ObjectiveStep",
    "ObjectiveVersion",
    "Partner",
    "Plan",
    "Referral",
    "Seal",
    "SharedObjective",
    "SituationNote",
    "StandIn",
    "Step",
    "Tie",
    "Visit",
]
