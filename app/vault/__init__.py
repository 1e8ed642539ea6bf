"""The vault: safes, sealed columns, grants, keys, blind index. Plugins import from here."""

from app.vault.columns import Confidential, Findable, Kept, Sealed, damaged_as, reveal, sealed_column
from app.vault.content import Opener, seal_bytes
from app.vault.models import Grant, Safe
from app.vault.safes import (
    create_safe,
    create_safes,
    destroy,
    fingerprint,
    found,
    grant,
    granted_to,
    in_force,
    is_granted,
    key_store,
    open_safes,
    opened,
    revoke,
)

__all__ = [
    "Confidential",
    "Findable",
    "Grant",
    "Kept",
    "Opener",
    "Safe",
    "Sealed",
    "create_safe",
    "create_safes",
    "damaged_as",
    "destroy",
    "fingerprint",
    "found",
    "grant",
    "granted_to",
    "in_force",
    "is_granted",
    "key_store",
    "open_safes",
    "opened",
    "reveal",
    "revoke",
    "seal_bytes",
    "sealed_column",
]
