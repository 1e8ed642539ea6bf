"""The control: a bare Flask page with Flask-Login, one SELECT and 25 rows. Nothing sealed, nothing journaled."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, render_template
from flask_login import LoginManager, UserMixin, login_required
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select

metadata = MetaData()
person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(8)),
    Column("name", String(60)),
    Column("languages", String(20)),
    Column("first_contact", String(10)),
)
PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Personnes</title></head>
<body><h1>Personnes</h1>
<table><thead><tr><th>Code</th><th>Nom</th><th>Langues</th><th>Premier contact</th></tr></thead><tbody>
{% for p in people %}<tr><td><a href="/people/{{ p.code }}">{{ p.code }}</a></td><td>{{ p.name }}</td>
<td>{{ p.languages }}</td><td>{{ p.first_contact }}</td></tr>{% endfor %}</tbody></table>
<a href="?after={{ people[-1].id }}">Suite</a></body></html>"""


class User(UserMixin):
    id = "1"


def fill(file: Path, people: int) -> None:
    engine = create_engine(f"sqlite:///{file}")
    metadata.create_all(engine)
    rows = [
        {"code": f"P{n:06}", "name": f"Hirondelle {n}", "languages": "fr", "first_contact": "2026-03-12"}
        for n in range(people)
    ]
    with engine.begin() as connection:
        connection.execute(insert(person), rows)


def make() -> Flask:
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"people.html": PAGE})  # compiled once
    app.secret_key = "a control holds no secret"
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{os.environ['BARE_DATABASE']}"
    db = SQLAlchemy(app)
    manager = LoginManager(app)
    manager.request_loader(lambda request: User() if request.cookies.get("user") == "1" else None)

    @app.get("/")
    def root() -> str:
        return "ok"

    @app.get("/people")
    @login_required
    def people() -> str:
        rows = db.session.execute(select(person).order_by(person.c.id.desc()).limit(25)).all()
        return render_template("people.html", people=rows)

    return app


app = make() if "BARE_DATABASE" in os.environ else None
