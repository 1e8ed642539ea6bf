"""A page that takes a file, as a plugin writes it; and, for the test with a real server, the house with it."""

from __future__ import annotations

from flask import Blueprint, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from markupsafe import escape
from wtforms import StringField
from wtforms.validators import DataRequired

from app import papers, vault
from app.accounts.current import me
from app.accounts.permissions import SIGNED_IN, needs
from app.db import db, write_lock
from app.papers.forms import PaperField
from app.web.uploads import takes_files

page = Blueprint("one_more", __name__)


class PaperForm(FlaskForm):  # type: ignore[misc]
    line = StringField("What is it?")
    file = PaperField("The file", [DataRequired("Choose a file first.")])


@page.route("/one-more", methods=["GET", "POST"])
@needs(SIGNED_IN, lock=False)
@takes_files
def one_more():  # type: ignore[no-untyped-def]
    form = PaperForm()
    if request.method == "GET":
        return shown(form)
    if not form.validate():
        return shown(form), 422
    write_lock()
    safe = db.session.query(vault.Safe).order_by(vault.Safe.id.desc()).first()
    assert safe is not None
    papers.keep(me(), safe.id, form.file.clean, subject="one-more")
    return "kept"


def shown(form: PaperForm) -> str:
    token = f'<input type="hidden" name="csrf_token" value="{generate_csrf()}">'
    return f"{token}{form.line}{form.file}<p>{escape(' '.join(form.file.errors))}</p>"


def start():  # type: ignore[no-untyped-def]
    """What the web server imports."""
    import app as core
    from app import care

    rooms = core.register_rooms

    def rooms_and_one_more(made) -> None:  # type: ignore[no-untyped-def]
        rooms(made)
        made.register_blueprint(page)

    core.register_rooms = rooms_and_one_more
    return care.start()
