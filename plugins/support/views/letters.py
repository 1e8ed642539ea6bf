"""Letters: begun, written, looked at, sent through the one way out (D-CONF-3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.accounts.current import me
from app.accounts.permissions import needs
from app.errors import NotFound
from app.people.disclosure import NothingPermits, permits
from app.people.rules import ITEMS
from plugins.support import actions, queries
from plugins.support.forms import letters as words
from plugins.support.forms.letters import BeginForm, LetterForm
from plugins.support.rules.letters import Piece, told
from plugins.support.rules.partners import SERVICE
from plugins.support.views.base import Page, bp, see
from plugins.support.views.page import file_page_of


@bp.get("/files/<code>/letters")
@needs("support.read", service=SERVICE)
def letters(code: str) -> str:
    file, after = queries.file_or_404(code, me()), request.args.get("after")
    found, permitted = queries.letters.letters_of(file, after), permits(file.person, me())
    return file_page_of("support/letters.html", file, found=found, permits=permitted, words=words, after=after)


@bp.get("/files/<code>/letters/new")
@needs("support.follow", service=SERVICE)
def new_letter(code: str) -> str:
    return begin_page(queries.file_or_404(code, me()), BeginForm(formdata=None))


def begin_page(file: Any, form: BeginForm) -> str:
    return file_page_of("support/letter_new.html", file, form=form, names=queries.partners.partner_names())


@bp.post("/files/<code>/letters")
@needs("support.follow", service=SERVICE)
def begin_letter(code: str) -> Page:
    """From what she permitted, or from nothing: then her written consent is needed before it can leave."""
    file, form = queries.file_or_404(code, me()), BeginForm()
    if permit := request.form.get("permit"):
        chosen = queries.letters.permit_or_404(file.person, me(), permit)
        to = {"recipient": chosen.recipient, "purpose": chosen.purpose, "language": "fr"}
    elif form.validate():
        to = form.values
    else:
        return begin_page(file, form), 422
    asked_by = request.form.get("referral")
    referral = queries.referrals.referral_or_404(asked_by, me()) if asked_by else None
    letter = actions.letters.begin_letter(me(), file, referral=referral, **to)
    return redirect(url_for(".letter", uid=letter.uid), 303)


@bp.get("/letters/<uid>")
@needs("support.read", service=SERVICE)
def letter(uid: str) -> str:
    """A draft to write; what has left, or what she may only read, as it is."""
    found = queries.letters.letter_or_404(uid, me())
    if found.sent_at or found.file.closed_on or not me().can("support.follow"):
        return read_page(found)
    form = LetterForm(formdata=None, obj=found)
    pieces = queries.letters.pieces_of(found)
    with force_locale(found.language):
        form.fill(pieces)
    return write_page(found, form, pieces)


def write_page(found: Any, form: LetterForm, pieces: Sequence[Piece], theirs: bool = False) -> str:
    return file_page_of(
        "support/letter.html",
        found.file,
        letter=found,
        form=form,
        standing=queries.letters.standing(me(), found, pieces),
        extracts=queries.extracts.AVAILABLE,
        both=form.both(found, queries.letters.pieces_of(found)) if theirs else None,
        words=words,
    )


def read_page(found: Any, refused: NothingPermits | None = None) -> str:
    """The letter as who receives it would read it. Not a PDF: that exists once it has left (D-CONF-3)."""
    return file_page_of(
        "support/letter_read.html",
        found.file,
        letter=found,
        pieces=told(queries.letters.pieces_of(found)),
        standing=None if found.sent_at else queries.letters.standing(me(), found),
        refused=refused,
        sender=accounts.by_id(found.sent_by) if found.sent_by else None,
        words=words,
    )


@bp.post("/letters/<uid>")
@needs("support.follow", service=SERVICE)
def save_letter(uid: str) -> Page:
    """Keep the draft; then stay, take something from her file into it, or look at it whole."""
    found, form = queries.letters.letter_or_404(uid, me()), LetterForm()
    if not form.validate():
        return write_page(found, form, form.pieces), 422
    values = form.values
    if (item := request.form.get("extract", "")) in ITEMS:
        values["pieces"] = with_extract(found, values["pieces"], item, values["language"])
    try:
        actions.letters.save_letter(me(), found, version=form.seen, **values)
    except actions.SomeoneElseWrote as error:
        form.not_saved(str(error), found.version)
        return write_page(found, form, form.pieces, theirs=True), error.status
    if "preview" in request.form:
        return redirect(url_for(".preview_letter", uid=uid), 303)
    flash(_("The draft is kept. Nothing has left."))
    return redirect(url_for(".letter", uid=uid, _anchor=f"{words.place(item)}-text" if item in ITEMS else None), 303)


def with_extract(found: Any, pieces: Sequence[Piece], item: str, language: str) -> list[Piece]:
    """The pieces, with what the file says of an item after what is written there; hers to shorten."""
    with force_locale(language):
        taken, heading = queries.extracts.extract(found.file, item), words.item_word(item)
    kept = {each.item: each for each in pieces}
    before = kept.get(item) or Piece(item, heading, "")
    text = "\n\n".join(part for part in (before.text.strip(), *taken) if part)
    return list({**kept, item: before._replace(text=text)}.values()) if text else list(pieces)


@bp.get("/letters/<uid>/preview")
@needs("support.read", service=SERVICE)
def preview_letter(uid: str) -> str:
    return read_page(queries.letters.letter_or_404(uid, me()))


@bp.post("/letters/<uid>/send")
@needs("support.follow", service=SERVICE)
def send_letter(uid: str) -> Page:
    """What is kept is what leaves: nothing of it comes from this request."""
    found = queries.letters.letter_or_404(uid, me())
    try:
        actions.letters.send_letter(me(), found, version=BeginForm().seen)
    except NothingPermits as refused:
        return read_page(found, refused), refused.status
    return see("letter", _("It has left, and is entered in the register of what left."), uid=uid)


@bp.post("/letters/<uid>/leave-out")
@needs("support.follow", service=SERVICE)
def leave_out(uid: str) -> Response:
    """Leave out what no consent covers; it stays in the draft."""
    found = queries.letters.letter_or_404(uid, me())
    permit = queries.letters.standing(me(), found).permit
    if permit is None:
        raise NotFound
    actions.letters.leave_out(me(), found, version=BeginForm().seen, covered=permit.items)
    return see("preview_letter", _("Left out. It is still in the draft."), uid=uid)


@bp.post("/letters/<uid>/discard")
@needs("support.follow", service=SERVICE)
def discard_letter(uid: str) -> Response:
    found = queries.letters.letter_or_404(uid, me())
    code = found.file.person.code
    actions.letters.discard_letter(me(), found, version=BeginForm().seen)
    return see("letters", _("The draft is gone. Nothing had left."), code=code)
