"""Build sheets as HTML: one file that needs nothing else, to read, to tick off and to print."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from crmspec.render.sheet.label import WORDS
from crmspec.render.sheet.picture import picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

    from crmspec.render.sheet.model import Sheet
    from crmspec.render.sheet.speech import Speech

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src {script}; form-action 'none'; "
    "base-uri 'none'"
)


def page(sheet: Sheet, speech: Speech) -> str:
    """Return a sheet as one page; nothing that a project says can be more than text in it."""
    drawn = picture(sheet.graph, sheet.title) if sheet.graph is not None else ""
    return _written("page.html", speech, sheet=sheet, picture=drawn)


def index(sheets: Sequence[Sheet], speech: Speech, target: str) -> str:
    """Return the page that lists the sheets."""
    return _written("index.html", speech, sheets=sheets, target=target)


def _written(name: str, speech: Speech, **names: object) -> str:
    script = _file("page.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    plain = [key for key, one in WORDS.items() if "{" not in one.template]
    say = {key: speech.word(key) for key in plain}
    return (
        _environment()
        .get_template(name)
        .render(
            **names,
            lang=speech.view.lang,
            say=say,
            word=speech.word,
            policy=_POLICY.format(script=f"'sha256-{digest}'"),
            script=script,
            style=_file("page.css"),
        )
    )


@cache
def _file(name: str) -> str:
    return (files("crmspec.render.sheet") / name).read_text("utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
