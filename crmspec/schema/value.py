"""Explain values: wrong type, not allowed, out of range, empty, too long, twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Label, Safety, Text, text
from crmspec.document import Sequence
from crmspec.schema import codes
from crmspec.schema.phrase import actual, expected, kind_of_value, listing, plain
from crmspec.schema.rename import did_you_mean, guess, quote, rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.schema.library import Schema
    from crmspec.schema.spot import Spot
    from crmspec.schema.violation import Violation


def wrong_type(found: Violation, spot: Spot, _: Schema) -> Iterator[Diagnostic]:
    """Explain a value of another type; one without any value is empty."""
    data = spot.node.data
    if data is None:
        yield _empty(spot)
    elif kind_of_value(found.schema) == "duration" and isinstance(data, int | float):
        yield _without_unit(spot)
    else:
        yield _wrong_type(found.schema, spot)


def _wrong_type(schema: Schema, spot: Spot) -> Diagnostic:
    data = spot.node.data
    textual = "string" in schema["type"] and not kind_of_value(schema)
    quotable = textual and isinstance(data, int | float)
    return Diagnostic(
        code=codes.WRONG_TYPE,
        message=_must_be(spot, expected(schema)),
        label=Label(spot.value),
        help=(text("put it in quotes to make it text"),) if quotable else (),
        fixes=(quote(spot.node),) if quotable else (),
    )


def _must_be(spot: Spot, wanted: Text) -> Text:
    found = actual(spot.node.data)
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
    best, clear = (
        guess(data, [o for o in options if isinstance(o, str)])
        if isinstance(data, str)
        else (None, False)
    )
    listed = text("allowed: {names}", names=listing(options))
    yield Diagnostic(
        code=codes.VALUE_NOT_ALLOWED,
        message=text("`{name}` cannot be `{value}`", name=spot.name, value=plain(data)),
        label=Label(spot.value),
        help=(did_you_mean(best), listed) if best else (listed,),
        fixes=(rewrite(spot.node, best, Safety.UNSAFE),) if best and clear else (),
    )


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
