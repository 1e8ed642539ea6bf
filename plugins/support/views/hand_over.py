"""From a worker to another: the coordinator's page by codes, and the page of one file for who leaves and who comes."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.permissions import needs
from app.errors import NotFound
from plugins.support import queries as files
from plugins.support.actions import hand_over as actions
from plugins.support.forms.stand_in import NoteForm
from plugins.support.queries import hand_over as queries
from plugins.support.rules import FOLLOW_UP
from plugins.support.views.base import Page, bp, see


@bp.get("/hand-over")
@needs("support.assign", service=FOLLOW_UP)
def hand_over() -> str:
    """Whose files, what is open in each: codes, kinds and days; no name, no content (DOMAIN section 8)."""
    former = queries.worker_or_none(request.args.get("of", ""))
    workers, active = queries.workers()
    return render_template(
        "support/hand_over.html",
        former=former,
        carried=queries.carried_by(former) if former else [],
        choices=[(user.uid, user.name) for user in workers],
        receivers=[(user.uid, user.name) for user in active if former and user.id not in (former.id, me().id)],
    )


@bp.post("/hand-over")
@needs("support.assign", service=FOLLOW_UP)
def hand_files_over() -> Response:
    former, to = queries.worker_or_none(request.form.get("of", "")), files.staff_or_404(request.form.get("to", ""))
    if former is None:
        raise NotFound
    chosen = [files.file_by_code(code) for code in dict.fromkeys(request.form.getlist("ids")[: queries.MANY])]
    if not chosen:
        return see("hand_over", _("Choose one or more files first."), of=former.uid)
    actions.hand_over(me(), chosen, former=former, to=to)
    said = ngettext("One file handed over.", "%(num)d files handed over.", len(chosen))
    return see("hand_over", said, of=former.uid)


@bp.get("/files/<code>/hand-over")
@needs("support.read", service=FOLLOW_UP)
def file_hand_over(code: str) -> str:
    return file_page(files.file_or_404(code, me()))


def file_page(file: Any, form: NoteForm | None = None) -> str:
    noted = queries.note_of(file, me())
    return render_template(
        "support/file_hand_over.html",
        file=file,
        code=file.person.code,
        waiting=files.waiting_in(file),
        more=queries.open_in(file),
        received=queries.last_received(file, me()),
        noted=noted,
        may_write=me().can("support.follow"),
        form=form or NoteForm(formdata=None, note=noted.note if noted else ""),
    )


@bp.post("/files/<code>/hand-over")
@needs("support.follow", service=FOLLOW_UP)
def leave_note(code: str) -> Page:
    file, form = files.file_or_404(code, me()), NoteForm()
    if not form.validate():
        return file_page(file, form), 422
    actions.leave_note(me(), file, note=form.note.data)
    return see("file_hand_over", _("Kept in her file, for who follows after you."), code=file.person.code)


@bp.post("/hand-overs/<uid>/read")
@needs("support.follow", service=FOLLOW_UP)
def hand_over_read(uid: str) -> Response:
    made = queries.received_or_404(uid, me())
    actions.acknowledge(me(), made)
    return see("file", _("Noted. The page stays in her file."), code=made.file.person.code)
