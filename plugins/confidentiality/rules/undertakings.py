"""Undertakings: signed yearly by whoever may learn something here (D-CONF-13)."""

from __future__ import annotations

from datetime import date, timedelta

SOON = timedelta(days=30)
KINDS = ("interpreter", "volunteer", "specialist", "other")  # who signs besides those with an account
TEXT = {  # what is signed, until the organisation words it its own way
    "fr": (
        "Ce que j’apprends ici sur une personne reste ici : son nom, ce qu’elle vit, et même le fait qu’elle soit "
        "venue.\n\n"
        "Je n’ouvre que ce dont j’ai besoin pour l’accompagner. Je n’en parle à personne d’autre, ni à mes proches, "
        "ni en ligne, ni dans un lieu où l’on peut m’entendre.\n\n"
        "Rien ne sort d’ici sans son accord écrit, sauf quand la loi le demande ; j’en parle alors d’abord à la "
        "coordonnatrice ou à la responsable de la protection des renseignements personnels.\n\n"
        "Si quelque chose s’égare, ou si je me trompe, je le dis tout de suite : personne ne me le reprochera.\n\n"
        "Cet engagement tient aussi après mon départ."
    ),
    "en": (
        "What I learn here about a person stays here: her name, what she lives through, even that she came.\n\n"
        "I open only what I need to be of help to her. I speak of it to nobody else, not to those close to me, "
        "not online, not where I can be overheard.\n\n"
        "Nothing leaves without her written consent, unless the law asks for it; then I first speak with the "
        "coordinator or the privacy officer.\n\n"
        "If something goes astray, or if I make a mistake, I say so at once: nobody will hold it against me.\n\n"
        "This holds after I leave, too."
    ),
    "es": (
        "Lo que aquí llego a saber de una persona se queda aquí: su nombre, lo que vive, incluso que haya venido.\n\n"
        "Abro solo lo que necesito para acompañarla. No hablo de ello con nadie más, ni con mis allegados, ni en "
        "línea, ni donde me puedan oír.\n\n"
        "Nada sale sin su consentimiento escrito, salvo que la ley lo pida; entonces hablo primero con la "
        "coordinadora o con la responsable de la protección de datos.\n\n"
        "Si algo se pierde, o si me equivoco, lo digo enseguida: nadie me lo reprochará.\n\n"
        "Esto sigue valiendo después de mi partida."
    ),
    "ht": (
        "Sa m aprann isit la sou yon moun rete isit la: non li, sa l ap viv, menm lefèt li te vini.\n\n"
        "Mwen louvri sèlman sa m bezwen pou m akonpaye l. Mwen pa pale de sa ak pèsòn lòt, ni ak moun pa m, ni sou "
        "entènèt, ni kote moun ka tande m.\n\n"
        "Anyen pa soti san konsantman ekri li, sof si lalwa mande sa; lè sa a mwen pale anvan ak kowòdonatris la "
        "oswa ak responsab pwoteksyon ranseyman yo.\n\n"
        "Si yon bagay pèdi, oswa si m fè erè, mwen di sa touswit: pèsòn p ap repwoche m sa.\n\n"
        "Sa toujou kenbe apre m fin ale."
    ),
}


def valid_until(signed_on: date) -> date:
    """The last day of its twelve months."""
    try:
        again = signed_on.replace(year=signed_on.year + 1)
    except ValueError:  # 29 February
        again = date(signed_on.year + 1, 3, 1)
    return again - timedelta(days=1)


def signed_before(day: date) -> date:
    """Whoever signed before this day, and not since, is not held any more once that day is over."""
    try:
        return day.replace(year=day.year - 1) + timedelta(days=1)
    except ValueError:  # 29 February
        return date(day.year - 1, 3, 1)


def standing(signed_on: date | None, today: date) -> str:
    """ "never", "over", "soon" (within 30 days) or "holds"."""
    if signed_on is None:
        return "never"
    until = valid_until(signed_on)
    return "over" if until < today else "soon" if until - today <= SOON else "holds"
