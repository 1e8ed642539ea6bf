"""One house for all the tests of a module: a request that ends something ends what was made for it alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import create_app
from app.testing import _dispose, copied
from tests.access.world import World, build


@pytest.fixture(scope="module")
def world(_model_instance: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with copied(_model_instance, tmp_path_factory.mktemp("house") / "instance") as settings:
        app = create_app(settings)
        app.testing = True
        yield build(app)
        _dispose(app)
