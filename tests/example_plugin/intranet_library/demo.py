"""Believable invented data."""

from typing import Any

from app.web.times import today
from intranet_library.actions import add_book, add_helper

BOOKS = {"Le jardin de mars": "L. Aubépine", "Cent recettes pour deux": "C. Sarcelle", "Apprendre l’harmonica": ""}


def load(world: Any) -> None:
    for title, author in BOOKS.items():
        add_book(title, author, by=None)
    add_helper("Camille Démo", today())
