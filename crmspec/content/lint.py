"""What is wrong with the MJML of a letter: its compiler says little, and not where."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from crmspec.content.schema import COMMON, definitions, fits, wanted
from crmspec.content.tag import VOID, attributes, named, signs
from crmspec.content.trouble import Trouble
from crmspec.diagnostics.sentence import Text, amount, text
from crmspec.diagnostics.suggestion import nearest

if TYPE_CHECKING:
    import re

    from crmspec.content.tag import Attribute, Tag
    from crmspec.content.token import Tokens

_FREE: Final = frozenset({"mj-attributes", "mj-html-attributes", "mj-selector", "mj-raw"})
"""Elements whose children and their attributes are not those of the body."""
_UNSUPPORTED: Final = frozenset({"mj-html-attributes"})


_ROWS: Final = frozenset({"mj-section", "mj-group"})
"""Elements that share their width out to their columns."""


class _Row:
    """A section: its columns without a width, and one of them that is not always there."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.columns = 0
        self.unsure: Tag | None = None


class Lint:
    """One letter being judged; `troubles` is what is wrong, in the order of the text."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.troubles: list[Trouble] = []
        self._stack: list[Tag] = []
        self._depth = 0
        """How many loops and conditions are open between elements."""
        self._rows: list[_Row] = []
        self._end = 0
        self._hidden = False

    def run(self) -> tuple[Trouble, ...]:
        """Judge the whole text."""
        written = self.tokens.text
        for sign in signs(written):
            self._text(written[self._end : sign.start])
            self._end = sign.end
            if sign.hides is not None:
                self._hidden = sign.hides
            tag = sign.tag
            if tag is not None and not self._hidden and self.tokens.prefix not in tag.name:
                self._tag(tag)
        for left in self._stack:
            self._never_closed(left)
        return tuple(self.troubles)

    def _tag(self, tag: Tag) -> None:
        if tag.closing:
            self._closes(tag)
            return
        if tag.name.startswith("mj"):
            self._element(tag)
        if not tag.empty:
            self._stack.append(tag)
            if tag.name in _ROWS:
                self._rows.append(_Row(self._depth))

    def _closes(self, tag: Tag) -> None:
        names = [one.name for one in self._stack]
        if tag.name not in names:
            if tag.name not in VOID:
                message = text("`</{name}>` closes nothing", name=tag.name)
                self._tell(tag.start, tag.end, message)
            return
        while True:
            left = self._stack.pop()
            if left.name in _ROWS:
                self._shared(self._rows.pop())
            if left.name == tag.name:
                return
            self._never_closed(left)

    def _column(self, tag: Tag, row: _Row) -> None:
        if "width" not in named(tag.written):
            row.columns += 1
            if self._depth > row.depth:
                row.unsure = row.unsure or tag

    def _shared(self, row: _Row) -> None:
        """Judge the columns of a section, whose number must be known to share out its width."""
        if row.columns > 1 and row.unsure is not None:
            message = text(
                "MJML shares the width among {columns}, but not all are always there",
                columns=amount("{count} column", "{count} columns", row.columns),
            )
            hint = text('say how wide each one is, such as `width="50%"`')
            self._tell(row.unsure.start, row.unsure.end, message, hint)

    def _never_closed(self, tag: Tag) -> None:
        message = text("`<{name}>` is never closed", name=tag.name)
        hint = text("write `</{name}>` where it ends", name=tag.name)
        self._tell(tag.start, tag.end, message, hint)

    def _element(self, tag: Tag) -> None:
        known = definitions()
        if tag.name in _UNSUPPORTED:
            message = text("`<{name}>` is not supported", name=tag.name)
            self._tell(tag.start, tag.end, message)
            return
        parent = self._stack[-1].name if self._stack else ""
        if parent == "mj-attributes":
            self._defaults(tag)
            return
        if tag.name not in known:
            self._unknown(tag)
            return
        self._placed(tag, parent)
        if tag.name in {"mj-column", "mj-group"} and parent in _ROWS and self._rows:
            self._column(tag, self._rows[-1])
        if self.tokens.prefix in tag.written or not _is_sound(tag.name, tag.written):
            for attribute in tag.attributes():
                self._attribute(tag, attribute, known[tag.name].attributes)

    def _defaults(self, tag: Tag) -> None:
        """Judge what `mj-attributes` says of an element; `mj-all` and classes take anything."""
        known = definitions().get(tag.name)
        if tag.name in {"mj-all", "mj-class"}:
            return
        if known is None:
            self._unknown(tag)
            return
        for attribute in tag.attributes():
            self._attribute(tag, attribute, known.attributes)

    def _unknown(self, tag: Tag) -> None:
        near = nearest(tag.name, definitions())
        hint = text("did you mean `<{name}>`?", name=near) if near else None
        self._tell(tag.start, tag.end, text("MJML has no element `<{name}>`", name=tag.name), hint)

    def _placed(self, tag: Tag, parent: str) -> None:
        """Judge whether an element may stand in the one around it."""
        around = definitions().get(parent)
        if around is None or parent in _FREE or tag.name in around.children or tag.name == "mj-raw":
            return
        message = text("`<{name}>` cannot stand in `<{parent}>`", name=tag.name, parent=parent)
        holders = [name for name, one in definitions().items() if tag.name in one.children]
        hint = text("it stands in {parents}", parents=", ".join(f"`<{one}>`" for one in holders))
        self._tell(tag.start, tag.end, message, hint if holders else None)

    def _attribute(self, tag: Tag, attribute: Attribute, known: dict[str, str]) -> None:
        start, end = attribute.start, attribute.start + len(attribute.value)
        if self.tokens.prefix in attribute.name or attribute.name == "/":
            return
        if attribute.name not in known and attribute.name not in COMMON:
            near = nearest(attribute.name, known)
            hint = text("did you mean `{name}`?", name=near) if near else None
            message = text(
                "`<{element}>` has no attribute `{name}`", element=tag.name, name=attribute.name
            )
            self._tell(start, end, message, hint)
        elif self.tokens.prefix in attribute.value:
            self._dropped(tag, attribute)
        elif attribute.name in known and not fits(known[attribute.name], attribute.value):
            kind = known[attribute.name]
            message = text(
                "`{name}` cannot be `{value}`", name=attribute.name, value=attribute.value
            )
            self._tell(
                start, end, message, text("write, for example, {examples}", examples=wanted(kind))
            )

    def _dropped(self, tag: Tag, attribute: Attribute) -> None:
        """Tell of a size that is a value: MJML reckons with sizes, and needs numbers."""
        if attribute.name in {"width", "height"} and tag.name in {"mj-image", "mj-column"}:
            message = text("MJML cannot reckon with a {name} that is a value", name=attribute.name)
            end = attribute.start + len(attribute.value)
            self._tell(attribute.start, end, message, text("write a number, such as 200px"))

    def _text(self, written: str) -> None:
        """Judge text between elements, and note the blocks that open and close there."""
        if not written or written.isspace():
            return
        parent = self._stack[-1].name if self._stack else ""
        around = definitions().get(parent)
        if around is None or around.ending or self._hidden:
            return
        stray = self.tokens.pattern.sub(self._told, written).strip()
        if stray:
            start = self._end + written.index(stray[0])
            message = text("text cannot stand in `<{parent}>`", parent=parent)
            self._tell(start, start + len(stray), message, text("put it into `<mj-text>`"))

    def _told(self, found: re.Match[str]) -> str:
        """Tell of a value between elements; return nothing in the place of its token."""
        number = int(found[1])
        mark = self.tokens.marks[number]
        self._depth += {"open": 1, "end": -1}.get(mark.role, 0)
        if mark.role == "value":
            message = text("a value cannot stand between elements")
            self.troubles.append(
                Trouble("mjml", mark.piece.span, message, text("put it into `<mj-text>`"))
            )
        return ""

    def _tell(self, start: int, end: int, message: Text, hint: Text | None = None) -> None:
        self.troubles.append(Trouble("mjml", self.tokens.span(start, end), message, hint))


@lru_cache(maxsize=8192)
def _is_sound(name: str, written: str) -> bool:
    """Say whether all attributes of an element are what MJML takes."""
    known = definitions()[name].attributes
    return all(
        fits(known[one], value) if one in known else one in COMMON or one == "/"
        for one, value, _, _ in attributes(written)
    )


def linted(tokens: Tokens) -> tuple[Trouble, ...]:
    """Return what is wrong with the MJML that a tree is written in."""
    return Lint(tokens).run()
