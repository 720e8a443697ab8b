"""The plan in words, line by line."""

from __future__ import annotations

from difflib import ndiff
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Text, text
from crmspec.engine.body import REFERENCE, is_reference
from crmspec.engine.difference import Action
from crmspec.engine.plan import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.engine.difference import Difference
    from crmspec.engine.plan import Change, Left, Plan

    Say = Callable[[Text], str]
    Paint = Callable[[str, str], str]

_SHORT = 60
_COLUMN = 36
_LIVE = "live"


def _plain(_: str, line: str) -> str:
    return line


def render(plan: Plan, *, say: Say = Text.english, paint: Paint = _plain) -> str:
    """Return the plan as people read it, ending in a line break.

    `say` translates a sentence; `paint(symbol, line)` may colour a line, the symbol being one
    of `+ ~ - = ! ? ⟳ ≈` for heads, `⟳` for edits by hand, and "" for the rest.
    """
    lines = [paint(symbol, line) for symbol, line in _lines(plan, say)]
    return "\n".join(lines) + "\n"


def _lines(plan: Plan, say: Say) -> Iterator[tuple[str, str]]:
    for change in plan.changes:
        yield from _change(change, say)
    for remark in plan.remarks:
        yield _remark(remark, say)
    for kind in plan.undeployed:
        yield "≈", _head("≈", f"{kind.kind} ({kind.count})", say(kind.reason), "")
    yield "", _end(plan, say)


def _end(plan: Plan, say: Say) -> str:
    if plan.matches:
        return say(text("no changes: the target matches"))
    return say(text("no changes to make")) if plan.empty else _counts(plan, say)


def symbol(change: Change) -> str:
    """Return the mark of a change."""
    if change.puts_back:
        return "⟳"
    return {Kind.CREATE: "+", Kind.UPDATE: "~", Kind.DELETE: "-", Kind.ADOPT: "="}[change.kind]


def _change(change: Change, say: Say) -> Iterator[tuple[str, str]]:
    mark = symbol(change)
    yield mark, _head(mark, str(change.address), say(_effect(change)), change.source)
    if change.drift and not change.puts_back:
        for difference in change.drift:
            for line in _difference(difference, say):
                yield "⟳", f"      ⟳ {say(text('by hand:'))} {line}"
    for difference in change.fields:
        for line in _difference(difference, say):
            yield "", f"      {line}"


def _head(mark: str, address: str, effect: str, source: str) -> str:
    left = f"  {mark} {address:<{_COLUMN}} {effect}"
    return f"{left:<84} {source}".rstrip()


def _effect(change: Change) -> Text:
    match change.kind:
        case Kind.CREATE:
            return _create_effect(change)
        case Kind.DELETE:
            return _delete_effect(change)
        case Kind.ADOPT if not change.fields:
            return text("adopt: it is on the target as wanted, only the state is written")
        case Kind.ADOPT:
            return text("adopt and update, {count} changed", count=len(change.fields))
        case Kind.UPDATE:
            return _update_effect(change)


def _create_effect(change: Change) -> Text:
    if change.entry is not None:
        return text("create again: it was deleted on the server by hand")
    return text("create and activate") if _goes_live(change) else text("create")


def _delete_effect(change: Change) -> Text:
    if change.remote is None:
        return text("forget: it is already gone from the target")
    if change.drift:
        return text("delete, though it was changed on the server by hand")
    return text("delete")


def _update_effect(change: Change) -> Text:
    count = len(change.fields)
    if change.puts_back:
        return text("changed on the server by hand: {count} put back", count=count)
    if change.drift:
        return text("update, {count} changed; it was also changed by hand", count=count)
    return text("update, {count} changed", count=count)


def _goes_live(change: Change) -> bool:
    return change.desired is not None and change.desired.body.get("status") == _LIVE


def _remark(remark: Left, say: Say) -> tuple[str, str]:
    mark = {"manual": "!", "unknown": "?"}.get(remark.effect, "≈")
    return mark, _head(mark, str(remark.address), say(remark.reason), remark.source)


def _difference(difference: Difference, say: Say) -> Iterator[str]:
    path, before, after = difference.path or ".", difference.before, difference.after
    match difference.action:
        case Action.MOVE:
            yield f"{path}: {say(text('moved'))}"
        case Action.ADD:
            yield from _one_side(path, "+", after)
        case Action.REMOVE:
            yield from _one_side(path, "-", before)
        case Action.SET if _long(before) and _long(after):
            yield path
            yield from _text_diff(str(before), str(after))
        case Action.SET:
            yield f"{path}: {show(before)} → {show(after)}"


def _one_side(path: str, mark: str, value: object) -> Iterator[str]:
    if _long(value):
        yield path
        yield from (f"  {mark} {line}".rstrip() for line in str(value).splitlines())
    else:
        yield f"{mark} {path}: {show(value)}"


def _long(value: object) -> bool:
    return isinstance(value, str) and (len(value) > _SHORT // 2 or "\n" in value)


def _text_diff(before: str, after: str) -> Iterator[str]:
    """Yield the changed lines of a text; equal lines are left out."""
    for line in ndiff(before.splitlines(), after.splitlines()):
        if line[0] in "-+":
            yield f"  {line}".rstrip()


def show(value: object) -> str:
    """Return a value on one line, an address for a reference, cut when long."""
    if is_reference(value) and isinstance(value, dict):
        return str(value[REFERENCE])
    if isinstance(value, str):
        line = value if value and value.strip() == value else f'"{value}"'
    else:
        line = msgspec.json.encode(_readable(value)).decode()
    line = line.replace("\n", "⏎")
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"


def _readable(value: object) -> object:
    if isinstance(value, dict):
        if is_reference(value):
            return value[REFERENCE]
        return {key: _readable(item) for key, item in value.items()}
    return [_readable(item) for item in value] if isinstance(value, list) else value


def _counts(plan: Plan, say: Say) -> str:
    kinds = [("put_back" if c.puts_back else c.kind) for c in plan.changes]
    manual = sum(remark.effect == "manual" for remark in plan.remarks)
    parts = [
        (kinds.count(Kind.CREATE), text("{count} to create", count=kinds.count(Kind.CREATE))),
        (kinds.count(Kind.UPDATE), text("{count} to update", count=kinds.count(Kind.UPDATE))),
        (kinds.count(Kind.ADOPT), text("{count} to adopt", count=kinds.count(Kind.ADOPT))),
        (kinds.count("put_back"), text("{count} to put back", count=kinds.count("put_back"))),
        (kinds.count(Kind.DELETE), text("{count} to delete", count=kinds.count(Kind.DELETE))),
        (manual, text("{count} by hand", count=manual)),
    ]
    counted = ", ".join(say(sentence) for count, sentence in parts if count)
    unchanged = say(text("{count} unchanged", count=plan.unchanged))
    return f"{counted} · {unchanged} · {say(_calls(plan.calls))}"


def _calls(count: int) -> Text:
    return text("{count} call", count=1) if count == 1 else text("{count} calls", count=count)
