"""The control: the page as one writes it without a second thought. Flask-Login's own session cookie, one SELECT of 25
rows through Flask-SQLAlchemy, one template. Nothing sealed, nothing journaled, no frame around it."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, render_template
from flask_login import LoginManager, UserMixin, login_required, login_user
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Person(db.Model):  # type: ignore[name-defined,misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    languages: Mapped[str]
    first_contact: Mapped[str]


PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Personnes</title></head>
<body><h1>Personnes</h1>
<table><thead><tr><th>Code</th><th>Nom</th><th>Langues</th><th>Premier contact</th></tr></thead><tbody>
{% for p in people %}<tr><td><a href="/people/{{ p.code }}">{{ p.code }}</a></td><td>{{ p.name }}</td>
<td>{{ p.languages }}</td><td>{{ p.first_contact }}</td></tr>{% endfor %}</tbody></table>
<a href="?after={{ people[-1].id }}">Suite</a></body></html>"""


class User(UserMixin):
    id = "1"


def fill(file: Path, people: int) -> None:
    """A database with so many rows, in clear."""
    engine = create_engine(f"sqlite:///{file}")
    db.metadata.create_all(engine)
    rows = [
        {"code": f"P{n:06}", "name": f"Hirondelle {n}", "languages": "fr", "first_contact": "2026-03-12"}
        for n in range(people)
    ]
    with engine.begin() as connection:
        connection.execute(insert(Person), rows)


def make() -> Flask:
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"people.html": PAGE})  # compiled once
    app.secret_key = "a control holds no secret"
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{os.environ['BARE_DATABASE']}"
    db.init_app(app)
    manager = LoginManager(app)
    manager.user_loader(lambda _id: User())

    @app.get("/")
    def sign_in() -> str:
        login_user(User())
        return "ok"

    @app.get("/people")
    @login_required
    def people() -> str:
        rows = db.session.scalars(select(Person).order_by(Person.id.desc()).limit(25)).all()
        return render_template("people.html", people=rows)

    return app


app = make() if "BARE_DATABASE" in os.environ else None
