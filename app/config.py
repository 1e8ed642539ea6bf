"""Every setting of the software, read from the environment (INTRANET_*), typed, checked at start.

What the board or the organisation decides (texts, delays, thresholds) is not here: it is edited in the product
(app.catalogue.settings), dated and journaled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class SettingError(ValueError):
    """A setting is missing or wrong. The message names it and says what it should be."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one instance. Field `x_y` is read from INTRANET_X_Y."""

    instance: Path = Path("instance")
    database_url: str = ""  # empty: SQLite in the instance folder
    keys_url: str = ""  # empty: SQLite in the instance folder, apart from the data
    key_file: Path | None = None  # None: <instance>/keys/master.key
    base_url: str = "http://localhost:8000"  # how people reach it; https outside a demo
    demo: bool = False
    mail_host: str = ""  # empty: no e-mail leaves
    mail_port: int = 25
    mail_user: str = ""
    mail_password: str = ""
    mail_starttls: bool = False
    mail_from: str = ""
    backup_recipient: str = ""  # an age public key; empty: the instance's own

    @property
    def secure(self) -> bool:
        """Whether the pages are reached through TLS."""
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def data_url(self) -> str:
        return self.database_url or f"sqlite:///{self.instance.absolute() / 'data' / 'intranet.db'}"

    @property
    def key_store_url(self) -> str:
        return self.keys_url or f"sqlite:///{self.instance.absolute() / 'keys' / 'keys.db'}"

    @property
    def master_key(self) -> Path:
        return self.key_file or self.instance.absolute() / "keys" / "master.key"


def _boolean(text: str) -> bool:
    if text.lower() not in {"1", "0", "true", "false", "yes", "no"}:
        raise ValueError
    return text.lower() in {"1", "true", "yes"}


def _port(text: str) -> int:
    if not 0 < (port := int(text)) < 65536:
        raise ValueError
    return port


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError
    return text.rstrip("/")


def _database(text: str) -> str:
    if text and not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError
    return text


_READ: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "instance": (Path, "a folder"),
    "database_url": (_database, "sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"),
    "keys_url": (_database, "sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"),
    "key_file": (Path, "a file"),
    "base_url": (_web_address, "an address such as https://intranet.example.org"),
    "demo": (_boolean, "1 or 0"),
    "mail_port": (_port, "a number from 1 to 65535"),
    "mail_starttls": (_boolean, "1 or 0"),
}


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Raises SettingError, whose message is one line."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for field in fields(Settings):
        name = f"INTRANET_{field.name.upper()}"
        text = environ.get(name, "").strip()
        if not text:
            continue
        read, wanted = _READ.get(field.name, (str, "a text"))
        try:
            values[field.name] = read(text)
        except ValueError:
            raise SettingError(f"{name} should be {wanted}.") from None
    settings = Settings(**values)
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    if settings.key_store_url == settings.data_url:
        raise SettingError("INTRANET_KEYS_URL should be another database than INTRANET_DATABASE_URL: keys stay apart.")
    if settings.mail_host and "@" not in settings.mail_from:
        raise SettingError("INTRANET_MAIL_FROM should be an e-mail address, because INTRANET_MAIL_HOST is set.")
    if not settings.demo and not settings.secure and settings.host not in {"localhost", "127.0.0.1", "::1"}:
        raise SettingError("INTRANET_BASE_URL should begin with https:// outside a demo.")
