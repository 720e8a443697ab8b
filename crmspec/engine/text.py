"""The plan in words, line by line."""

from __future__ import annotations

import re
from difflib import ndiff
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Text, text
from crmspec.diagnostics.format.width import printable
from crmspec.document.write import flow
from crmspec.engine.body import REFERENCE, is_reference
from crmspec.engine.change import Kind
from crmspec.engine.difference import Action
from crmspec.engine.effect import by_hand, counted, effect, quotas, warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.engine.change import Change
    from crmspec.engine.difference import Difference, Differences
    from crmspec.engine.plan import Left, Plan
    from crmspec.engine.three_way import Clash

    Say = Callable[[Text], str]
    Paint = Callable[[str, str], str]

_SHORT = 60
_ENDLESS = 400
_TAGS = re.compile(r"(?<=>)(?=[^<])|(?<=[^>])(?=<)")
_COLUMN = 36


def _plain(_: str, line: str) -> str:
    return line


def render(plan: Plan, *, say: Say = Text.english, paint: Paint = _plain) -> str:
    """Return the plan as people read it, ending in a line break.

    `say` translates a sentence; `paint(symbol, line)` may colour a line, the symbol being one
    of `+ ~ ± → - = ▶ ! ? ⟳ ≈` for heads, `⟳` and `✗` for edits by hand, and "" for the rest.
    """
    lines = [paint(symbol, printable(line)) for symbol, line in _lines(plan, say)]
    return "\n".join(lines) + "\n"


def place(plan: Plan) -> Text | None:
    """Return where a plan is for, if the project has environments."""
    environment, _, target = plan.state.target.rpartition(".")
    if not environment:
        return None
    return text("environment `{name}`, target `{target}`", name=environment, target=target)


def _lines(plan: Plan, say: Say) -> Iterator[tuple[str, str]]:
    where = place(plan)
    if where is not None:
        yield "", say(where)
    for change in plan.changes:
        if not change.only_noted:
            yield from _change(change, say)
    for remark in plan.remarks:
        yield _remark(remark, say)
    for task in plan.tasks:
        yield "!", _head("!", str(task.address), say(task.reason), task.source)
        for line in lines_of_differences(task.fields, say):
            yield "", f"      {line}"
    for kind in plan.undeployed:
        yield "≈", _head("≈", f"{kind.kind} ({kind.count})", say(kind.reason), "")
    yield from _foot(plan, say)


def _foot(plan: Plan, say: Say) -> Iterator[tuple[str, str]]:
    yield "", _end(plan, say)
    needed = quotas(plan, say)
    if needed is not None:
        yield "", f"  {needed}"
    for warning in warnings(plan):
        yield "✗", f"  ✗ {say(warning)}"
    hint = by_hand(plan)
    if hint is not None:
        yield "!", f"  ! {say(hint)}"


def _end(plan: Plan, say: Say) -> str:
    if plan.matches:
        return say(text("no changes: the target matches"))
    return say(text("no changes to make")) if plan.idle else counted(plan, say)


_SYMBOLS = {
    Kind.CREATE: "+",
    Kind.UPDATE: "~",
    Kind.REPLACE: "±",
    Kind.VERSION: "+",
    Kind.MOVE: "→",
    Kind.ADOPT: "=",
    Kind.ACTIVATE: "▶",
    Kind.ARCHIVE: "-",
    Kind.DELETE: "-",
}


def symbol(change: Change) -> str:
    """Return the mark of a change."""
    return "⟳" if change.puts_back else _SYMBOLS[change.kind]


def _change(change: Change, say: Say) -> Iterator[tuple[str, str]]:
    mark = symbol(change)
    yield mark, _head(mark, str(change.address), say(effect(change)), change.source)
    if change.drift and not change.puts_back:
        for difference in change.drift:
            for line in _difference(difference, say):
                yield "⟳", f"      ⟳ {say(text('by hand:'))} {line}"
    for conflict in change.conflicts:
        yield "✗", f"      ✗ {say(_conflict(conflict))}"
    shown = {conflict.path for conflict in change.conflicts}
    for difference in change.fields:
        for line in _difference(difference, say) if difference.path not in shown else ():
            yield "", f"      {line}"


def lines_of(change: Change, say: Say = Text.english) -> Iterator[str]:
    """Yield the lines that say what changes in the object, without those that name it."""
    for _, line in list(_change(change, say))[1:]:
        yield line.removeprefix("      ")


def lines_of_differences(differences: Differences, say: Say = Text.english) -> Iterator[str]:
    """Yield the lines that say what differs."""
    for difference in differences:
        yield from _difference(difference, say)


def _conflict(conflict: Difference) -> Text:
    field = conflict.path
    if not field:
        return text("deleted on the target by hand")
    match conflict.action:
        case Action.ADD:
            there = text("{field}: absent on the target, {here} in the project")
        case Action.REMOVE:
            there = text("{field}: {there} on the target, absent in the project")
        case _:
            there = text("{field}: {there} on the target, {here} in the project")
    return Text(
        there.template,
        {"field": field, "there": show(conflict.before), "here": show(conflict.after)},
    )


def both_sides(clash: Clash, say: Say = Text.english) -> Iterator[str]:
    """Yield the lines of a part that both sides changed, as the project and the target say it."""
    for head, side in ((text("here"), clash.here), (text("there"), clash.there)):
        if side is None:
            yield f"{say(head)}: {say(text('(absent)'))}"
            continue
        lines = side.splitlines() if isinstance(side, str) else [flow(side)]
        yield from (f"{say(head)}: {printable(line)}" for line in lines)


def _head(mark: str, address: str, effect: str, source: str) -> str:
    left = f"  {mark} {address:<{_COLUMN}} {effect}"
    return f"{left:<84} {source}".rstrip()


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
    for line in ndiff(pieces(before), pieces(after)):
        if line[0] in "-+":
            yield f"  {line}".rstrip()


def pieces(text: str) -> list[str]:
    """Return the lines of a text; endless ones, as of a composed page, are cut between tags."""
    return [
        piece
        for line in text.splitlines()
        for piece in (_TAGS.split(line) if len(line) > _ENDLESS else [line])
    ]


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
