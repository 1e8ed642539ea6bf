"""How long things are kept, and who agrees that they go (D-CONF-9). Pure."""

from __future__ import annotations

HOLD_SOURCES = ("court_order", "subpoena", "complaint", "request", "other")  # what forbids to destroy
