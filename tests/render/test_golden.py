"""The maps of a small shop, byte for byte; `CRMSPEC_GOLDEN=rewrite pytest` makes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crmspec.render import render_all

GOLDEN = Path(__file__).parent / "golden"
PROJECT = GOLDEN / "project"


def content(artifact):
    found = artifact.content
    return found if isinstance(found, bytes) else found.encode()


@pytest.fixture
def shop(load_files):
    paths = sorted(PROJECT.rglob("*.yaml"))
    return load_files({path.relative_to(PROJECT).as_posix(): path.read_text() for path in paths})


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_maps_are_as_reviewed(shop, lang):
    program, sources = shop
    made = {it.path: content(it) for it in render_all(program, lang, sources, root="../project")}
    folder = GOLDEN / lang
    if os.environ.get("CRMSPEC_GOLDEN") == "rewrite":
        for path in folder.rglob("*.*"):
            path.unlink()
        for path, data in made.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    kept = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}
    assert sorted(kept) == sorted(made)
    for path, data in made.items():
        assert data.decode() == kept[path].decode(), path


def test_rendering_twice_gives_the_same(shop):
    program, sources = shop
    assert render_all(program, "ru", sources) == render_all(program, "ru", sources)
