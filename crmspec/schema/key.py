"""Explain keys: unknown, missing, needed together, excluding each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Label, Text, text
from crmspec.schema import codes
from crmspec.schema.phrase import kind_of_value, listing, plain
from crmspec.schema.rename import did_you_mean, rename, suggest
from crmspec.schema.text import malformed_key, secret
from crmspec.schema.violation import NAMES, matches, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.document import Entry
    from crmspec.schema.library import Schema
    from crmspec.schema.spot import Spot
    from crmspec.schema.violation import Violation


def unknown(found: Violation, spot: Spot, root: Schema) -> Iterator[Diagnostic]:
    """Explain keys that are none of the schema's."""
    for key in strangers(found, spot, root):
        if kind_of_value(found.schema) == "secret" and key.lower() != "env":
            yield secret(spot.entries()[key].value.span)
        else:
            yield _unknown(key, spot, found, root)


def strangers(found: Violation, spot: Spot, root: Schema) -> list[str]:
    """Return the keys of a map that are none of the schema's."""
    names = {*known(found, root), *found.schema.get("x-crmspec-elsewhere", ())}
    return [key for key in spot.own_keys() if key not in names]


def known(found: Violation, root: Schema) -> list[str]:
    """Return the keys a closed map may have."""
    if found.keyword == NAMES:
        return list(_names(found.schema, root))
    return list(found.schema.get("properties", {}))


def _names(part: Schema, root: Schema) -> Iterator[str]:
    if "$ref" in part:
        yield from _names(resolve(root, part["$ref"]), root)
    yield from part.get("enum", ())
    for branch in part.get("anyOf", ()):
        yield from _names(branch, root)


def _unknown(key: str, spot: Spot, found: Violation, root: Schema) -> Diagnostic:
    entry = spot.entries()[key]
    file = found.schema.get("x-crmspec-subject") == "file"
    free = [name for name in known(found, root) if name not in spot.entries()]
    best, clear, safety = suggest(key, free, deciding=found.keyword == NAMES)
    return Diagnostic(
        code=codes.UNKNOWN_KIND if file else codes.UNKNOWN_KEY,
        message=text("there is no kind of resource `{key}`", key=key)
        if file
        else text("unknown key `{key}`", key=key),
        label=Label(entry.key_span),
        help=(did_you_mean(best),) if best else (*_absent(found, key), _known_here(free)),
        fixes=(rename(entry.key_span, best, safety),) if best and clear else (),
    )


def _known_here(free: list[str]) -> Text:
    if not free:
        return text("nothing else may stand here; remove it")
    return text("known here: {names}", names=listing(free))


def _absent(found: Violation, key: str) -> tuple[Text, ...]:
    """Say which needed key is absent beside the first unknown one that resembles nothing."""
    if found.culprit != key:
        return ()
    return tuple(text("the key `{key}` is missing here", key=name) for name in found.lacking)


def names(found: Violation, spot: Spot, root: Schema) -> Iterator[Diagnostic]:
    """Explain keys that are ids, or the closed keys of a condition."""
    rule = found.schema
    if kind_of_value(rule) != "id":
        yield from unknown(found, spot, root)
        return
    for key, entry in spot.entries().items():
        if not matches(rule["pattern"], key):
            yield malformed_key(key, entry)
        elif len(key) > rule["maxLength"]:
            yield Diagnostic(
                code=codes.TOO_LONG,
                message=text(
                    "an id has at most {limit} characters, this one has {count}",
                    limit=rule["maxLength"],
                    count=len(key),
                ),
                label=Label(entry.key_span),
            )


def missing(found: Violation, spot: Spot, _: Schema) -> Iterator[Diagnostic]:
    """Explain keys that must be there."""
    for key in lacking(found, spot):
        yield _missing(spot, key)


def _missing(spot: Spot, key: str) -> Diagnostic:
    if spot.is_item:
        message = text("an item of `{name}` needs the key `{key}`", name=spot.name, key=key)
    elif spot.name:
        message = text("`{name}` needs the key `{key}`", name=spot.name, key=key)
    else:
        message = text("the file needs the key `{key}`", key=key)
    return Diagnostic(
        code=codes.MISSING_KEY,
        message=message,
        label=Label(spot.key),
        help=(text("add `{key}`", key=key),),
    )


