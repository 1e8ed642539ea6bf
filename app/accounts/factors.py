"""Second factors: codes of an app (TOTP), passkeys, recovery codes. Each is accepted once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

import pyotp
import segno
import webauthn
from flask import current_app
from sqlalchemy import Select, delete, func, select, update
from webauthn.helpers import bytes_to_base64url, structs

from app.accounts import rules
from app.accounts.models import Passkey, RecoveryCode, User
from app.config import Settings
from app.db import db, now
from app.vault import key_store

STEP = 30  # seconds
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else
ISSUER = "Intranet"
T = TypeVar("T")


def has_any(user: User) -> bool:
    return user.totp_secret is not None or bool(passkeys_of(user))


# --- codes of an app -------------------------------------------------------------------------------------------------


def totp_secret_for(occasion: str) -> str:
    """The secret to show on an occasion (an invitation, a session), the same each time and kept nowhere meanwhile."""
    digest = hmac.digest(key_store().house_key("totp"), occasion.encode(), hashlib.sha256)
    return base64.b32encode(digest[:20]).decode()


def totp_picture(user: User, secret: str) -> str:
    """The QR code that her app reads, as SVG markup without any style."""
    address = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)
    return segno.make(address, error="m").svg_inline(dark="#000", light="#fff", border=3, title=ISSUER, omitsize=True)


def totp_counter(secret: str, code: str) -> int | None:
    """The time-step that a code belongs to: this one, the one before or after; None for a wrong code."""
    digits, this = "".join(code.split()), int(now().timestamp()) // STEP
    app = pyotp.TOTP(secret)
    right = [
        c for c in (this - 1, this, this + 1) if hmac.compare_digest(app.generate_otp(c).encode(), digits.encode())
    ]
    return right[0] if right else None


def use_totp(user: User, code: str) -> bool:
    """Whether it is her app's code. It is accepted once, whatever runs at the same time. In a unit for writing."""
    counter = totp_counter(user.totp_secret, code) if user.totp_secret else None
    if counter is None:
        return False
    newer = update(User).where(User.id == user.id, User.totp_last < counter)
    return db.session.scalar(newer.values(totp_last=counter).returning(User.id)) is not None


# --- recovery codes --------------------------------------------------------------------------------------------------


def new_recovery_codes(user: User) -> list[str]:
    """Ten new codes; the earlier ones are worth nothing any more."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    drawn = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(rules.RECOVERY_CODES)]
    codes = [f"{code[:5]}-{code[5:]}" for code in drawn]
    db.session.add_all(RecoveryCode(user_id=user.id, code=code) for code in codes)
    return codes


def use_recovery_code(user: User, code: str) -> bool:
    """Whether it is one of her codes that was not used. It is used by this."""
    for row in db.session.scalars(_unused(user)):
        if hmac.compare_digest(rules.fold(row.code).encode(), rules.fold(code).encode()):
            once = update(RecoveryCode).where(RecoveryCode.id == row.id, RecoveryCode.used_at.is_(None))
            return db.session.scalar(once.values(used_at=now()).returning(RecoveryCode.id)) is not None
    return False


def recovery_codes_left(user: User) -> int:
    return db.session.scalar(select(func.count()).select_from(_unused(user).subquery())) or 0


def _unused(user: User) -> Select[RecoveryCode]:
    return select(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))


# --- passkeys --------------------------------------------------------------------------------------------------------


def passkeys_of(user: User) -> Sequence[Passkey]:
    return db.session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)).all()


def registration_options(user: User) -> tuple[str, str]:
    """What her browser needs to make a passkey, as JSON, and the challenge to remember."""
    options = webauthn.generate_registration_options(
        rp_id=_settings().host,
        rp_name=ISSUER,
        user_id=user.uid.encode(),
        user_name=user.email,
        user_display_name=user.name,
        exclude_credentials=_descriptors(user),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.PREFERRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def authentication_options(user: User | None) -> tuple[str, str]:
    """What her browser needs to use a passkey (when `user` is None: any that it knows), and the challenge."""
    options = webauthn.generate_authentication_options(
        rp_id=_settings().host,
        allow_credentials=_descriptors(user) if user else None,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def add_passkey(user: User, answer: str, challenge: str, device: str) -> bool:
    """Keep the passkey that her browser made for this challenge."""
    made = _or_none(
        lambda: webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=_settings().host,
            expected_origin=_origin(),
            require_user_verification=True,
        )
    )
    if made is None or _known(made.credential_id):
        return False
    key = Passkey(user_id=user.id, credential=made.credential_id, public_key=made.credential_public_key, device=device)
    key.sign_count = made.sign_count
    db.session.add(key)
    return True


def use_passkey(answer: str, challenge: str) -> int | None:
    """The id of the user whose passkey answers this challenge, its counter moved on; None when nobody's does."""
    name = _or_none(lambda: webauthn.base64url_to_bytes(str(json.loads(answer)["rawId"])))
    key = _known(name) if name else None
    if key is None:
        return None
    shown = _or_none(
        lambda: webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=_settings().host,
            expected_origin=_origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    )
    if shown is None:
        return None
    same = update(Passkey).where(Passkey.id == key.id, Passkey.sign_count == key.sign_count)
    moved = same.values(sign_count=shown.new_sign_count, used_at=now()).returning(Passkey.user_id)
    return db.session.scalar(moved)


def _or_none(verify: Callable[[], T]) -> T | None:
    """None for whatever is wrong with what a browser sent: its parsing fails in more ways than the library names."""
    try:
        return verify()
    except Exception:
        return None


def _known(credential: bytes) -> Passkey | None:
    return db.session.scalar(select(Passkey).where(Passkey.credential == credential))


def _descriptors(user: User) -> list[structs.PublicKeyCredentialDescriptor]:
    return [structs.PublicKeyCredentialDescriptor(id=key.credential) for key in passkeys_of(user)]


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _origin() -> str:
    parts = urlsplit(_settings().base_url)
    return f"{parts.scheme}://{parts.netloc}"
