"""Reads: one file, lists by pages, the caseload, figures. What a user may not open is not found."""

from plugins.support.queries import (
    extracts,
    first_meeting,
    imports,
    interpreters,
    letters,
    meetings,
    partners,
    plan,
    referrals,
    steps,
    waiting,
)
from plugins.support.queries.caseload import (
    adrift,
    assignment_or_404,
    caseload,
    count_waiting,
    followers,
    person_by_code,
    staff,
    staff_or_404,
    without_worker,
    workloads,
)
from plugins.support.queries.export import everything_about
from plugins.support.queries.figures import desk_figures, visits_by_day, visits_today
from plugins.support.queries.file import (
    contact_or_404,
    correctable,
    file_by_code,
    file_or_404,
    summary,
    timeline,
    waiting_in,
)
from plugins.support.queries.glance import glance, who_follows
from plugins.support.queries.lists import accompanied, at_hand, codes_found, count_open, for_the_desk, my_files
from plugins.support.queries.objectives import objectives_at_a_glance
from plugins.support.queries.pages import PAGE

__all__ = [
    "PAGE",
    "accompanied",
    "adrift",
    "assignment_or_404",
    "at_hand",
    "caseload",
    "codes_found",
    "contact_or_404",
    "correctable",
    "count_open",
    "count_waiting",
    "desk_figures",
    "everything_about",
    "extracts",
    "file_by_code",
    "file_or_404",
    "first_meeting",
    "followers",
    "for_the_desk",
    "glance",
    "imports",
    "interpreters",
    "letters",
    "meetings",
    "my_files",
    "objectives_at_a_glance",
    "partners",
    "person_by_code",
    "plan",
    "referrals",
    "staff",
    "staff_or_404",
    "steps",
    "summary",
    "timeline",
    "visits_by_day",
    "visits_today",
    "waiting",
    "waiting_in",
    "who_follows",
    "without_worker",
    "workloads",
]
