"""Sealing and opening: AES-256-GCM, bound to the place where the value stands. Pure functions."""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32
PREFIXES = range(2, 9)  # lengths of beginnings that can be searched
TOKEN_BYTES = 12


class WrongSeal(Exception):
    """The value does not open with this key at this place."""


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def place(table: str, row: str, column: str) -> bytes:
    """Where a value stands; a value moved elsewhere does not open."""
    return "\0".join((table, row, column)).encode()


def seal(key: AESGCM, clear: bytes, where: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + key.encrypt(nonce, clear, where)


def unseal(key: AESGCM, sealed: bytes, where: bytes) -> bytes:
    """Raises WrongSeal when value, key or place is not the one it was sealed with."""
    if sealed[:1] != VERSION:
        raise WrongSeal
    try:
        return key.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], where)
    except (InvalidTag, ValueError):
        raise WrongSeal from None


def plain(text: str) -> str:
    """A text as it is searched: no accents, no case, words apart by one space."""
    spread = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return " ".join("".join(c if c.isalnum() else " " for c in spread if not unicodedata.combining(c)).split())


def token(key: bytes, field: str, text: str) -> bytes:
    """A keyed fingerprint of a text in a field."""
    return hmac.digest(key, f"{field}\0{text}".encode(), hashlib.sha256)[:TOKEN_BYTES]


def beginnings(text: str) -> Iterator[str]:
    """Every beginning under which a text is found: of each word, from 2 to 8 letters."""
    for word in dict.fromkeys(plain(text).split()):
        for length in PREFIXES:
            if length <= len(word):
                yield word[:length]
