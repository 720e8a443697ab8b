"""Where in HTML a value stands, and so how it is escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import structs

from crmspec.content.rewrite import rewritten
from crmspec.content.tag import RAW, Tag, signs
from crmspec.content.token import Tokens
from crmspec.content.trouble import Trouble
from crmspec.diagnostics.sentence import Text, text
from crmspec.template import tree
from crmspec.template.evaluate import escaped
from crmspec.template.value import shown

if TYPE_CHECKING:
    from collections.abc import Iterator


ADDRESSES: Final = frozenset(
    "href src background background-url action poster cite data xlink:href".split()  # noqa: SIM905
)
"""Attributes that hold one URL."""
_INSIDE: Final = re.compile(
    r"<[A-Za-z](?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*?"
    r"\s(?P<name>[^\s=<>/\"']+)\s*=\s*[\"'](?P<before>[^<>\"']*)"
)
"""A tag from its beginning up to somewhere in the value of an attribute."""
_ADDRESS: Final = re.compile(
    r"(?:[^\s<>\"'()&]++|(?!&(?!amp;)#?\w+;)&|\((?:[^\s<>\"'()]*\))?)*+", re.IGNORECASE
)
"""The rest of an address in the middle of words, after `://`, as programs make a link of it."""


def contexts(tokens: Tokens, written: str) -> dict[int, tree.Context]:
    """Return the contexts of the tokens of a text by their places; the others are `html`."""
    found = addressed(tokens, written)
    for token in tokens.pattern.finditer(written):
        start = written.rfind("<", 0, token.start())
        inside = _INSIDE.fullmatch(written, start, token.start()) if start >= 0 else None
        if inside is not None:
            before = tokens.pattern.sub("", inside["before"]).strip()
            found.setdefault(token.start(), _of(inside["name"].lower(), before))
    return found


def addressed(tokens: Tokens, written: str) -> dict[int, tree.Context]:
    """Return where tokens stand in addresses that are written out among words: they are `url`."""
    found: dict[int, tree.Context] = {}
    at = written.find("://")
    while at >= 0:
        address = _ADDRESS.match(written, at + 3)
        end = address.end() if address is not None else at + 3
        if written[at - 1 : at].isalnum():
            tags = tokens.pattern.finditer(written, at, end)
            found.update({token.start(): "url" for token in tags})
        at = written.find("://", end)
    return found


def _of(attribute: str, before: str) -> tree.Context:
    """Return the context of a value in an attribute, after what stands before it there."""
    if attribute not in ADDRESSES:
        return "attribute"
    return "url" if before else "address"


def valued(piece: tree.Piece, context: tree.Context) -> tree.Body:
    """Return a value as it stands in a context; a constant is text at once.

    What has been found to be a part of an address stays one.
    """
    if not isinstance(piece, tree.Output) or piece.context == "url":
        return (piece,)
    value = piece.expression
    if isinstance(value, tree.Constant):
        written = escaped(shown(value.value), context)
        return (tree.Text(text=written, span=piece.span),) if written else ()
    if context == "url":
        value = _bare(value)
    return (structs.replace(piece, expression=value, context=context),)


def _bare(value: tree.Expression) -> tree.Expression:
    """Return a value without its `url_encode`, where it is encoded anyway."""
    if not isinstance(value, tree.Filter) or value.name not in {"url_encode", "default"}:
        return value
    bare = value.name == "url_encode"
    return value.of if bare else structs.replace(value, of=_bare(value.of))


def in_context(body: tree.Body, context: tree.Context) -> tree.Body:
    """Return a body whose values all stand in one context; its texts too, if it is HTML."""

    def one(piece: tree.Piece) -> tree.Body | None:
        if isinstance(piece, tree.Text):
            return (structs.replace(piece, text=escaped(piece.text, context)),)
        return valued(piece, context) if isinstance(piece, tree.Output) else None

    return rewritten(body, one)


def valued_in(body: tree.Body, context: tree.Context) -> tree.Body:
    """Return a body whose values all stand in one context; its texts stay as they are."""
    return rewritten(
        body, lambda piece: valued(piece, context) if isinstance(piece, tree.Output) else None
    )


def placed(body: tree.Body) -> tree.Body:
    """Return a piece of HTML with each of its values for the place where it stands."""
    tokens = Tokens(body)
    places = contexts(tokens, tokens.text)
    return tokens.restored(tokens.text, lambda piece, at: valued(piece, places.get(at, "html")))


def misplaced(tokens: Tokens, written: str) -> Iterator[Trouble]:
    """Yield the values and tags of a text that stand where none can be made safe."""
    raw = ""
    end = 0
    for sign in signs(written):
        if raw in _UNSAFE:
            yield from _told(tokens, written[end : sign.start], _UNSAFE[raw])
        tag = sign.tag
        raw = tag.name if tag is not None and not tag.closing and tag.name in RAW else ""
        end = sign.end
        if tag is not None and tokens.prefix in tag.name:
            yield from _told(tokens, tag.name, _NAME)
        if tag is not None and tokens.prefix in tag.written:
            yield from _in_start_tag(tokens, tag)


def _in_start_tag(tokens: Tokens, tag: Tag) -> Iterator[Trouble]:
    rest = tag.written
    for attribute in tag.attributes():
        if attribute.quoted and attribute.value:
            rest = rest.replace(attribute.value, "", 1)
            if attribute.name.startswith("on"):
                yield from _told(tokens, attribute.value, _SCRIPT)
    yield from _told(tokens, rest, _BARE)


def _told(tokens: Tokens, written: str, words: tuple[Text, Text]) -> Iterator[Trouble]:
    told: list[tree.Piece] = []
    for found in tokens.pattern.finditer(written):
        piece = tokens.marks[int(found[1])].piece
        if piece not in told:
            told.append(piece)
            yield Trouble("markup", piece.span, *words)


_BARE: Final = (
    text("a value or a tag cannot stand here, in the middle of a start tag"),
    text("put it into the quotes of an attribute, or around the whole element"),
)
_NAME: Final = (
    text("a value or a tag cannot stand here, in the name of an element"),
    text("write `&lt;` if the sign itself is meant"),
)
_SCRIPT: Final = (
    text("a value cannot stand in a script"),
    text("mail programs do not run scripts; take it out"),
)
_STYLE: Final = (
    text("a value cannot stand in a style sheet"),
    text("put it into the attribute `style` of the element"),
)
_UNSAFE: Final = {"style": _STYLE, "mj-style": _STYLE, "script": _SCRIPT}
