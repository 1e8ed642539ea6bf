"""The outbox: mail is written with the change that it tells of, and leaves afterwards, from the background.

A row is claimed before it is sent: two senders never take the same one. Should we be killed between the server's
"accepted" and the row's deletion, the message leaves again under the same Message-ID, an hour later.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import NamedTuple

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from app.accounts.models import User
from app.config import Settings
from app.db import db, now, transaction
from app.work.models import OutboxMail

CLAIM = timedelta(hours=1)  # how long a sender that died keeps what it claimed
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440)]  # then it is given up
BATCH = 50
TIMEOUT = 20  # seconds


def _texts() -> dict[str, tuple[str, str]]:
    """What we write, by key: subject and body. Neutral: whoever reads over her shoulder learns nothing."""
    return {
        "waiting": (
            _("Something waits for you"),
            _("Something waits for you in the intranet. Sign in to see it:"),
        ),
        "way_in": (
            _("Your account"),
            _("Somebody asked for a new way in to your account. If that was not you, say so at once."),
        ),
        "journal_head": (
            _("Journal: head %(seq)s"),
            _("Keep this message. It proves later what the journal held today.\n\nEntry %(seq)s\n%(hash)s"),
        ),
    }


def queue_mail(user: User, key: str, **values: int | str) -> None:
    """Tell one of the staff by e-mail, in her language, once this unit of work is committed. No mail set up: nothing.

    `values` are numbers and identifiers, else ValueError is raised (D-CONF-11).
    """
    settings: Settings = current_app.config["SETTINGS"]
    if not all(re.fullmatch(r"[\w-]{1,64}", str(value), re.ASCII) for value in values.values()):
        raise ValueError("An e-mail of ours holds numbers and identifiers only.")
    with force_locale(user.language):
        subject, body = _texts()[key]
    if settings.mail_host and user.is_active:
        text = f"{subject}\n\n{body}\n\n{settings.base_url}/\n"
        db.session.add(OutboxMail(recipient=user.email, text=text % values if values else text))


class Letter(NamedTuple):
    """A claimed mail, in clear: outside of any unit of work while the server is spoken to."""

    id: int
    uid: str
    recipient: str
    text: str
    tries: int


def send_due() -> int:
    """Send what is due; how many were accepted. What fails is tried later, then given up for the doctor to say."""
    if not (letters := _claim()):
        return 0
    accepted = set(_send(letters))
    with transaction():
        for letter in letters:
            _note(letter, letter.id in accepted)
    return len(accepted)


def _claim() -> list[Letter]:
    with transaction():
        due = select(OutboxMail).where(OutboxMail.given_up_at.is_(None), OutboxMail.next_try <= now())
        mails = list(db.session.scalars(due.order_by(OutboxMail.id).limit(BATCH).with_for_update(skip_locked=True)))
        for mail in mails:
            mail.next_try, mail.tries = now() + CLAIM, mail.tries + 1
        return [Letter(mail.id, mail.uid, mail.recipient, mail.text, mail.tries) for mail in mails]


def _note(letter: Letter, accepted: bool) -> None:
    mine = OutboxMail.id == letter.id, OutboxMail.tries == letter.tries  # else somebody claimed it after us
    if accepted:
        db.session.execute(delete(OutboxMail).where(*mine))
    elif letter.tries > len(BACK_OFF):
        db.session.execute(update(OutboxMail).where(*mine).values(given_up_at=now()))
    else:
        later = now() + BACK_OFF[letter.tries - 1]
        db.session.execute(update(OutboxMail).where(*mine).values(next_try=later))


def _send(letters: list[Letter]) -> Iterator[int]:
    """The letters that the server accepts; one that it refuses does not hold up the others."""
    settings: Settings = current_app.config["SETTINGS"]
    try:
        with smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=TIMEOUT) as server:
            if settings.mail_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.mail_user:
                server.login(settings.mail_user, settings.mail_password)
            for letter in letters:
                try:
                    server.send_message(_message(letter, settings))
                    yield letter.id
                except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
                    current_app.logger.warning("mail refused", extra={"kind": type(error).__name__})
    except (OSError, smtplib.SMTPException) as error:
        current_app.logger.warning("mail server", extra={"kind": type(error).__name__})


def _message(letter: Letter, settings: Settings) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = settings.mail_from, letter.recipient
    message["Subject"], body = letter.text.split("\n\n", 1)
    message["Message-ID"] = f"<{letter.uid}@{settings.host}>"
    message["Date"] = now()
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message
