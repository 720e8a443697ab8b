"""The plan in words, line by line."""

from __future__ import annotations

import re
from difflib import ndiff
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Text, text
from crmspec.diagnostics.format.width import printable
from crmspec.document.write import flow
from crmspec.document.write import lines as written
from crmspec.engine.body import REFERENCE, is_reference
from crmspec.engine.change import Kind, Risk
from crmspec.engine.difference import Action, Difference, differences, is_unreadable
from crmspec.engine.effect import by_hand, counted, effect, protection, quotas, traffic, warnings
from crmspec.engine.gate import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crmspec.engine.change import Change
    from crmspec.engine.difference import Differences
    from crmspec.engine.gate import Allowed
    from crmspec.engine.plan import Left, Plan
    from crmspec.engine.three_way import Clash
    from crmspec.engine.wording import Told

    Say = Callable[[Text], str]
    Paint = Callable[[str, str], str]

_SHORT = 60
_WIDTH = 76
_ENDLESS = 400
_TAGS = re.compile(r"(?<=>)(?=[^<])|(?<=[^>])(?=<)")
_COLUMN = 36
_PLACES = 84


def _plain(_: str, line: str) -> str:
    return line


def render(
    plan: Plan,
    *,
    say: Say = Text.english,
    paint: Paint = _plain,
    allowed: Allowed = NOTHING,
    brief: bool = False,
) -> str:
    """Return the plan as people read it, ending in a line break.

    `allowed` is what is agreed to already, and not asked for; a `brief` plan is only what needs
    attention, and empty if nothing does.
    `say` translates a sentence; `paint(symbol, line)` may colour a line, the symbol being one
    of `+ ~ ± → - = · ▶ ! ? ⟳ ≈` for heads, `⟳` and `✗` for edits by hand, and "" for the rest.
    """
    lines = [
        paint(symbol, printable(line)) for symbol, line in _lines(plan, say, allowed, brief=brief)
    ]
    return "".join(f"{line}\n" for line in lines)


def _urgent(plan: Plan) -> Plan:
    """Return the plan without what is safe, or the target takes in its own way."""
    changes = tuple(c for c in plan.changes if c.risk is not Risk.SAFE or c.drift or c.conflicts)
    remarks = tuple(one for one in plan.remarks if one.effect != "deviates")
    return msgspec.structs.replace(plan, changes=changes, remarks=remarks, undeployed=())


def place(plan: Plan) -> Text | None:
    """Return where a plan is for, if the project has environments."""
    environment, _, target = plan.state.target.rpartition(".")
    if not environment:
        return None
    return text("environment `{name}`, target `{target}`", name=environment, target=target)


def _lines(plan: Plan, say: Say, allowed: Allowed, *, brief: bool) -> Iterator[tuple[str, str]]:
    where = place(plan)
    if where is not None and not (brief and plan.matches):
        yield "", say(where)
    yield from _listed(_urgent(plan) if brief else plan, say)
    if not (brief and plan.matches):
        yield "", _end(plan, say)
    needed = quotas(plan, say)
    if needed is not None:
        yield "", f"  {needed}"
    for warning in warnings(plan, allowed):
        yield "✗", f"  ✗ {say(warning)}"
    hint = by_hand(plan)
    if hint is not None:
        yield "!", f"  ! {say(hint)}"


def _listed(plan: Plan, say: Say) -> Iterator[tuple[str, str]]:
    for change in plan.changes:
        if not change.only_noted:
            yield from _change(change, say)
    for remark in plan.remarks:
        mark, reason = remarked(remark)
        yield mark, _head(mark, str(remark.address), say(reason), remark.source)
        for one in meant(remark, say):
            yield "", f"      {one}"
    for task in plan.tasks:
        yield "!", _head("!", str(task.address), say(task.reason), task.source)
        for line in lines_of_differences(task.fields, say):
            yield "", f"      {line}"
    for kind in plan.undeployed:
        yield "≈", _head("≈", f"{kind.kind} ({kind.count})", say(kind.reason), "")


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
    Kind.NOTE: "·",
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
    people = traffic(change)
    if people is not None:
        yield "", f"      {say(people)}"
    if change.protects is not None and change.kind is not Kind.NOTE:
        yield "", f"      {say(protection(change))}"
    if change.drift and not change.puts_back:
        for difference in change.told.drift:
            head, *rest = _difference(difference, say)
            yield "⟳", f"      ⟳ {say(text('by hand:'))} {head}"
            yield from (("⟳", f"        {line}") for line in rest)
    sources = {one.path: one.source for one in change.told.fields}
    for conflict in change.told.conflicts:
        (head, source), *more = _conflict(conflict, sources, say)
        yield "✗", _sourced(f"      ✗ {head}", source)
        yield from (("✗", _sourced(f"        {line}", place)) for line, place in more)
    for difference in _beside(change.told):
        head, *rest = _difference(difference, say)
        yield "", _sourced(f"      {head}", difference.source)
        yield from (("", f"      {line}") for line in rest)


