"""The filters of the language: what each takes in its brackets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from crmspec.diagnostics.sentence import text
from crmspec.template.tree import Constant, Path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmspec.diagnostics.sentence import Text
    from crmspec.template.tree import Expression, Filter

    Check = Callable[[Expression], bool]

_DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)
_KNOWN_DIRECTIVES: Final = frozenset("dmYyHMB")
HASHES: Final = ("md5", "sha1", "sha256")
LOCALES: Final = ("ru", "en")


def _whole(low: int, high: int) -> Check:
    def check(node: Expression) -> bool:
        value = node.value if isinstance(node, Constant) else None
        return type(value) is int and low <= value <= high

    return check


def _choice(*words: str) -> Check:
    return lambda node: isinstance(node, Constant) and node.value in words


def _number(node: Expression) -> bool:
    return isinstance(node, Constant) and type(node.value) in {int, float}


def _text(node: Expression) -> bool:
    return isinstance(node, Constant) and isinstance(node.value, str)


def _some_text(node: Expression) -> bool:
    return _text(node) and node.value != ""  # type: ignore[union-attr]


def _value(node: Expression) -> bool:
    return isinstance(node, Constant | Path)


class Signature(NamedTuple):
    """What a filter takes; `least` values must be given, all if None."""

    example: str
    positional: tuple[Check, ...] = ()
    least: int | None = None
    named: Mapping[str, Check] = {}

    def fits(self, used: Filter) -> bool:
        """Say whether a use of the filter gives what it takes."""
        given = len(used.arguments)
        least = len(self.positional) if self.least is None else self.least
        names = [name for name, _ in used.named]
        return (
            least <= given <= len(self.positional)
            and len(names) == len(set(names))
            and all(check(one) for check, one in zip(self.positional, used.arguments, strict=False))
            and all(name in self.named and self.named[name](one) for name, one in used.named)
        )


_DAYS: Final = 36_500
_SUM: Final = (_number,)
SIGNATURES: Final[dict[str, Signature]] = {
    "upper": Signature("upper"),
    "lower": Signature("lower"),
    "capitalize": Signature("capitalize"),
    "title": Signature("title"),
    "truncate": Signature("truncate(40)", (_whole(1, 100_000),)),
    "replace": Signature("replace('a', 'b')", (_some_text, _text)),
    "number": Signature("number(2)", (_whole(0, 10),)),
    "plus": Signature("plus(1)", _SUM),
    "minus": Signature("minus(1)", _SUM),
    "times": Signature("times(2)", _SUM),
    "date": Signature("date('%d.%m.%Y')", (_some_text,), None, {"locale": _choice(*LOCALES)}),
    "add_days": Signature("add_days(7)", (_whole(-_DAYS, _DAYS),)),
    "length": Signature("length"),
    "first": Signature("first('name')", (_some_text,), 0),
    "last": Signature("last('name')", (_some_text,), 0),
    "join": Signature("join(', ')", (_text,)),
    "url_encode": Signature("url_encode"),
    "hash": Signature("hash('sha256')", (_choice(*HASHES),)),
    "shorten": Signature("shorten"),
    "default": Signature("default('…')", (_value,)),
    "limit": Signature("limit(3)", (_whole(1, 1_000),)),
    "plural": Signature("plural('товар', 'товара', 'товаров')", (_text,) * 3, 2),
}


def misuse(used: Filter) -> tuple[Text, Text] | None:
    """Return what is wrong with a use of a known filter and what to write, None if nothing."""
    signature = SIGNATURES[used.name]
    if not signature.fits(used):
        message = text("`{name}` does not take this", name=used.name)
        return message, text("write it as in `{example}`", example=signature.example)
    return _date_misuse(used) if used.name == "date" else None


def _date_misuse(used: Filter) -> tuple[Text, Text] | None:
    argument = used.arguments[0]
    written = str(argument.value) if isinstance(argument, Constant) else ""
    for directive in _DIRECTIVE.findall(written):
        if directive not in _KNOWN_DIRECTIVES:
            return (
                text("dates have no `%{directive}`", directive=directive),
                text("there are `%d %m %Y %y %H %M`, and `%B` for the name of the month"),
            )
    if "%B" in written and not used.named:
        return (
            text("the name of a month needs a language"),
            text("write `date('%d %B', locale='ru')`"),
        )
    return None
