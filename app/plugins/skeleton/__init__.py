"""The plugin that `flask plugins new` writes: the .tmpl files of this folder, with the name put in."""

from __future__ import annotations

from pathlib import Path
from string import Template

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.plugins.loading import check_name

HERE = Path(__file__).parent


def write(name: str, folder: Path) -> Path:
    """Write the distribution into an empty or new folder. Raises MisnamedPlugin, FileExistsError."""
    check_name(name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is not empty: choose another one with --folder.")
    values = {"name": name, "title": name.replace("_", " ").capitalize(), "distribution": name.replace("_", "-")}
    for source in sorted(HERE.rglob("*.tmpl")):
        target = folder / str(source.relative_to(HERE)).replace("NAME", name).removesuffix(".tmpl")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source.read_text("utf-8")).substitute(values), "utf-8")
    compile_translations(folder)
    return folder


def compile_translations(folder: Path) -> None:
    """Each messages.po beside its messages.mo, which is what is read."""
    for source in folder.rglob("*.po"):
        with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(po))
