"""The register's pages. Titles and addresses hold codes only (D-CONF-11): what is searched for is posted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.current import me
from app.accounts.models import User
from app.accounts.permissions import needs
from app.catalogue.settings import setting
from app.hookspecs import Result
from app.people import actions, forms, queries, rules
from app.people.forms import ContactForm, PersonForm
from app.people.models import Person
from app.plugins import plugins_of
from app.web.parts import render_parts
from app.web.times import today

Answer = str | Response | tuple[str, int]
bp = Blueprint("people", __name__, url_prefix="/people")
bp.add_app_template_filter(forms.language_names)
bp.context_processor(lambda: {"kinds": forms.KINDS, "ages": forms.AGES, "channels": forms.CHANNELS})


def results(text: str, user: User) -> list[Result]:
    """The persons that the palette offers: only those she may open."""
    found = queries.find(user, text, limit=8) if user.can("core.people.open") else []
    group = _("Persons")
    return [
        Result(f.called or f.code, url_for("people.person", code=f.code), f.code, group, "user-round") for f in found
    ]


@bp.get("")
@needs("core.people.open")
def index() -> str:
    after = request.args.get("after")
    return render_template("people/index.html", page=queries.my_people(me(), after), after=after)


@bp.post("")
@needs("core.people.open", lock=False)
def search() -> str:
    """Search as you type: the list alone; a whole page for who has no script."""
    text = request.form.get("q", "").strip()
    page = queries.Page(queries.find(me(), text, queries.PAGE)) if text else queries.my_people(me())
    part = "people/_list.html" if "HX-Request" in request.headers else "people/index.html"
    return render_template(part, page=page, text=text)


@bp.get("/codes")
@needs("core.people.codes")
def codes() -> str:
    after = request.args.get("after")
    return render_template("people/codes.html", page=queries.all_codes(me(), after), after=after)


@bp.route("/new", methods=["GET", "POST"])
@needs("core.people.register")
def new() -> Answer:
    """Register a person; when one of hers looks alike, she is asked first."""
    form, contact, alike = PersonForm(first_contact=today()), ContactForm(prefix="contact-"), []
    if form.is_submitted() and form.validate() & (not contact.filled() or contact.validate()):
        if "different" not in request.form:
            alike = queries.possible_duplicates(me(), form.pseudonym.data, form.name.data)
        if not alike:
            contacts = [contact.values()] if contact.filled() else []
            her = actions.register(me(), **form.values(), contacts=contacts)
            return _see(her, _("She is registered. Her code is %(code)s.", code=her.code))
    return _ask("people/new.html", form, contact, contact=contact, alike=alike)


@bp.get("/<code>")
@needs("core.people.open")
def person(code: str) -> str:
    """What this user may see of her: how to reach her safely, always; then what each service shows."""
    her = queries.person_or_404(code, me())
    contacts = queries.contacts(her)
    days = int(setting("core.contact_confirmation_days"))
    return render_template(
        "people/person.html",
        person=her,
        contacts=contacts,
        stale={contact.uid for contact in contacts if rules.needs_confirming(contact.confirmed_on, today(), days)},
        minor=her.age_band == rules.MINOR,
        access=queries.who_has_access(her),
        alike=queries.possible_duplicates(me(), her.pseudonym, her.name, but=her, named=False),
        panels=render_parts(plugins_of(current_app).call_each("person_panels", person=her, user=me())),
    )


@bp.route("/<code>/edit", methods=["GET", "POST"])
@needs("core.people.register")
def edit(code: str) -> Answer:
    her = queries.person_or_404(code, me())
    first, *others = her.languages.split()
    form = PersonForm(obj=her, prefers=first, also=others)
    if form.validate_on_submit():
        actions.update(me(), her, **form.values())
        return _see(her, _("Changed."))
    return _ask("people/edit.html", form, person=her)


@bp.route("/<code>/contacts/new", methods=["GET", "POST"])
@bp.route("/<code>/contacts/<uid>", methods=["GET", "POST"])
@needs("core.people.register")
def contact(code: str, uid: str | None = None) -> Answer:
    """Another way to reach her, or a change in one."""
    her = queries.person_or_404(code, me())
    there = queries.contact_or_404(her, uid) if uid else None
    form = ContactForm(obj=there)
    if form.validate_on_submit():
        if there is None:
            actions.add_contact(me(), her, **form.values())
        else:
            actions.confirm_contact(me(), her, there, **form.values())
        return _see(her, _("Noted, and confirmed today."))
    return _ask("people/contact.html", form, person=her, there=there)


@bp.post("/<code>/contacts/<uid>/<any(confirm, first, remove):step>")
@needs("core.people.register")
def contact_step(code: str, uid: str, step: str) -> Response:
    her = queries.person_or_404(code, me())
    act, said = {
        "confirm": (actions.confirm_contact, _("Confirmed today.")),
        "first": (actions.rank, _("This is now the first way to reach her.")),
        "remove": (actions.remove_contact, _("Removed. Nothing of it is kept.")),
    }[step]
    act(me(), her, queries.contact_or_404(her, uid))
    return _see(her, said)


def _ask(template: str, *asked: Any, **values: Any) -> Answer:
    """A form with what was typed; 422 when it was sent and has to be looked at again."""
    bad = [field for form in asked for field in form if field.errors]
    errors = {f"{field.id}-0" if field.type == "RadioField" else field.id: field.errors[0] for field in bad}
    page = render_template(template, form=asked[0], errors=errors, **values)
    return (page, 422) if request.method == "POST" else page


def _see(her: Person, said: str) -> Response:
    flash(said)
    return redirect(url_for("people.person", code=her.code), 303)
