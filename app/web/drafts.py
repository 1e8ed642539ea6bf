"""A form that was sent after its session expired is kept, sealed, and waits."""

from __future__ import annotations

from typing import Any


def form_expired() -> Any:
    """Stub: replaced by the drafts of the house."""
    from app.web import page

    return page(400, "")
