"""The register's rules: who may be registered, what a code looks like, when a contact is confirmed again. Pure."""

import secrets
from datetime import date, timedelta

LANGUAGES = ("fr", "en", "es", "ht")
WITH_INTERPRETER = (
    *("ar", "ase", "atj", "bn", "cr", "fa", "hi", "iu", "ln", "moe", "pa"),
    *("pt", "ro", "ru", "ta", "tl", "tr", "uk", "ur", "vi", "zh"),
)
UNDER_16, MINOR = "under-16", "16-17"
AGE_BANDS = (MINOR, "18-24", "25-34", "35-44", "45-54", "55-64", "65+")
CODE_LENGTH = 5
ALPHABET = "2346789CDFGHJKMNPQRTVWXY"  # nothing that reads like something else, and no vowel: no word by accident


def new_code() -> str:
    """A person's code: random, never sequential, easy to say and to copy (D-FILE-2)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def as_code(text: str) -> str:
    """What was typed as a code, or as the beginning of one; empty when it can't be one."""
    code = text.strip().upper()
    return code if len(code) <= 8 and code.isascii() and code.isalnum() else ""


def may_be_registered(age_band: str | None) -> bool:
    """From 16 on; an age that she would rather not say is no obstacle. Under 16: no file, refer (D-FILE-3)."""
    return age_band is None or age_band in AGE_BANDS


def needs_confirming(confirmed_on: date, today: date, after_days: int) -> bool:
    """A safe contact is confirmed again with her after so many days, 90 unless the board says else (D-FILE-4)."""
    return today - confirmed_on > timedelta(days=after_days)


def beginnings(text: str) -> str:
    """The first four letters of each word: two names that share them may be one woman's."""
    return " ".join(word[:4] for word in text.split())


# --- what may leave --------------------------------------------------------------------------------------------------

ITEMS = (  # ticked one by one on a consent (D-CONF-2); whatever leaves is one of these
    *("identity", "contact", "presence", "situation", "needs", "objectives", "steps", "meetings"),
    *("support_network", "life_history", "documents"),
)
PURPOSES = (
    *("housing", "legal", "health", "income", "immigration", "compensation", "studies", "safety", "follow_up"),
    *("complaint", "other"),
)
WAYS = ("handed", "post", "secure_link", "spoken")  # how it was sent
