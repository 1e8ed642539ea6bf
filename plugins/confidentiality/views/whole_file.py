"""Her whole file: looked at page by page, marked, copied; and who opened it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from app.accounts.current import me
from app.accounts.permissions import needs
from app.errors import IntranetError, NotFound
from app.people import export
from app.web.times import today
from plugins.confidentiality.actions import whole_file as actions
from plugins.confidentiality.forms import whole_file as forms
from plugins.confidentiality.papers import whole_file as paper
from plugins.confidentiality.queries import persons
from plugins.confidentiality.queries import whole_file as queries
from plugins.confidentiality.rules import whole_file as rules
from plugins.confidentiality.views.base import Page, bp, see

ON_A_PAGE = 200  # entries of the journal, before those that are alike are told as one


@bp.get("/requests/<uid>/file")
@needs("confidentiality.whole_file")
def whole_file(uid: str) -> str:
    return _summary(uid, forms.WordForm(formdata=None))


def _summary(uid: str, word: forms.WordForm, error: str = "") -> str:
    """Where the preparation stands: pages, words, copies."""
    asked = queries.file_request_or_404(uid, me())
    preparation = queries.preparation_of(asked, me())
    if preparation is None:
        return render_template("confidentiality/whole_file.html", asked=asked, preparation=None)
    marks, sections = queries.marks_of(preparation), queries.gathered(me(), asked.person)
    pages = queries.to_look_at(sections)
    word.version.data = str(preparation.version)
    first = asked.person.languages.split()[0]
    make = forms.MakeForm(formdata=None, language=first if first in forms.LANGUAGES else "fr")
    make.version.data = word.version.data
    return render_template(
        "confidentiality/whole_file.html",
        asked=asked,
        preparation=preparation,
        marks=marks,
        pages=pages,
        waiting=rules.not_seen(pages, marks),
        hits=_hits(sections, marks),
        copies=queries.copies_of(preparation),
        damaged=_damaged(sections),
        word=word,
        make=make,
        error=error,
    )


def _hits(sections: Any, marks: rules.Marks) -> dict[str, int]:
    """How many times each hidden word stands in the file."""
    texts = [entry.fields for section in sections for entry in section.entries]
    return {word: rules.hits(texts, rules.pattern([word])) for word in marks.words}


def _damaged(sections: Any) -> int:
    return sum(each.damaged or rules.is_damaged([entry.fields for entry in each.entries]) for each in sections)


@bp.post("/requests/<uid>/file")
@needs("confidentiality.whole_file")
def begin_whole_file(uid: str) -> Page:
    actions.begin(me(), queries.file_request_or_404(uid, me()))
    return redirect(url_for(".whole_file", uid=uid), 303)


def _opened(uid: str) -> tuple[Any, Any]:
    """The request and its preparation. Raises NotFound when she has not begun it."""
    asked = queries.file_request_or_404(uid, me())
    preparation = queries.preparation_of(asked, me())
    if preparation is None:
        raise NotFound
    return asked, preparation


@bp.route("/requests/<uid>/file/<int(max=9999):number>", methods=["GET", "POST"])
@needs("confidentiality.whole_file")
def whole_file_page(uid: str, number: int) -> Page:
    """One page of it, every text of it; what is ticked is hidden as a whole."""
    asked, preparation = _opened(uid)
    pages = queries.to_look_at(queries.gathered(me(), asked.person))
    if not 1 <= number <= len(pages):
        raise NotFound
    page = pages[number - 1]
    if request.method == "GET":
        return _look_at(asked, preparation, page, number, len(pages), queries.marks_of(preparation).entries)
    hidden, adding = forms.hidden_of(request.form), "add" in request.form
    word = request.form.get("word", "").strip() if adding else None
    version = forms.version_of(forms.WordForm())
    try:
        if request.form.get("seal", "") != rules.seal_of(page):
            raise actions.LookFirst
        actions.mark(me(), preparation, number, page, hidden=hidden, version=version, word=word)
    except IntranetError as error:
        said = _look_at(asked, preparation, page, number, len(pages), hidden, str(error), word or "")
        return said, error.status
    if number == len(pages) and not adding:
        return see("whole_file", _("Every page was shown. Look at the words to hide, then make the copy."), uid=uid)
    return redirect(url_for(".whole_file_page", uid=uid, number=number if adding else number + 1), 303)


def _look_at(
    asked: Any, preparation: Any, page: Any, number: int, of: int, hidden: Any, error: str = "", word: str = ""
) -> str:
    return render_template(
        "confidentiality/whole_file_page.html",
        asked=asked,
        preparation=preparation,
        page=page,
        number=number,
        of=of,
        hidden=hidden,
        hide=rules.pattern(queries.marks_of(preparation).words),
        seal=rules.seal_of(page),
        reasons=list(forms.REASONS.items()),
        shown=forms.shown,
        marked=forms.marked,
        error=error,
        word=word,
    )


@bp.post("/requests/<uid>/file/words")
@needs("confidentiality.whole_file")
def hide_word(uid: str) -> Page:
    """Hide a word wherever it stands, or show it again."""
    _asked, preparation = _opened(uid)
    form = forms.WordForm()
    if not form.validate():
        return _summary(uid, form), 422
    act = actions.show_word if "show" in request.form else actions.hide_word
    try:
        act(me(), preparation, form.word.data or "", forms.version_of(form))
    except IntranetError as error:
        return _summary(uid, form, str(error)), error.status
    return redirect(url_for(".whole_file", uid=uid, _anchor="words"), 303)


@bp.post("/requests/<uid>/file/make")
@needs("confidentiality.whole_file", fresh=True)
def make_whole_file(uid: str) -> Page:
    """The PDF and the JSON, from the same sections, once every page was looked at."""
    asked, preparation = _opened(uid)
    form = forms.MakeForm()
    if not form.validate():
        raise NotFound
    try:
        made = _made(asked, preparation, form.language.data)
        actions.keep_copies(me(), preparation, made, forms.version_of(form))
    except IntranetError as error:
        return _summary(uid, forms.WordForm(formdata=None), str(error)), error.status
    return see("whole_file", _("Made. Both copies are below; note how they were given to her in the answer."), uid=uid)


def _made(asked: Any, preparation: Any, language: str) -> dict[str, bytes]:
    """By kind. Raises LookFirst."""
    marks = queries.marks_of(preparation)
    with force_locale(language):
        sections = queries.gathered(me(), asked.person)
        actions.must_be_looked_at(queries.to_look_at(sections), marks)
        given = rules.given(sections, marks, _("[hidden]"))
        told = {"code": asked.person.code, "language": language, "made_on": today()}
        known = {section.key: section for section in sections}
        return {
            "application/pdf": paper.as_pdf(given, known, **told),
            "application/json": paper.as_json(given, **told),
        }


@bp.get("/persons/<code>/openings")
@needs("confidentiality.rights")
def openings(code: str) -> str:
    """Who opened her file: to show her on screen, or printed (D-CONF-8)."""
    person = persons.person_or_404(code, me())
    before = request.args.get("before", type=lambda text: int(text[:15]))
    found = export.openings(person, before, ON_A_PAGE).told
    words = {"code": person.code, "found": found, "before": before, "as_day": date.fromisoformat}
    return render_template("confidentiality/openings.html", **words)
