"""Sealed bytes: what is too long for a column (an attachment's content), bound to its place as a sealed value is."""

from __future__ import annotations

from typing import Any

from app.errors import Damaged
from app.vault import crypto
from app.vault.columns import opened_key
from app.vault.safes import sealing_key


def seal_bytes(safe_id: int, clear: bytes, where: tuple[str, str, str]) -> bytes:
    """Seal bytes in a safe, for a place: table, row, column. No grant is needed to put something into a safe."""
    return crypto.seal(sealing_key(safe_id), clear, crypto.place(*where))


class Opener:
    """Opens what stands in one safe, that was opened in this unit of work; goes on when the unit has ended, so that an
    answer can be streamed. Raises NotGranted, journaled, when the safe was not opened.
    """

    def __init__(self, safe_id: int) -> None:
        self._key: Any = opened_key(safe_id)

    def open_bytes(self, sealed: bytes, where: tuple[str, str, str]) -> bytes:
        """Raises Damaged when the bytes were changed, or stood elsewhere."""
        try:
            return crypto.unseal(self._key, sealed, crypto.place(*where))
        except crypto.WrongSeal:
            raise Damaged from None
