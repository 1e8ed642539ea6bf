"""Providers and privacy impact assessments: entered and reviewed by the privacy officer (D-CONF-6)."""

from __future__ import annotations

from typing import Any

from app.accounts.models import User
from plugins.confidentiality.actions import kept
from plugins.confidentiality.models import Assessment, Provider


def add_provider(user: User, **values: Any) -> Provider:
    """Raises NotAllowed."""
    user.must("confidentiality.registers")
    return kept.add(user, Provider, "provider_added", **values)


def change_provider(user: User, provider: Provider, *, version: int, **values: Any) -> None:
    """Raises NotAllowed, NotGranted, WrittenMeanwhile."""
    kept.hold(user, provider, version)
    kept.change(user, provider, "provider_changed", **values)


def add_assessment(user: User, **values: Any) -> Assessment:
    """Raises NotAllowed."""
    user.must("confidentiality.registers")
    return kept.add(user, Assessment, "assessment_added", **values)


def change_assessment(user: User, assessment: Assessment, *, version: int, **values: Any) -> None:
    """Raises NotAllowed, NotGranted, WrittenMeanwhile."""
    kept.hold(user, assessment, version)
    kept.change(user, assessment, "assessment_changed", **values)