def _beside(told: Told) -> Iterator[Difference]:
    """Yield the changed fields that no conflict tells of already."""
    paths = {conflict.path for conflict in told.conflicts}
    apart = [one for conflict in told.conflicts for one in _apart(conflict)]
    for difference in told.fields:
        unplaced = msgspec.structs.replace(difference, source="")
        if difference.path not in paths and unplaced not in apart:
            yield difference


def _sourced(line: str, source: str) -> str:
    """Return a line with the place that it comes from, in the column of places."""
    return f"{line:<{_PLACES}} {source}".rstrip()


def lines_of(change: Change, say: Say = Text.english) -> Iterator[str]:
    """Yield the lines that say what changes in the object, without those that name it."""
    for _, line in list(_change(change, say))[1:]:
        yield line.removeprefix("      ")


def lines_of_differences(differences: Differences, say: Say = Text.english) -> Iterator[str]:
    """Yield the lines that say what differs."""
    for difference in differences:
        yield from _difference(difference, say)


def _conflict(conflict: Difference, sources: Mapping[str, str], say: Say) -> list[tuple[str, str]]:
    """Return what the target and the project say of a field: on one line, or as a difference.

    Each line has the place that it comes from; `sources` are those of all changed fields.
    """
    own = conflict.source
    if is_unreadable(conflict):
        return [(say(_unreadable()), own)]
    if not conflict.path:
        return [(say(text("deleted on the target by hand")), own)]
    more = [line for one in _apart(conflict) for line in _placed(one, sources, say)]
    if len(more) == 1 and _flat(conflict.before) and _flat(conflict.after):
        return [(say(_both(conflict)), own)]
    more = more[1:] if more[0][0] == conflict.path else more
    said = text("{field}: - as on the target, + as in the project", field=conflict.path)
    return [(say(said), own), *((line, "" if place == own else place) for line, place in more)]


def _placed(one: Difference, sources: Mapping[str, str], say: Say) -> Iterator[tuple[str, str]]:
    head, *more = _difference(one, say)
    yield head, sources.get(one.path, "")
    yield from ((line, "") for line in more)


def _flat(value: object) -> bool:
    return is_reference(value) or not isinstance(value, (dict, list))


def _apart(conflict: Difference) -> Iterator[Difference]:
    """Yield where the two sides of a conflict differ."""
    if conflict.action is not Action.SET:
        yield msgspec.structs.replace(conflict, source="")
        return
    for one in differences(conflict.before, conflict.after):
        dot = "." if one.path and not one.path.startswith("[") else ""
        yield msgspec.structs.replace(one, path=f"{conflict.path}{dot}{one.path}")


def _both(conflict: Difference) -> Text:
    field = conflict.path
    before, after = pair(conflict.before, conflict.after)
    match conflict.action:
        case Action.ADD:
            there = text("{field}: absent on the target, {here} in the project")
        case Action.REMOVE:
            there = text("{field}: {there} on the target, absent in the project")
        case _:
            there = text("{field}: {there} on the target, {here} in the project")
    return Text(
        there.template,
        {"field": field, "there": before, "here": after},
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
    return f"{left:<{_PLACES}} {source}".rstrip()


def remarked(remark: Left) -> tuple[str, Text]:
    """Return the mark of a remark, and what it says."""
    return {"manual": "!", "unknown": "?"}.get(remark.effect, "≈"), remark.reason


def meant(remark: Left, say: Say) -> list[str]:
    """Return what the language means where the target does something else, line by line."""
    return [say(text("as written: {reference}", reference=one)) for one in remark.reference]


def _difference(difference: Difference, say: Say) -> Iterator[str]:
    path, before, after = difference.path or ".", difference.before, difference.after
    if is_unreadable(difference):
        yield say(_unreadable())
        return
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
            yield "{}: {} → {}".format(path, *pair(before, after))


def _unreadable() -> Text:
    return text("what is there cannot be read as an object")


def _one_side(path: str, mark: str, value: object) -> Iterator[str]:
    if _long(value):
        yield path
        yield from (f"  {mark} {line}".rstrip() for line in str(value).splitlines())
    elif len(line := _line(value)) <= _WIDTH:
        yield f"{mark} {path}: {line}"
    else:
        yield f"{mark} {path}:"
        yield from (f"  {mark} {line}".rstrip() for line in written(_readable(value), _WIDTH))


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
    line = _line(value)
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"


def _line(value: object) -> str:
    if is_reference(value) and isinstance(value, dict):
        return str(value[REFERENCE])
    if isinstance(value, str):
        line = value if value and value.strip() == value else f'"{value}"'
    else:
        line = msgspec.json.encode(_readable(value)).decode()
    return line.replace("\n", "⏎")


def pair(before: object, after: object) -> tuple[str, str]:
    """Return two values on one line each, such that they are seen to differ."""
    shown = show(before), show(after)
    if shown[0] != shown[1]:
        return shown
    one, other = (msgspec.json.encode(_readable(value)).decode() for value in (before, after))
    return one, other


def _readable(value: object) -> object:
    if isinstance(value, dict):
        if is_reference(value):
            return value[REFERENCE]
        return {key: _readable(item) for key, item in value.items()}
    return [_readable(item) for item in value] if isinstance(value, list) else value
