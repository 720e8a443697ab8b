"""A trace in a marketer's words, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Text, text
from crmspec.diagnostics.evidence import Line
from crmspec.semantics.clock import iso, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from zoneinfo import ZoneInfo

    from crmspec.diagnostics.evidence import LineKind
    from crmspec.ir.value import Plain
    from crmspec.semantics.trace import Entry, EntryKind, Trace

REASONS: dict[str, Text] = {
    "condition": text("its condition does not hold"),
    "fallback": text("a better channel was used"),
    "holdout": text("the customer is held out"),
    "consent": text("no consent"),
    "reachability": text("the channel cannot be reached"),
    "quiet_hours": text("quiet hours"),
    "pause": text("a pause after another action"),
    "cap": text("the limit is reached"),
    "gap": text("too soon after another message"),
    "yield": text("another message goes first"),
    "timezone": text("the time zone is unknown"),
    "ttl": text("it was held for too long"),
    "no_message": text("none of its channels can be used"),
    "error": text("an error"),
    "status": text("the chain is not live"),
    "running": text("the chain does not run now"),
    "reentry": text("the customer may not enter again"),
    "inside": text("the customer is in it already"),
    "limit": text("the chain lets no more in"),
    "audience": text("the customer is not in its audience"),
    "exclusive": text("another chain of the same group is running"),
    "goal": text("the goal is reached"),
    "stopped": text("another chain stops it"),
    "frequency": text("a frequency rule ends it"),
    "past": text("the moment is past"),
    "throttled": text("too many at once"),
    "deleted": text("the customer is deleted"),
    "loop": text("too many steps in one minute"),
}
"""The words for the reasons of a trace; an author's own word stands for itself."""
REACTIONS: dict[str, Text] = {
    "delivered": text("gets `{message}`"),
    "opened": text("opens `{message}`"),
    "clicked": text("clicks in `{message}`"),
    "replied": text("answers `{message}`"),
    "converted": text("does what `{message}` is for"),
    "bounced": text("`{message}` bounces"),
    "complained": text("complains about `{message}`"),
}
_COUNTLESS = {"pause", "gap"}
"""Reasons that are about a distance in time, not about a number of messages."""
_MOST_PROPERTIES = 3
_LONGEST_VALUE = 24


def lines(trace: Trace, *, waits: bool = False) -> tuple[Line, ...]:
    """Return what a trace tells, in local time; `waits` adds where passages wait and turn."""
    zone = named(trace.timezone)
    return tuple(_line(entry, zone) for entry in trace.entries if _matters(entry, waits=waits))


def _matters(entry: Entry, *, waits: bool) -> bool:
    """Say whether an entry is more than a step on the way; arms with a name are."""
    if entry.kind == "offer":
        return False
    if waits or entry.kind not in {"take", "wait"}:
        return True
    arm = entry.reason or ""
    return entry.kind == "take" and not arm.isdigit() and arm not in {"", "else"}


def _line(entry: Entry, zone: ZoneInfo) -> Line:
    kind, tell = _TOLD[entry.kind]
    span = entry.node.place.span if entry.node is not None else None
    return Line(iso(entry.moment, zone), kind, tell(entry, zone), span)


def reason(entry: Entry) -> Text:
    """Return why a message is held or left out, or why a passage ends or cannot begin."""
    word = entry.reason or ""
    said = REASONS.get(word) or text("`{word}`", word=word)
    if (entry.kind, word) == ("exit", "condition"):
        return text("the condition of its exit holds")
    if entry.rule is None:
        return said
    if entry.reason in _COUNTLESS:
        return text("{reason} (`{rule}`)", reason=said, rule=entry.rule)
    if entry.count is not None and entry.limit is not None:
        return text(
            "{reason}: {count} of {limit} by `{rule}`",
            reason=said,
            count=entry.count,
            limit=entry.limit,
            rule=entry.rule,
        )
    return text("{reason} (`{rule}`)", reason=said, rule=entry.rule)


HAPPENINGS: dict[str, Text] = {
    "attribute": text("`{subject}` becomes {value}"),
    "consent": text("the consent `{subject}` becomes {value}"),
    "reachable": text("`{subject}` can be reached: {value}"),
    "list": text("list `{subject}`: {value}"),
    "manual": text("`{subject}` is started by hand"),
    "api": text("a call to `{subject}`"),
    "form": text("sends in the form of `{subject}`"),
    "inbound": text("writes to `{subject}`: {value}"),
    "object": text("`{subject}`: {value}"),
    "product": text("a product the customer knows: `{subject}`"),
}
"""What happens from outside that is no event, by the kind that stands before the subject."""
WORDS: dict[str, Text] = {
    "subscribed": text("subscribed"),
    "opted_in": text("opted in"),
    "pending": text("pending"),
    "unsubscribed": text("unsubscribed"),
    "never_subscribed": text("never subscribed"),
    "suppressed": text("suppressed"),
    "entered": text("entered"),
    "left": text("left"),
    "created": text("created"),
    "updated": text("updated"),
    "deleted": text("deleted"),
    "true": text("yes"),
    "false": text("no"),
}
"""What a status, a change or the answer to a question is called."""
_WORDED = frozenset({"consent", "list", "object", "reachable"})
_VALUES = ("value", "status", "change", "text")


