"""What a change does, and what all of them do together, in words."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from crmspec.diagnostics import Text, text
from crmspec.engine.change import GONE, Kind, Risk
from crmspec.engine.gate import NOTHING, refusals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.engine.change import Change
    from crmspec.engine.gate import Allowed
    from crmspec.engine.pace import Quota
    from crmspec.engine.plan import Plan

    Say = Callable[[Text], str]

_MINUTE, _HOUR = 60, 3_600


def effect(change: Change) -> Text:
    """Return what a change does to the object, and to whoever is in it."""
    what = _effect(change)
    if change.sends_anew and change.kind not in GONE:
        return text("{what}: it is live, and sends something new", what=what)
    if change.reaches:
        keys = ", ".join(f"`{key}`" for key in change.reaches)
        if change.live:
            return text("{what}: it is live, and may reach others ({keys})", what=what, keys=keys)
        return text("{what}: what is live may reach others by it ({keys})", what=what, keys=keys)
    return what


def _effect(change: Change) -> Text:  # noqa: PLR0911 - a table of kinds
    count = len(change.told.fields)
    match change.kind:
        case Kind.CREATE if change.conflicts:
            return text("create again: it was deleted on the target by hand")
        case Kind.CREATE:
            return text("create")
        case Kind.ACTIVATE:
            return text("activate: it goes live and may send messages")
        case Kind.DELETE | Kind.ARCHIVE | Kind.REPLACE:
            return _removal(change)
        case Kind.ADOPT if change.fields:
            return text("adopt and update, {count} changed", count=count)
        case Kind.ADOPT | Kind.NOTE:
            return _written_down(change)
        case Kind.VERSION:
            return text("new version, {count} changed", count=count)
        case Kind.MOVE:
            return text("move from `{old}`, the object stays", old=str(change.was))
        case Kind.UPDATE:
            return _update(change)


def _removal(change: Change) -> Text:
    if change.remote is None:
        return text("forget: it is already gone from the target")
    what = {
        Kind.ARCHIVE: text("archive"),
        Kind.REPLACE: text("delete and make anew"),
    }.get(change.kind, text("delete"))
    if change.relaunches:
        return text(
            "{what}: it is live, whoever is in it drops out, and the new one goes live", what=what
        )
    if change.risk is Risk.IRREVERSIBLE:
        return text("{what}: it is live, and whoever is in it drops out", what=what)
    if change.drift:
        return text("{what}, though it was changed on the target by hand", what=what)
    return what


def _written_down(change: Change) -> Text:
    if change.kind is Kind.NOTE:
        return text("{what}: only the state is written", what=protection(change))
    return text("adopt: it is on the target as wanted, only the state is written")


def protection(change: Change) -> Text:
    """Return what becomes of the protection of an object, if something does."""
    if change.protects:
        return text("protected from deletion from now on")
    return text("no longer protected from deletion")


def traffic(change: Change) -> Text | None:
    """Return who is on the way in what a change touches, or None if it is not live."""
    if not change.live or change.address.kind != "chain":
        return None
    if change.people is None:
        return text("live; the target does not tell how many people are on their way")
    if change.people == 1:
        return text("live, 1 person on the way")
    return text("live, {count} people on their way", count=change.people)


def _update(change: Change) -> Text:
    count = len(change.told.fields)
    if change.puts_back:
        return text("changed on the target by hand: {count} put back", count=count)
    if change.drift:
        return text("update, {count} changed; it was also changed by hand", count=count)
    return text("update, {count} changed", count=count)


def counted(plan: Plan, say: Say) -> str:
    """Return how many changes of each kind there are, what they cost and how grave they are."""
    changes = [change for change in plan.changes if not change.only_noted]
    kinds = [_counted_as(change) for change in changes]
    manual = sum(remark.effect == "manual" for remark in plan.remarks) + len(plan.tasks)
    parts = [
        (kinds.count(Kind.CREATE), text("{count} to create", count=kinds.count(Kind.CREATE))),
        (kinds.count(Kind.UPDATE), text("{count} to update", count=kinds.count(Kind.UPDATE))),
        (kinds.count(Kind.REPLACE), text("{count} to replace", count=kinds.count(Kind.REPLACE))),
        (kinds.count(Kind.VERSION), text("{count} anew", count=kinds.count(Kind.VERSION))),
        (kinds.count(Kind.MOVE), text("{count} to move", count=kinds.count(Kind.MOVE))),
        (kinds.count(Kind.ADOPT), text("{count} to adopt", count=kinds.count(Kind.ADOPT))),
        (
            kinds.count("adopt_anew"),
            text("{count} to adopt and update", count=kinds.count("adopt_anew")),
        ),
        (kinds.count("put_back"), text("{count} to put back", count=kinds.count("put_back"))),
        (kinds.count(Kind.NOTE), text("{count} to note", count=kinds.count(Kind.NOTE))),
        (kinds.count(Kind.ARCHIVE), text("{count} to archive", count=kinds.count(Kind.ARCHIVE))),
        (kinds.count(Kind.DELETE), text("{count} to delete", count=kinds.count(Kind.DELETE))),
        (kinds.count(Kind.ACTIVATE), text("{count} to activate", count=kinds.count(Kind.ACTIVATE))),
        (manual, text("{count} by hand", count=manual)),
    ]
    listed = ", ".join(say(sentence) for count, sentence in parts if count)
    unchanged = say(text("{count} unchanged", count=plan.unchanged))
    return f"{listed} · {unchanged} · {say(_price(plan))} · {say(_gravity(plan))}"


def _counted_as(change: Change) -> str:
    if change.kind is Kind.ADOPT and change.fields:
        return "adopt_anew"
    return "put_back" if change.puts_back else change.kind


def _price(plan: Plan) -> Text:
    calls = plan.calls
    said = text("{count} call", count=1) if calls == 1 else text("{count} calls", count=calls)
    return _lasting(said, plan.seconds) if plan.seconds else said


def _lasting(calls: Text, seconds: float) -> Text:
    if seconds < 2 * _MINUTE:
        return text("{calls}, about {seconds} s", calls=calls, seconds=max(1, round(seconds)))
    if seconds < 2 * _HOUR:
        minutes = ceil(seconds / _MINUTE)
        return text("{calls}, about {minutes} min", calls=calls, minutes=minutes)
    return text("{calls}, about {hours} h", calls=calls, hours=ceil(seconds / _HOUR))


def quotas(plan: Plan, say: Say) -> str | None:
    """Return what the plan needs of each quota of the target, or None if there is none."""
    if not plan.quotas:
        return None
    listed = ", ".join(say(_quota(one)) for one in plan.quotas)
    return say(text("quotas: {listed} (what was used up before is not known)", listed=listed))


def _quota(one: Quota) -> Text:
    if one.days == 1:
        return text(
            "{endpoint} {needed} of {quota} a day",
            endpoint=one.endpoint,
            needed=one.needed,
            quota=one.calls,
        )
    return text(
        "{endpoint} {needed} of {quota} in {days} d",
        endpoint=one.endpoint,
        needed=one.needed,
        quota=one.calls,
        days=one.days,
    )


def _gravity(plan: Plan) -> Text:
    risks = [change.risk for change in plan.changes]
    if Risk.IRREVERSIBLE in risks:
        return text("{count} irreversible", count=risks.count(Risk.IRREVERSIBLE))
    if Risk.DESTRUCTIVE in risks:
        return text("{count} destructive", count=risks.count(Risk.DESTRUCTIVE))
    return text("safe")


def by_hand(plan: Plan) -> Text | None:
    """Return how to go on with what is left to people, or None if nothing is."""
    if not plan.tasks:
        return None
    return text("by hand: `crmspec sheet -o sheets` says how, `crmspec confirm ADDRESS` notes it")


def warnings(plan: Plan, allowed: Allowed = NOTHING) -> Iterator[Text]:
    """Yield what stands in the way of the plan, and how to agree to what is not yet agreed to."""
    if plan.also:
        names = ", ".join(f"`{address}`" for address in plan.also)
        yield text("also, since the selection cannot do without: {addresses}", addresses=names)
    if plan.left_out:
        yield text("{count} left out by the selection", count=plan.left_out)
    for problem in refusals(plan, allowed):
        yield text("{problem}; {help}", problem=problem.message, help=problem.help[-1])
    if not allowed.activate and any(c.kind is Kind.ACTIVATE for c in plan.changes):
        yield text("nothing goes live without `--activate`")
