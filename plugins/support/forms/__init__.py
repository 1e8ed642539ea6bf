"""What people fill in, and the words for each choice."""

from plugins.support.forms import first_meeting, imports, meetings, plan, plan_words, waiting
from plugins.support.forms.base import Versioned, weeks
from plugins.support.forms.contacts import (
    AnonymousForm,
    ContactForm,
    NextStepForm,
    VisitForm,
    due_title,
    options,
    step_of,
    word,
)
from plugins.support.forms.events import describe

__all__ = [
    "AnonymousForm",
    "ContactForm",
    "NextStepForm",
    "Versioned",
    "VisitForm",
    "describe",
    "due_title",
    "first_meeting",
    "imports",
    "meetings",
    "options",
    "plan",
    "plan_words",
    "step_of",
    "waiting",
    "weeks",
    "word",
]
