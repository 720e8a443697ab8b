"""Letters whose tags do not go together: left open, closed twice, or torn apart by a condition."""

from __future__ import annotations

import re
from itertools import islice, product
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from crmspec.content.mjml import MJML
from crmspec.content.tag import VOID, Tag, signs
from crmspec.content.trouble import Trouble
from crmspec.content.way import MOST, taken
from crmspec.diagnostics.sentence import text
from crmspec.template import tree
from crmspec.template.source import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.content.token import Tokens
    from crmspec.source import Span

_UNENDED: Final = frozenset(
    "html head body p li dt dd tr td th thead tbody tfoot colgroup option".split()  # noqa: SIM905
)
"""Elements that HTML ends by itself."""
_LEFT_OUT: Final = re.compile(r"<(?:script|iframe|object|embed|applet|frameset)\b", re.IGNORECASE)
_DATA: Final = "application/ld+json"
"""The type of scripts that are read, not run: Gmail makes its annotations of them."""
_QUOTE: Final = re.compile(r"=\s*(?:\"[^\"<>]*\s[\w:-]+=\"|'[^'<>]*\s[\w:-]+=')")
"""A value of an attribute that runs into the next attribute."""


def uneven(piece: tree.Piece) -> Trouble:
    """Return what is to be said of a block that does not hold whole elements."""
    message = text("what this tag opens does not hold whole elements")
    hint = text("let it begin and end around the same elements")
    return Trouble("markup", piece.span, message, hint)


def torn(tokens: Tokens) -> Iterator[Trouble]:
    """Yield what is wrong with the tags of a letter; those of MJML are judged by its lint."""
    quote = _QUOTE.search(tokens.text)
    if quote is not None:
        message = text("a quote is not closed here")
        yield Trouble("markup", tokens.span(quote.start(), quote.end()), message)
        return
    if _LEFT_OUT.search(tokens.text):
        yield from _left_out(tokens)
    is_mjml = MJML.search(tokens.text) is not None
    if is_mjml and all(mark.role == "value" for mark in tokens.marks):
        return
    items = _items(tokens)
    if items is None:
        return
    pieces, troubles = _Judge(tokens, items).judged()
    yield from map(uneven, pieces)
    if not is_mjml:
        yield from troubles


class _Block(NamedTuple):
    piece: tree.Piece
    arms: list[list[_Item]]


_Item: TypeAlias = "Tag | _Block"


def _items(tokens: Tokens) -> list[_Item] | None:
    """Return the tags and blocks of a letter; None if a block begins or ends inside of a tag."""
    top: list[_Item] = []
    stack: list[_Block] = []
    for item in _events(tokens):
        here = stack[-1].arms[-1] if stack else top
        if isinstance(item, Tag):
            here.append(item)
            continue
        role, piece = tokens.marks[item]
        if role == "open":
            stack.append(_Block(piece, [[]]))
            here.append(stack[-1])
        elif not stack or stack[-1].piece is not piece:
            return None
        elif role == "arm":
            stack[-1].arms.append([])
        else:
            stack.pop()
    return None if stack else top


def _events(tokens: Tokens) -> Iterator[Tag | int]:
    """Yield the tags that mail programs see, and the numbers of the tokens of blocks."""
    has_blocks = any(mark.role == "open" for mark in tokens.marks)
    end, hides = 0, False
    for sign in signs(tokens.text):
        if has_blocks:
            yield from _blocks(tokens, end, sign.start)
            end = sign.end
        if sign.hides is not None:
            hides = sign.hides
        if sign.tag is not None and not hides:
            yield sign.tag
    if has_blocks:
        yield from _blocks(tokens, end, len(tokens.text))


def _blocks(tokens: Tokens, start: int, end: int) -> Iterator[int]:
    for found in tokens.pattern.finditer(tokens.text, start, end):
        number = int(found[1])
        if tokens.marks[number].role != "value":
            yield number


def _left_out(tokens: Tokens) -> Iterator[Trouble]:
    for sign in signs(tokens.text):
        tag = sign.tag
        if tag is None or _DATA in tag.written:
            continue
        if _LEFT_OUT.match(tokens.text, tag.start):
            message = text("mail programs leave `<{name}>` out", name=tag.name)
            hint = text("show a picture that links to a page with it")
            yield Trouble("markup", tokens.span(tag.start, tag.end), message, hint)


class _Effect(NamedTuple):
    """What a stretch does to the elements around it: closes some, and leaves some open."""

    closes: list[Tag]
    opens: list[Tag]

    @property
    def names(self) -> tuple[list[str], list[str]]:
        return [one.name for one in self.closes], [one.name for one in self.opens]


