"""Whether what an engine makes of a printed template is what the template means."""

import html
from functools import cache

import msgspec

from crmspec.dialect.lowering_walk import replaced
from crmspec.dialect.names import load
from crmspec.dialect.registry import DIALECTS
from crmspec.template.evaluate import evaluate
from crmspec.template.parse import parse
from crmspec.template.tree import Output
from tests.dialect.engine import render
from tests.dialect.fixture import BLOCKS, CORPUS, KINDS

SPELLINGS = {
    f"%{twice}{code}": plain
    for code, plain in {"21": "!", "27": "'", "28": "(", "29": ")", "2A": "*"}.items()
    for twice in ("", "25")
}
"""Percent-encoded characters that some engines leave as they are in a URL."""


def seen(text):
    """Return what a reader sees: entities decoded, URLs in one spelling."""
    text = html.unescape(text)
    for encoded, plain in SPELLINGS.items():
        text = text.replace(encoded, plain)
    return text


def in_context(body, context):
    """Return a body with all its outputs in one context."""
    return tuple(_in_context(piece, context) for piece in body)


def _in_context(piece, context):
    if isinstance(piece, Output):
        return msgspec.structs.replace(piece, context=context)
    return replaced(piece, lambda e: e, lambda body: in_context(body, context))


@cache
def corpus(name, context="plain"):
    """Return the tree of a template of the corpus."""
    with (CORPUS / f"{name}.j2").open(newline="", encoding="utf-8") as file:
        parsed = parse(file.read())
    assert not parsed.problems, [problem.message.english() for problem in parsed.problems]
    return in_context(parsed.body, context)


@cache
def blocks(context="plain"):
    return {name: in_context(body, context) for name, body in BLOCKS.items()}


def printed(dialect, body, context="plain", kinds=KINDS):
    """Return a tree in a dialect, and the names it used."""
    names = msgspec.structs.replace(load(dialect), kinds=kinds)
    return DIALECTS[dialect].print(body, blocks(context), names), names


def differences(dialect, text, names, body, values, context="plain"):  # noqa: PLR0917
    """Yield the engines that say something else than the template means, and what."""
    meant = seen(evaluate(body, values, blocks(context)))
    for engine, said in render(dialect, text, values, names).items():
        if seen(said) != meant:
            yield f"{engine}: {seen(said)!r} instead of {meant!r}; printed: {text!r}"
