"""The page of a preview: one HTML file in which no value of a customer can be more than text."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from json import dumps
from typing import TYPE_CHECKING, TypeAlias

from msgspec import json

from crmspec.diagnostics.catalog import translate
from crmspec.render.preview.label import LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2 import Environment

    from crmspec.render.preview.card import Card
    from crmspec.source import Source, Span

Choice: TypeAlias = tuple[str, str, bool]
"""A page to go to: its address, its title, and whether it is the one that is shown."""

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; font-src https:; "
    "form-action 'none'; base-uri 'none'; script-src {script}; connect-src {connect}"
)
"""What a page may load; frames with letters take it over, and their scripts are run by nobody."""


def page(
    cards: Sequence[Card],
    lang: str = "en",
    sources: Mapping[str, Source] | None = None,
    *,
    live: str | None = None,
    choosing: Sequence[Sequence[Choice]] = (),
) -> str:
    """Return the page of one message for some customers, at least one.

    `live` is the mark of the state that the page was made from, for pages that load themselves
    again when it changes; `choosing` are lists of other pages to go to.
    """
    return _written(
        "page.html",
        lang,
        cards=cards,
        parts=cards[0].seen.parts,
        live=live,
        choosing=choosing,
        where=lambda span: _where(span, sources or {}),
        values=lambda one: _listed(one.seen.fixture.values),
    )


def listing(groups: Mapping[str, Sequence[tuple[str, str, str]]], lang: str, live: str) -> str:
    """Return the page that lists messages by channel, each by address, title and id."""
    return _written("listing.html", lang, groups=groups, live=live)


def _listed(values: Mapping[str, object]) -> str:
    try:
        written = json.encode(values)
    except UnicodeEncodeError:  # half a character, which JSON has no bytes for
        return dumps(values, ensure_ascii=False, indent=1)
    return json.format(written, indent=1).decode()


def _where(span: Span, sources: Mapping[str, Source]) -> str:
    source = sources.get(span.path)
    return f"{span.path}:{source.position(span.start).line}" if source else span.path


def _written(name: str, lang: str, **names: object) -> str:
    words = {key: translate(one, lang) for key, one in LABELS.items()}
    script = _file("page.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = _POLICY.format(
        script=f"'sha256-{digest}'", connect="'self'" if names["live"] else "'none'"
    )
    return (
        _environment()
        .get_template(name)
        .render(
            **names,
            lang=lang,
            say=words,
            translate=lambda sentence: translate(sentence, lang),
            policy=policy,
            script=script,
            style=_file("page.css"),
        )
    )


@cache
def _file(name: str) -> str:
    return (files("crmspec.render.preview") / name).read_text("utf-8")


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
