"""Court orders and subpoenas: what comes in, and what is owed to it (D-CONF-4, D-CONF-9). Pure."""

from __future__ import annotations

KINDS = ("court_order", "subpoena", "warrant", "other")
HOLDS = {"court_order": "court_order", "subpoena": "subpoena", "warrant": "court_order", "other": "other"}
TOLD = ("yes", "no")
MOST_PERSONS = 20
