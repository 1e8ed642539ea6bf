"""Plugins for these tests: written to a folder with the metadata that an installer would write, found as any other."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import invalidate_caches
from pathlib import Path

import pytest
from flask import Flask

from app import create_app, schema
from app.accounts.sessions import cookie_name, fingerprint, new_session_row
from app.config import Settings
from app.db import Model, db, transaction
from app.plugins import PluginState, loading
from app.plugins.skeleton import compile_translations
from app.testing import Browser, add_user

ROOT = Path(__file__).parents[2]
HEAD = """
from datetime import date
from app.hookspecs import *
from flask import Blueprint
from app.accounts.permissions import needs, PUBLIC, SIGNED_IN
INFO = PluginInfo("{name}", "{title}")
"""
Install = Callable[..., None]
MakeApp = Callable[..., Flask]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """`install("name", source)`: an installed plugin of one module; INFO is written for it when it has none."""
    folder, before = tmp_path / "site", set(Model.registry.mappers)
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    names: list[str] = []

    def put(name: str, source: str = "", entry: str = "") -> None:
        head = "" if "INFO =" in source else HEAD.format(name=name, title=name.capitalize())
        package, metadata = folder / f"sample_{name}", folder / f"sample_{name}-1.0.dist-info"
        package.mkdir()
        metadata.mkdir()
        (package / "__init__.py").write_text(head + source)
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: sample-{name}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[intranet.plugins]\n{entry or name} = sample_{name}\n")
        names.append(f"sample_{name}")
        invalidate_caches()

    yield put
    loading._forget(set(Model.registry.mappers) - before)
    for module in [module for module in sys.modules if module.split(".")[0] in names]:
        del sys.modules[module]


@pytest.fixture
def start(settings: Settings) -> Iterator[MakeApp]:
    """`start("name", …)`: an app with what is installed by now, these plugins switched on too."""
    made: list[Flask] = []

    def begin(*on: str) -> Flask:
        app = create_app(settings)
        app.testing = True
        schema.upgrade(app)
        with app.app_context(), transaction():
            for name in on:
                db.session.merge(PluginState(name=name, enabled=True))
        made.append(app)
        return app

    yield begin
    for app in made:
        with app.app_context():
            db.engine.dispose()


def sign_in_to(app: Flask, role: str = "coordinator") -> Browser:
    """A browser in which somebody with this role is signed in."""
    token = secrets.token_urlsafe(32)
    with app.app_context(), transaction():
        db.session.add(new_session_row(fingerprint(token), add_user("Démo Plugins", role).id))
    app.test_client_class = Browser
    browser = app.test_client()
    browser.set_cookie(cookie_name(app), token)
    assert isinstance(browser, Browser)
    return browser


def pip_install(source: Path, tmp_path: Path) -> Path:
    """Install a distribution as anybody would, but beside the virtual environment: the folder for PYTHONPATH."""
    copy, target = tmp_path / "source", tmp_path / "target"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
    compile_translations(copy)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    command += ["--no-build-isolation", "--no-deps", "--target", str(target), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


def run_with(target: Path, folder: Path, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with what is installed in `target`; only the test database's setting is passed on."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("INTRANET_") or k.startswith("INTRANET_TEST_")}
    environ = {**kept, "PYTHONPATH": f"{target}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1", **environ}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=300, check=False)


def run_its_tests(target: Path, source: Path, tmp_path: Path) -> None:
    """Its own tests, apart from its source: they see the installed package only."""
    folder = tmp_path / "run"
    shutil.copytree(source / "tests", folder / "tests")
    shutil.copy(source / "pyproject.toml", folder)
    done = run_with(target, folder, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
