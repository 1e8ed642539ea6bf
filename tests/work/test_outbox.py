"""Mail waits in the outbox with the change it tells of, leaves from the background, and says nothing (D-CONF-11)."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import func, select, text

from app.db import db, now, transaction
from app.testing import add_user
from app.work import outbox
from app.work.models import OutboxMail


class Received:
    """What a real SMTP server was given; it refuses the recipients named in `refused`."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []
        self.refused: set[str] = set()

    async def handle_RCPT(self, _server: SMTP, _s: Session, envelope: Envelope, to: str, _o: list[str]) -> str:
        if to in self.refused:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.letters.append(envelope)
        return "250 OK"


def serve(received: Received, **options: object) -> Iterator[Controller]:
    controller = Controller(received, hostname="127.0.0.1", port=0, **options)  # type: ignore[arg-type]
    # aiosmtpd checks that it answers on the port that was asked for: tell it the one that the system chose.
    create = controller._create_server

    def remember():  # type: ignore[no-untyped-def]
        waiting = create()

        async def made():  # type: ignore[no-untyped-def]
            server = await waiting
            controller.port = server.sockets[0].getsockname()[1]
            return server

        return made()

    controller._create_server = remember  # type: ignore[method-assign]
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def received() -> Received:
    return Received()


@pytest.fixture
def server(received: Received) -> Iterator[Controller]:
    yield from serve(received)


def use(app: Flask, port: int, **changes: object) -> None:
    settings = app.config["SETTINGS"]
    mail = {"mail_host": "127.0.0.1", "mail_port": port, "mail_from": "intranet@example.org"}
    app.config["SETTINGS"] = replace(settings, **mail, **changes)


def queue(*emails: str, language: str = "fr") -> None:
    with transaction():
        for email in emails:
            user = add_user("Intervenante Démo", "support_worker", email=email)
            user.language = language
            outbox.queue_mail(user, "waiting")


def waiting() -> int:
    with transaction():
        return db.session.scalar(select(func.count()).select_from(OutboxMail)) or 0


def test_d_conf_11_a_mail_is_neutral_and_leaves_once(context: Flask, server: Controller, received: Received) -> None:
    use(context, server.port)
    queue("demo@example.org", language="en")
    assert outbox.send_due() == 1
    assert outbox.send_due() == 0
    assert waiting() == 0
    [letter] = received.letters
    content = letter.content.decode()  # type: ignore[union-attr]
    assert letter.rcpt_tos == ["demo@example.org"]
    assert "Something waits for you in the intranet" in content and "http://localhost:8000/" in content
    assert "Intervenante" not in content and "Démo" not in content


def test_nothing_leaves_when_the_change_is_rolled_back(context: Flask, server: Controller, received: Received) -> None:
    use(context, server.port)
    with pytest.raises(ZeroDivisionError), transaction():
        outbox.queue_mail(add_user("Démo", "coordinator"), "waiting")
        _ = 1 / 0
    assert outbox.send_due() == 0 and received.letters == []


def test_recipient_and_text_are_sealed(context: Flask, server: Controller) -> None:
    use(context, server.port)
    queue("canary@example.org")
    with transaction():
        row = db.session.execute(text("SELECT recipient, text FROM core_outbox")).one()
    assert b"canary" not in row.recipient and b"localhost" not in row.text


@pytest.mark.parametrize("value", ["Hirondelle d’Été", "a b", "x" * 65, "a\nBcc: somebody@example.org"])
def test_d_conf_11_only_identifiers_and_numbers_go_into_a_mail(context: Flask, value: str) -> None:
    with pytest.raises(ValueError, match="numbers and identifiers"), transaction():
        outbox.queue_mail(add_user("Démo", "privacy_officer"), "journal_head", seq=1, hash=value)


def test_no_mail_without_a_server_nor_for_a_disabled_account(context: Flask, server: Controller) -> None:
    queue("demo@example.org")
    use(context, server.port)
    with transaction():
        user = add_user("Partie", "support_worker")
        user.disabled_at = now()
        outbox.queue_mail(user, "waiting")
    assert waiting() == 0


def test_a_refused_recipient_holds_up_no_other(context: Flask, server: Controller, received: Received) -> None:
    use(context, server.port)
    received.refused.add("gone@example.org")
    queue("gone@example.org", "here@example.org")
    assert outbox.send_due() == 1
    assert [letter.rcpt_tos for letter in received.letters] == [["here@example.org"]]
    assert waiting() == 1


def test_a_silent_server_is_tried_again_later_then_given_up(context: Flask, free_port: int) -> None:
    use(context, free_port)
    queue("demo@example.org")
    moment = now()
    for wait in outbox.BACK_OFF:
        with time_machine.travel(moment, tick=False):
            assert outbox.send_due() == 0
            assert outbox._claim() == []  # not before its time
        moment += wait + datetime.timedelta(seconds=1)
    with time_machine.travel(moment, tick=False):
        outbox.send_due()
    with transaction():
        mail = db.session.scalar(select(OutboxMail))
        assert mail is not None and mail.given_up_at is not None and mail.tries == len(outbox.BACK_OFF) + 1


def test_a_claimed_mail_is_not_sent_by_another(context: Flask, server: Controller, received: Received) -> None:
    use(context, server.port)
    queue("demo@example.org")
    [letter] = outbox._claim()
    assert outbox.send_due() == 0 and received.letters == []
    with time_machine.travel(now() + outbox.CLAIM + datetime.timedelta(seconds=1)):  # the sender died
        assert outbox.send_due() == 1
    [sent] = received.letters
    assert letter.uid in sent.content.decode()  # type: ignore[union-attr]  # under the same Message-ID


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now() - datetime.timedelta(days=1))
        .not_valid_after(now() + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


def test_starttls_asks_for_a_trusted_certificate(
    context: Flask, received: Received, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = certificate(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(cert, key)
    for controller in serve(received, tls_context=tls, require_starttls=True):
        use(context, controller.port, mail_starttls=True)
        queue("demo@example.org")
        assert outbox.send_due() == 0 and received.letters == []  # nobody vouches for it
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        with time_machine.travel(now() + datetime.timedelta(minutes=2)):
            assert outbox.send_due() == 1
