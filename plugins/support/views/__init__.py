"""HTTP alone: read the request, call one action or query, show a page. One module a topic, one blueprint."""

from plugins.support.views import (
    contacts,
    files,
    first_meeting,
    following,
    imports,
    life,
    meetings,
    network,
    objectives,
    plan,
    visits,
)
from plugins.support.views.base import bp

__all__ = [
    "bp",
    "contacts",
    "files",
    "first_meeting",
    "following",
    "imports",
    "life",
    "meetings",
    "network",
    "objectives",
    "plan",
    "visits",
]