class _Judge:
    """One letter; `torn` are the blocks whose arms open or close different elements.

    Blocks with the same conditions are one group: the reader takes the same arm in all of them.
    """

    def __init__(self, tokens: Tokens, items: list[_Item]) -> None:
        self.tokens = tokens
        self.items = items
        self.torn: dict[str, list[tree.Piece]] = {}
        self.ways: dict[str, int] = {}
        self._chosen: Mapping[str, int] = {}
        self._found: dict[Span, Trouble] = {}

    def judged(self) -> tuple[list[tree.Piece], list[Trouble]]:
        """Return the torn blocks that leave some letters unsound, and what is wrong with all."""
        first = self._troubles({})
        if not self.ways:
            return [], list(first.values())
        groups = list(self.ways)
        ways = list(islice(product(*(range(self.ways[one]) for one in groups)), MOST + 1))
        if len(ways) > MOST:
            return [piece for pieces in self.torn.values() for piece in pieces], []
        found = {way: self._troubles(dict(zip(groups, way, strict=True))) for way in ways}
        wrong = [
            piece
            for at, group in enumerate(groups)
            if any(_differ(found, way, at) for way in ways)
            for piece in self.torn[group]
        ]
        always = [
            one for span, one in first.items() if all(span in other for other in found.values())
        ]
        return wrong, always

    def _troubles(self, chosen: Mapping[str, int]) -> dict[Span, Trouble]:
        """Return what is wrong if readers take some arms of torn blocks, of others the first."""
        self._chosen, self._found = chosen, {}
        whole = self._effect(self.items)
        for tag in whole.closes:
            self._strays(tag)
        for tag in whole.opens:
            self._unclosed(tag)
        return self._found

    def _effect(self, items: list[_Item]) -> _Effect:
        made = _Effect([], [])
        for item in items:
            if isinstance(item, Tag):
                self._pass(made, item)
                continue
            inner = self._of_block(item)
            for tag in inner.closes:
                self._pass(made, tag)
            made.opens.extend(inner.opens)
        return made

    def _pass(self, made: _Effect, tag: Tag) -> None:
        opens = made.opens
        if not tag.closing:
            if not tag.empty:
                opens.append(tag)
        elif opens and opens[-1].name == tag.name:
            opens.pop()
        elif any(one.name == tag.name for one in opens):
            while (left := opens.pop()).name != tag.name:
                self._unclosed(left)
        else:
            made.closes.append(tag)

    def _of_block(self, block: _Block) -> _Effect:
        effects = [self._effect(arm) for arm in block.arms]
        ways, always = taken(block.piece)
        possible = [effects[at] for at in ways if at < len(effects)]
        if not always or not possible:
            possible.append(_Effect([], []))
        if isinstance(block.piece, tree.For):
            possible = [_ended(one) for one in possible]
        if all(one.names == possible[0].names for one in possible):
            return possible[0]
        group = _group(block.piece)
        pieces = self.torn.setdefault(group, [])
        if block.piece not in pieces:
            pieces.append(block.piece)
        self.ways[group] = len(possible)
        return possible[self._chosen.get(group, 0)]

    def _unclosed(self, tag: Tag) -> None:
        if tag.name not in _UNENDED:
            message = text("`<{name}>` is never closed", name=tag.name)
            hint = text("write `</{name}>` where it ends", name=tag.name)
            self._tell(tag, Trouble("markup", tree.NOWHERE, message, hint))

    def _strays(self, tag: Tag) -> None:
        if tag.name not in VOID and tag.name != "p":
            message = text("`</{name}>` closes nothing", name=tag.name)
            self._tell(tag, Trouble("markup", tree.NOWHERE, message))

    def _tell(self, tag: Tag, words: Trouble) -> None:
        if self.tokens.prefix in tag.name:
            return
        span = self.tokens.span(tag.start, tag.end)
        self._found.setdefault(span, Trouble(words.kind, span, words.message, words.help))


def _differ(
    found: Mapping[tuple[int, ...], dict[Span, Trouble]], way: tuple[int, ...], at: int
) -> bool:
    """Say whether a letter is as sound as the one that takes the first arm in one group."""
    return found[way].keys() != found[(*way[:at], 0, *way[at + 1 :])].keys()


def _ended(effect: _Effect) -> _Effect:
    """Return the effect of a round of a loop: what HTML ends by itself is ended by the next one."""
    return _Effect(effect.closes, [one for one in effect.opens if one.name not in _UNENDED])


def _group(piece: tree.Piece) -> str:
    if isinstance(piece, tree.If):
        return " | ".join(written(branch.condition) for branch in piece.branches)
    return f"{piece.span.path}:{piece.span.start}"
