"""Who is at the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import has_request_context
from flask_login import current_user

if TYPE_CHECKING:
    from app.accounts.models import User


def whoever() -> User | None:
    """The user who is signed in, or None: nobody, a command or a job."""
    if has_request_context() and current_user.is_authenticated:
        return cast("User", current_user._get_current_object())
    return None


def me() -> User:
    """The user who is signed in. For views behind a permission, where there always is one."""
    user = whoever()
    assert user is not None
    return user