def _happening(entry: Entry, _: ZoneInfo) -> Text:
    kind, _space, name = (entry.subject or "").rpartition(" ")
    told = HAPPENINGS.get(kind)
    if kind == "attribute" and entry.data.get("value", "") is None:
        return text("`{subject}` loses its value", subject=name)
    if told is not None:
        value = next((_plain(entry.data[key]) for key in _VALUES if key in entry.data), "")
        shown = word(value) if kind in _WORDED else value
        return Text(told.template, {"subject": name, "value": shown})
    details = ", ".join(_details(entry.data))
    if details:
        return text("`{subject}` ({details})", subject=name, details=details)
    return text("`{subject}`", subject=name)


def word(value: str) -> Text:
    """Return the word for a status or a change; another stands for itself."""
    return WORDS.get(value) or text("{value}", value=value)


def _plain(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "-" if value is None else str(value)


def _details(data: dict[str, Plain]) -> Iterator[str]:
    """Yield the first few simple values of an event."""
    simple = [(k, v) for k, v in data.items() if isinstance(v, str | int | float)]
    for key, value in simple[:_MOST_PROPERTIES]:
        shown = _plain(value)
        if len(shown) <= _LONGEST_VALUE:
            yield f"{key} {shown}"


def _reaction(entry: Entry, _: ZoneInfo) -> Text:
    said = REACTIONS.get(entry.reason or "", text("reacts to `{message}`"))
    return Text(said.template, {"message": entry.message or entry.subject or ""})


def _owner(entry: Entry) -> str:
    return entry.chain or entry.broadcast or ""


def _enter(entry: Entry, _: ZoneInfo) -> Text:
    return text("enters `{chain}`", chain=_owner(entry))


def _refuse(entry: Entry, _: ZoneInfo) -> Text:
    return text("does not enter `{chain}`: {reason}", chain=_owner(entry), reason=reason(entry))


def _goal(entry: Entry, _: ZoneInfo) -> Text:
    return text("reaches the goal of `{chain}`", chain=_owner(entry))


def _exit(entry: Entry, _: ZoneInfo) -> Text:
    return text("leaves `{chain}`: {reason}", chain=_owner(entry), reason=reason(entry))


def _complete(entry: Entry, _: ZoneInfo) -> Text:
    return text("reaches the end of `{chain}`", chain=_owner(entry))


def _until(entry: Entry, zone: ZoneInfo) -> str:
    return iso(entry.until, zone).replace("T", " ") if entry.until is not None else "?"


def _wait(entry: Entry, zone: ZoneInfo) -> Text:
    if entry.until is None:
        return text("`{chain}` waits", chain=_owner(entry))
    return text("`{chain}` waits until {until}", chain=_owner(entry), until=_until(entry, zone))


def _take(entry: Entry, _: ZoneInfo) -> Text:
    return text("`{chain}` goes on with `{arm}`", chain=_owner(entry), arm=entry.reason or "")


def _send(entry: Entry, _: ZoneInfo) -> Text:
    return text(
        "`{message}` by `{channel}`", message=entry.message or "", channel=entry.channel or ""
    )


def _skip(entry: Entry, _: ZoneInfo) -> Text:
    if entry.message is None:
        return text(
            "`{chain}` leaves a step out: {reason}", chain=_owner(entry), reason=reason(entry)
        )
    return text("`{message}` is not sent: {reason}", message=entry.message, reason=reason(entry))


def _defer(entry: Entry, zone: ZoneInfo) -> Text:
    if entry.until is None:
        return text(
            "`{message}` is held: {reason}", message=entry.message or "", reason=reason(entry)
        )
    if entry.data.get("last"):
        return text(
            "`{message}` is held until {until} at the longest: {reason}",
            message=entry.message or "",
            until=_until(entry, zone),
            reason=reason(entry),
        )
    return text(
        "`{message}` is held until {until}: {reason}",
        message=entry.message or "",
        until=_until(entry, zone),
        reason=reason(entry),
    )


def _change(entry: Entry, _: ZoneInfo) -> Text:
    what = (entry.subject or ", ".join(entry.data)).rpartition(" ")[2]
    return text("`{chain}` changes `{what}`", chain=_owner(entry), what=what)


def _act(entry: Entry, _: ZoneInfo) -> Text:
    action, _space, event = (entry.subject or "").partition(" ")
    if event:
        return text("`{chain}` sends the event `{event}`", chain=_owner(entry), event=event)
    return text("`{chain}` runs `{action}`", chain=_owner(entry), action=action)


def _trouble(entry: Entry, _: ZoneInfo) -> Text:
    return text("trouble: {reason}", reason=reason(entry))


_TOLD: dict[EntryKind, tuple[LineKind, Callable[[Entry, ZoneInfo], Text]]] = {
    "happening": ("event", _happening),
    "reaction": ("reaction", _reaction),
    "enter": ("enter", _enter),
    "refuse": ("note", _refuse),
    "goal": ("note", _goal),
    "exit": ("leave", _exit),
    "complete": ("leave", _complete),
    "wait": ("note", _wait),
    "take": ("note", _take),
    "offer": ("note", _send),
    "send": ("send", _send),
    "skip": ("lose", _skip),
    "defer": ("hold", _defer),
    "change": ("change", _change),
    "act": ("note", _act),
    "trouble": ("note", _trouble),
}
