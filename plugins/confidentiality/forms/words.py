"""The words on screen for the keywords that are kept."""

from __future__ import annotations

from plugins.confidentiality.forms.registers import WORDS


def in_words(keys: str | None, vocabulary: str) -> str:
    """One keyword, or several apart by spaces, in the reader's words: `{{ consent.items|in_words("items") }}`."""
    known = WORDS[vocabulary]
    return ", ".join(str(known.get(key, key)) for key in (keys or "").split())
