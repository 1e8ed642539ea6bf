"""Passwords: Argon2id, and the list of common ones that ships with zxcvbn."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

hasher = PasswordHasher()  # RFC 9106, low memory: 64 MiB, 3 passes


def hashed(password: str) -> str:
    return hasher.hash(_same_everywhere(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. Without a hash it takes as long, and is never so."""
    dummy = _dummy()
    try:
        hasher.verify(password_hash or dummy, _same_everywhere(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def _same_everywhere(password: str) -> str:
    """An accent is written in two ways, by the keyboard that she happens to use."""
    return unicodedata.normalize("NFC", password)


@cache
def _dummy() -> str:
    return hasher.hash("nobody's password")


@cache
def common() -> frozenset[str]:
    """30,000 passwords that everybody tries first, lower-cased."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word.casefold() for word in FREQUENCY_LISTS["passwords"])
