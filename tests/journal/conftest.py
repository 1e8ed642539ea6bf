"""The pages in English, so that these tests read as the source does."""

import pytest

from app.testing import Browser, SignIn


@pytest.fixture
def signed_in(signed_in: SignIn) -> SignIn:
    def sign_in(*who: object) -> Browser:
        browser = signed_in(*who)
        browser.get("/language/en?next=/healthz")
        return browser

    return sign_in
