"""The administrator's page of plugins."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.names import names_of
from app.accounts.permissions import needs
from app.plugins.queries import FAULTS_SHOWN, installed
from app.plugins.state import CannotSwitch, switch

bp = Blueprint("plugins", __name__)


@bp.get("/plugins")
@needs("core.plugins.switch")
def list_plugins() -> str:
    """Every installed plugin: on or off, since when and by whom, its faults, and why it does not load."""
    lines = installed()
    names = names_of(line.row.by for line in lines if line.row)
    return render_template("plugins/list.html", plugins=lines, names=names, days=FAULTS_SHOWN.days)


@bp.post("/plugins/<name>/<any(on, off):state>")
@needs("core.plugins.switch", fresh=True)
def switch_plugin(name: str, state: str) -> Response:
    """On or off, for everybody, at their next click."""
    try:
        switch(name, on=state == "on", by=me())
    except CannotSwitch as error:
        flash(str(error), "error")
    else:
        flash(_("%(plugin)s is on.", plugin=name) if state == "on" else _("%(plugin)s is off.", plugin=name))
    return redirect(url_for(".list_plugins"))
