"""What the tests of this room share."""

from __future__ import annotations

import pytest

from app.accounts.models import User
from app.testing import Browser, SignIn


@pytest.fixture
def in_english(signed_in: SignIn) -> SignIn:
    """The same as `signed_in`, in the language that these tests read."""

    def sign_in(who: str | User, *roles: str) -> Browser:
        browser = signed_in(who, *roles)
        browser.get("/language/en")
        return browser

    return sign_in
