"""What a person may ask about what is held on her, and by when she is answered (D-CONF-6). Pure."""

from __future__ import annotations

from datetime import date, timedelta

KINDS = ("access", "portability", "rectification", "withdrawal", "destruction", "deindexing")
WHOLE_FILE = ("access", "portability")  # answered with her whole file (D-CONF-8)
WAYS_IN = ("spoken", "writing", "email", "phone", "other")
ASKED_BY = ("herself", "representative", "other")
IDENTITY = ("known", "code", "document", "mandate")  # how it was made sure that it is she, or speaks for her
ANSWERS = ("granted", "partly", "refused", "dropped")  # dropped: she does not ask any more
GIVEN = ("handed", "post", "secure_link", "spoken")
DAYS = 30  # law: calendar days, the day of receipt not counted
LOOK_BACK = timedelta(days=365)  # ours: how long ago a request that is entered now may have come in


def answer_due(received: date) -> date:
    """The thirtieth calendar day after receipt: no pause, no business days (D-CONF-6)."""
    return received + timedelta(days=DAYS)


def may_have_come(day: date, today: date) -> bool:
    return today - LOOK_BACK <= day <= today


def needs_reasons(answer: str) -> bool:
    """A refusal, even in part, says why, on which article it rests, and what she can do about it."""
    return answer in ("partly", "refused")


def takes_statement(kind: str, answer: str | None) -> bool:
    """A correction that was refused: what she says about it is kept with her file."""
    return kind == "rectification" and answer is not None and needs_reasons(answer)


def takes_correction(kind: str, answer: str | None) -> bool:
    """A correction that was accepted: that it was made, and when, is noted."""
    return kind == "rectification" and answer in ("granted", "partly")
