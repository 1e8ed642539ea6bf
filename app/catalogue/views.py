"""Services, settings, and the public page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.names import names_of
from app.accounts.permissions import PUBLIC, SIGNED_IN, needs
from app.catalogue import actions, queries
from app.catalogue.services import SERVICES, services_on
from app.catalogue.settings import CORE_SETTINGS, editable, held, languages_of, setting, spec_of
from app.errors import IntranetError, NotFound
from app.web.i18n import language

bp = Blueprint("catalogue", __name__)


@bp.get("/bienvenue")
@needs(PUBLIC)
def public_page() -> str:
    """Who we are, what is on, what we commit to, how to complain: for anybody, in four languages."""
    texts = {spec.key: (spec.title, *queries.said(spec)) for spec in CORE_SETTINGS if spec.long}
    name, on = setting("core.organisation_name"), [SERVICES[number][language()] for number in services_on()]
    return render_template("catalogue/public.html", name=name, texts=texts, services=on)


@bp.get("/services")
@needs("core.services.switch")
def services() -> str:
    lines = queries.services()
    names = names_of(line.row.by for line in lines if line.row)
    return render_template("catalogue/services.html", services=lines, names=names)


@bp.get("/services/<int:number>")
@needs("core.services.switch")
def service(number: int) -> str:
    """What switching it does, and the button that does it."""
    for line in queries.services():
        if line.number == number and line.state != "absent":
            return render_template("catalogue/service.html", service=line)
    raise NotFound


@bp.post("/services/<int:number>")
@needs("core.services.switch")
def switch_service(number: int) -> Response:
    on = request.form.get("on") == "1"
    actions.switch_service(me(), number, on=on)
    name = SERVICES[number][language()]
    flash(_("“%(service)s” is on.", service=name) if on else _("“%(service)s” is off.", service=name))
    return redirect(url_for(".services"))


@bp.get("/settings")
@needs(SIGNED_IN)
def settings() -> str:
    """What she may change: each setting names its own permission."""
    if not (groups := queries.settings_of(me())):
        me().must("core.settings.edit")
    return render_template("catalogue/settings.html", groups=groups)


@bp.get("/settings/<key>")
@needs(SIGNED_IN)
def edit_setting(key: str) -> str:
    """The setting and its versions, in one language."""
    me().must(editable(key).permission)
    return _setting_page(key, request.args.get("language"))


def _setting_page(key: str, tongue: str | None, typed: str | None = None, error: IntranetError | None = None) -> str:
    spec = spec_of(key)
    tongue = tongue or languages_of(spec)[0]
    newest, versions = held(spec, tongue), queries.versions(key, tongue)
    shown = {"spec": spec, "tongue": tongue, "newest": newest, "versions": versions, "error": error}
    shown |= {"value": newest.value if typed is None else typed, "names": names_of(v.by for v in versions)}
    return render_template("catalogue/setting.html", tongues=languages_of(spec), **shown)


@bp.post("/settings/<key>")
@needs(SIGNED_IN)
def change_setting(key: str) -> Any:
    """Saved; or shown again with what was typed, beside what somebody else saved meanwhile."""
    tongue, typed = request.form.get("language", ""), request.form.get("value", "")
    try:
        actions.change_setting(me(), key, typed, tongue, seen=request.form.get("seen", type=int))
    except (actions.WrongValue, actions.ChangedMeanwhile) as error:
        return _setting_page(key, tongue, typed, error), error.status
    flash(_("Saved."))
    return redirect(url_for(".edit_setting", key=key, language=tongue or None))
