"""Explain values: wrong type, not allowed, out of range, empty, too long, twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Label, Safety, Text, text
from crmspec.document import Scalar, Sequence
from crmspec.schema import alias, codes
from crmspec.schema.phrase import actual, expected, kind_of, kind_of_value, listing, plain
from crmspec.schema.rename import Suggestion, bracket, did_you_mean, guess, quote, rewrite
from crmspec.schema.text import secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.document import Node
    from crmspec.schema.library import Schema
    from crmspec.schema.spot import Spot
    from crmspec.schema.violation import Violation

_WORD = re.compile(r"[\w.-]+( [\w.-]+)*")
_SOURCES = frozenset({"env", "file", "command", "keyring"})


def wrong_type(found: Violation, spot: Spot, _: Schema) -> Iterator[Diagnostic]:
    """Explain a value of another type; one without any value is empty."""
    data = spot.node.data
    if data is None:
        yield _empty(spot)
    elif kind_of_value(found.schema) == "duration" and isinstance(data, int | float):
        yield _without_unit(spot)
    elif kind_of_value(found.schema) == "secret" and not isinstance(data, dict):
        yield secret(spot.value)
    else:
        yield _wrong_type(found.schema, spot)


def _wrong_type(schema: Schema, spot: Spot) -> Diagnostic:
    data = spot.node.data
    if _names_a_secret(spot):
        return _hidden(schema, spot)
    textual = "string" in schema["type"] and not kind_of_value(schema) and "enum" not in schema
    quotable = textual and isinstance(data, int | float)
    single = schema["type"] == "array" and schema.get("minItems", 0) < 2 and _is_word(spot.node)  # noqa: PLR2004 - a pair
    return Diagnostic(
        code=codes.WRONG_TYPE,
        message=_must_be(spot, expected(schema), actual(spot.node.data)),
        label=Label(spot.value),
        help=_advice(schema, spot, quotable=quotable, single=single),
        fixes=(quote(spot.node),) if quotable else (bracket(spot.node),) if single else (),
    )


def _names_a_secret(spot: Spot) -> bool:
    """Say whether it is to be said there where a secret is: people write the secret itself."""
    return "credentials" in spot.path and not _SOURCES.isdisjoint(spot.path[-2:])


def _hidden(schema: Schema, spot: Spot) -> Diagnostic:
    """Explain a value without repeating it."""
    listed = schema["type"] == "array" and isinstance(spot.node, Scalar)
    advice = text("write the program and each argument as an item: `[pass, show, crm/token]`")
    return Diagnostic(
        code=codes.WRONG_TYPE,
        message=_must_be(spot, expected(schema), kind_of(spot.node.data)),
        label=Label(spot.value),
        help=(advice,) if listed else (),
    )


def _is_word(node: Node) -> bool:
    """Say whether brackets around a value make it one item and nothing else."""
    if not isinstance(node, Scalar) or node.data is None:
        return False
    return node.style in ("'", '"') or _WORD.fullmatch(str(node.data)) is not None


def _advice(schema: Schema, spot: Spot, *, quotable: bool, single: bool) -> tuple[Text, ...]:
    if quotable:
        return (text("put it in quotes to make it text"),)
    if single:
        return (text("put it in brackets: `[{value}]`", value=plain(spot.node.data)),)
    if isinstance(spot.node, Sequence) and schema.get("x-crmspec-kind") == "segment":
        return (text("put it below `all:`"),)
    if "enum" in schema and "array" not in schema["type"]:
        return (text("allowed: {names}", names=listing(schema["enum"])),)
    return ()


def _must_be(spot: Spot, wanted: Text, found: Text) -> Text:
    if spot.is_item:
        template = text("an item of `{name}` must be {wanted}, not {found}").template
    else:
        template = text("`{name}` must be {wanted}, not {found}").template
    return Text(template, {"name": spot.name, "wanted": wanted, "found": found})


def _without_unit(spot: Spot) -> Diagnostic:
    return Diagnostic(
        code=codes.MALFORMED_DURATION,
        message=text("the duration `{value}` has no unit", value=plain(spot.node.data)),
        label=Label(spot.value),
        help=(text("write `{value}m`, `{value}h` or `{value}d`", value=plain(spot.node.data)),),
    )


def _empty(spot: Spot) -> Diagnostic:
    return Diagnostic(
        code=codes.EMPTY_VALUE,
        message=text("`{name}` has no value", name=spot.name),
        label=Label(spot.key),
        help=(text("give it a value, or remove the key"),),
    )


def not_allowed(found: Violation, spot: Spot, _: Schema) -> Iterator[Diagnostic]:
    """Explain a value that is none of those allowed."""
    schema = found.schema
    options = schema["enum"] if found.keyword == "enum" else [schema["const"]]
    data = spot.node.data
    best, clear, safety = _meant(data, options)
    listed = (
        text("write `{{type: enum, values: […]}}`, or `directory:` instead of `values:`")
        if data == "enum"
        else text("allowed: {names}", names=listing(options))
    )
    yield Diagnostic(
        code=codes.VALUE_NOT_ALLOWED,
        message=text("`{name}` cannot be `{value}`", name=spot.name, value=plain(data)),
        label=Label(spot.value),
        help=(did_you_mean(best), listed) if best else (listed,),
        fixes=(rewrite(spot.node, best, safety),) if best and clear else (),
    )


def _meant(data: object, options: list[object]) -> Suggestion:
    """Return the allowed word that is meant; another spelling of the same word is safe to write."""
    if not isinstance(data, str):
        return Suggestion(None, clear=False)
    words = [one for one in options if isinstance(one, str)]
    same = [one for one in words if one.lower() == data.lower()] or alias.words_for(data, words)
    if len(same) == 1:
        return Suggestion(same[0], clear=True)
    best, clear = guess(data, words)
    return Suggestion(best, clear, Safety.UNSAFE)


def out_of_range(found: Violation, spot: Spot, _: Schema) -> Iterator[Diagnostic]:
    """Explain a number that is too small or too large."""
    low, high = found.schema.get("minimum"), found.schema.get("maximum")
    yield Diagnostic(
        code=codes.OUT_OF_RANGE,
        message=text(
            "`{name}` must be {bounds}, not {value}",
            name=spot.name,
            bounds=_bounds(low, high),
            value=plain(spot.node.data),
        ),
        label=Label(spot.value),
    )


def _bounds(low: float | None, high: float | None) -> Text:
    if high is None:
        return text("at least {low}", low=low or 0)
    if low is None:
        return text("at most {high}", high=high)
    return text("between {low} and {high}", low=low, high=high)


def too_short(_: Violation, spot: Spot, __: Schema) -> Iterator[Diagnostic]:
    """Explain an empty text or map."""
    yield Diagnostic(
        code=codes.EMPTY_VALUE,
        message=text("`{name}` is empty", name=spot.name),
        label=Label(spot.value),
        help=(text("give it a value, or remove the key"),),
    )


def too_long(found: Violation, spot: Spot, _: Schema) -> Iterator[Diagnostic]:
    """Explain a text with too many characters."""
    yield Diagnostic(
        code=codes.TOO_LONG,
        message=text(
            "`{name}` has {count} characters, at most {limit} are allowed",
            name=spot.name,
            count=len(str(spot.node.data)),
            limit=found.schema["maxLength"],
        ),
        label=Label(spot.value),
    )


def wrong_count(found: Violation, spot: Spot, root: Schema) -> Iterator[Diagnostic]:
    """Explain a list that is empty, or not as long as it must be."""
    data = spot.node.data
    count = len(data) if isinstance(data, list) else 0
    low, high = found.schema.get("minItems", 0), found.schema.get("maxItems")
    if count == 0 and high is None:
        yield from too_short(found, spot, root)
        return
    yield Diagnostic(
        code=codes.OUT_OF_RANGE,
        message=text(
            "`{name}` needs {wanted} items, not {count}",
            name=spot.name,
            wanted=text("exactly {count}", count=low)
            if low == high
            else text("at least {count}", count=low),
            count=count,
        ),
        label=Label(spot.value),
    )


def twice(_: Violation, spot: Spot, __: Schema) -> Iterator[Diagnostic]:
    """Explain an item that stands in a list twice."""
    items = spot.node.items if isinstance(spot.node, Sequence) else []
    first: dict[tuple[type, str], int] = {}
    for index, item in enumerate(items):
        earlier = first.setdefault((type(item.data), repr(item.data)), index)
        if earlier != index:
            yield Diagnostic(
                code=codes.DUPLICATE_ITEM,
                message=text(
                    "`{value}` stands in `{name}` twice", value=plain(item.data), name=spot.name
                ),
                label=Label(item.span),
                related=(Label(items[earlier].span, text("the first one is here")),),
                help=(text("remove one of them"),),
            )