def lacking(found: Violation, spot: Spot) -> list[str]:
    """Return the keys a `required` misses."""
    return [key for key in found.schema["required"] if key not in spot.entries()]


def beside(found: Violation, spot: Spot, _: Schema) -> Iterator[Diagnostic]:
    """Explain a key that needs another one beside it."""
    entries = spot.entries()
    for key, needed in found.schema["dependentRequired"].items():
        for other in needed:
            if key in entries and other not in entries:
                yield Diagnostic(
                    code=codes.MISSING_KEY,
                    message=text("`{key}` needs `{other}` beside it", key=key, other=other),
                    label=Label(entries[key].key_span),
                    help=(text("add `{other}`, or remove `{key}`", other=other, key=key),),
                )


def some(found: Violation, spot: Spot, _: Schema) -> Iterator[Diagnostic]:
    """Explain a map that has none of several keys."""
    choices = alternatives(found.schema["anyOf"])
    lead = _lead(found.schema, spot)
    yield _none(spot, choices) if lead is None else _alone(lead, choices)


def _lead(schema: Schema, spot: Spot) -> Entry | None:
    """Return the key beside which another one is missing."""
    lead = [*schema.get("required", ()), *schema.get("x-crmspec-beside", ())]
    return next((spot.entries()[name] for name in lead if name in spot.entries()), None)


def _alone(lead: Entry, choices: list[str]) -> Diagnostic:
    return Diagnostic(
        code=codes.MISSING_KEY,
        message=text("`{key}` needs one more key beside it", key=lead.key),
        label=Label(lead.key_span),
        help=(text("add one of {names}", names=listing(choices)),),
    )


def one(found: Violation, spot: Spot, _: Schema) -> Iterator[Diagnostic]:
    """Explain a map that has none or several of keys of which it must have one."""
    present = several(found, spot)
    yield _conflict(spot, present) if present else _none(spot, alternatives(found.schema["oneOf"]))


def several(found: Violation, spot: Spot) -> list[str]:
    """Return the keys present of which a `oneOf` takes only one."""
    choices = alternatives(found.schema.get("oneOf", []))
    return [key for key in spot.entries() if key in choices]


def together(found: Violation, spot: Spot, _: Schema) -> Iterator[Diagnostic]:
    """Explain keys that exclude each other."""
    both = found.schema["not"]["required"]
    present = [key for key in spot.entries() if key in both]
    lead = _lead(found.schema, spot)
    yield _conflict(spot, present) if lead is None else _barred(lead, spot.entries()[present[0]])


def _barred(lead: Entry, barred: Entry) -> Diagnostic:
    """Say that the value of one key bars another key."""
    first = f"{lead.key}: {plain(lead.value.data)}"
    return Diagnostic(
        code=codes.CONFLICTING_KEYS,
        message=text("`{second}` cannot stand beside `{first}`", second=barred.key, first=first),
        label=Label(barred.key_span),
        related=(Label(lead.key_span, text("`{first}` is here", first=first)),),
        help=(text("remove `{key}`", key=barred.key),),
    )


def alternatives(branches: list[Schema]) -> list[str]:
    """Return the keys that branches such as `{"required": ["a"]}` ask for."""
    keys: list[str] = []
    for branch in branches:
        keys.extend(branch.get("required", ()))
        keys.extend(alternatives(branch.get("anyOf", [])))
    return keys


def _none(spot: Spot, choices: list[str]) -> Diagnostic:
    if spot.is_item:
        message = text("an item of `{name}` needs one more key", name=spot.name)
    else:
        message = text("`{name}` needs one more key", name=spot.name)
    return Diagnostic(
        code=codes.MISSING_KEY,
        message=message,
        label=Label(spot.key),
        help=(text("add one of {names}", names=listing(choices)),),
    )


def _conflict(spot: Spot, keys: list[str]) -> Diagnostic:
    first, second = keys[0], keys[1]
    entries = spot.entries()
    return Diagnostic(
        code=codes.CONFLICTING_KEYS,
        message=text("`{second}` cannot stand beside `{first}`", second=second, first=first),
        label=Label(entries[second].key_span),
        related=(Label(entries[first].key_span, text("`{first}` is here", first=first)),),
        help=(text("keep one of {names}", names=listing(keys)),),
    )
