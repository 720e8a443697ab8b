"""Explain steps, conditions and triggers, which have exactly one key as their subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Text, text
from crmspec.schema import codes
from crmspec.schema.key import alternatives
from crmspec.schema.phrase import listing
from crmspec.schema.rename import Suggestion, did_you_mean, rename, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.document import Entry
    from crmspec.schema.library import Schema
    from crmspec.schema.spot import Spot
    from crmspec.schema.violation import Violation

_UNKNOWN: dict[str, tuple[Code, Text]] = {
    "step": (codes.UNKNOWN_STEP, text("this step does not say what to do")),
    "condition": (codes.UNKNOWN_CONDITION, text("this condition does not say what it is about")),
    "trigger": (codes.UNKNOWN_TRIGGER, text("this trigger does not say what starts the chain")),
}
_STRANGE: dict[str, Text] = {
    "step": text("there is no step `{key}`"),
    "condition": text("there is no condition `{key}`"),
    "trigger": text("there is no trigger `{key}`"),
}
_LISTS: dict[str, Text] = {
    "step": text("a step has one of {names}"),
    "condition": text("a condition has one of {names}"),
    "trigger": text("a trigger has one of {names}"),
}
_AMBIGUOUS: dict[str, tuple[Code, Text, Text]] = {
    "step": (
        codes.AMBIGUOUS_STEP,
        text("a step does one thing: `{first}` or `{second}`"),
        text("make `{second}` a step of its own, with a dash before it"),
    ),
    "condition": (
        codes.AMBIGUOUS_CONDITION,
        text("a condition is about one thing: `{first}` or `{second}`"),
        text("make them items of a list below `all` or `any`"),
    ),
    "trigger": (
        codes.AMBIGUOUS_TRIGGER,
        text("a trigger names one thing: `{first}` or `{second}`"),
        text("make them items of a list: any of them starts the chain"),
    ),
}


def explain(found: Violation, spot: Spot, _: Schema) -> Iterator[Diagnostic]:
    """Explain a step, condition or trigger with no subject, or with several."""
    sort = found.schema["x-crmspec-subject"]
    present = subjects(found, spot)
    if present:
        yield _ambiguous(sort, spot, present)
    else:
        yield _unknown(sort, spot, found.schema)


def subjects(found: Violation, spot: Spot) -> list[str]:
    """Return the subject keys that are present, in the author's order."""
    choices = alternatives(found.schema["oneOf"])
    return [key for key in spot.entries() if key in choices]


def _unknown(sort: str, spot: Spot, schema: Schema) -> Diagnostic:
    code, message = _UNKNOWN[sort]
    choices = alternatives(schema["oneOf"])
    others = [key for key in spot.own_keys() if key not in schema["properties"]]
    entry, (best, clear, safety) = _suspect(spot, others, choices, deciding=sort == "condition")
    listed = Text(_LISTS[sort].template, {"names": listing(choices)})
    if entry is not None:
        message = Text(_STRANGE[sort].template, {"key": entry.key})
    return Diagnostic(
        code=code,
        message=message,
        label=Label(entry.key_span if entry is not None else spot.key),
        help=(did_you_mean(best),) if best else (listed,),
        fixes=(rename(entry.key_span, best, safety),)
        if entry is not None and best and clear
        else (),
    )


def _suspect(
    spot: Spot, others: list[str], choices: list[str], *, deciding: bool
) -> tuple[Entry | None, Suggestion]:
    """Return the key that should have been the subject: a near miss, or else the first."""
    for key in others:
        suggestion = suggest(key, choices, deciding=deciding)
        if suggestion.best:
            return spot.entries()[key], suggestion
    return (spot.entries()[others[0]] if others else None), Suggestion(None, clear=False)


def _ambiguous(sort: str, spot: Spot, present: list[str]) -> Diagnostic:
    code, message, hint = _AMBIGUOUS[sort]
    first, second = present[0], present[1]
    names: dict[str, str | int | float | Text] = {"first": first, "second": second}
    entries = spot.entries()
    return Diagnostic(
        code=code,
        message=Text(message.template, names),
        label=Label(entries[second].key_span),
        related=(Label(entries[first].key_span, text("`{first}` is here", first=first)),),
        help=(Text(hint.template, {"second": second} if sort == "step" else {}),),
    )
