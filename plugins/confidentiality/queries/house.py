"""The registers of providers and of privacy impact assessments (D-CONF-6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import literal, union_all

from app.accounts.models import User
from app.db import db
from plugins.confidentiality.models import Assessment, Provider
from plugins.confidentiality.queries.incidents import entry_or_404, opened, standing
from plugins.confidentiality.queries.registers import Column, Register, Row, Rows, Wanted, keep, rows_of

PROVIDER = (
    Column("name", _l("Name")),
    Column("service", _l("What it does for us")),
    Column("information", _l("Which personal information"), long=True),
    Column("held_in", _l("Held"), "word", "where"),
    Column("place", _l("Where, more precisely"), long=True),
    Column("clauses", _l("Contract and clauses"), long=True),
    Column("assessed_on", _l("Looked at on"), "date"),
    Column("review_on", _l("Again on"), "date"),
)
ASSESSMENT = (
    Column("assessed_on", _l("Assessed on"), "date"),
    Column("project", _l("Project")),
    Column("information", _l("Which personal information"), long=True),
    Column("sensitivity", _l("Sensitivity"), "word", "levels"),
    Column("held_in", _l("Held"), "word", "where"),
    Column("transfers", _l("What leaves Québec"), long=True),
    Column("verdict", _l("Conclusion"), "word", "verdicts"),
    Column("conclusion", _l("Why"), long=True),
    Column("measures", _l("Measures"), long=True),
    Column("review_on", _l("Again on"), "date"),
)


def provider_or_404(uid: str, user: User) -> Provider:
    """Opened. Raises NotAllowed, NotFound."""
    found: Provider = entry_or_404(Provider, uid, user)
    return found


def assessment_or_404(uid: str, user: User) -> Assessment:
    """Opened. Raises NotAllowed, NotFound."""
    found: Assessment = entry_or_404(Assessment, uid, user)
    return found


def reviews_due(until: date, limit: int = 20) -> Sequence[Any]:
    """What is to be looked at again until a day: (uid, day, which of the two), the nearest first; nothing is opened."""
    parts = [
        standing(model, model.uid)
        .add_columns(model.review_on.label("day"), literal(name))
        .where(model.review_on <= until)
        for name, model in (("provider", Provider), ("assessment", Assessment))
    ]
    return db.session.execute(union_all(*parts).order_by("day").limit(limit)).all()


def _row(entry: Any, columns: tuple[Column, ...]) -> Row:
    return {name: getattr(entry, name) for name in ("id", "uid", *(column.key for column in columns))}


def _providers(user: User, wanted: Wanted) -> Rows:
    """Their period is that of the day they were entered, which every one has."""
    rows = opened(user, standing(Provider), Provider, Provider.made_at, wanted)
    return rows_of(rows, wanted, lambda one: _row(one, PROVIDER))


def _assessments(user: User, wanted: Wanted) -> Rows:
    rows = opened(user, standing(Assessment), Assessment, Assessment.assessed_on, wanted)
    return rows_of(rows, wanted, lambda one: _row(one, ASSESSMENT))


keep(
    Register(
        "providers",
        _l("Providers"),
        "briefcase",
        PROVIDER,
        page=_providers,
        size=lambda: standing(Provider, Provider.id),
        due=lambda day: standing(Provider, Provider.id).where(Provider.review_on <= day),
        endpoint="confidentiality.provider",
        new=("confidentiality.new_provider", _l("Enter a provider")),
        hint=_l("Who holds personal information on our behalf, where, under which contract."),
        weight=60,
    )
)
keep(
    Register(
        "assessments",
        _l("Privacy impact assessments"),
        "scale",
        ASSESSMENT,
        page=_assessments,
        size=lambda: standing(Assessment, Assessment.id),
        due=lambda day: standing(Assessment, Assessment.id).where(Assessment.review_on <= day),
        endpoint="confidentiality.assessment",
        new=("confidentiality.new_assessment", _l("Enter an assessment")),
        hint=_l("Before a project that touches personal information, and before any of it leaves Québec."),
        weight=61,
    )
)
