"""Windows on the site that come up again and again, at once, or on top of one another."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message, Show
    from crmspec.logic.portfolio import Portfolio

CODE = Code("CRM444", "onsite-repeat", text("a window on the site that annoys"), Severity.WARNING)
COVERING: Final = frozenset({"popup", "fullscreen"})
"""Placements that hide the page."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each window without a limit, for everybody at once, or in the way."""
    program = portfolio.program
    shown: dict[str, list[tuple[Message, Show]]] = defaultdict(list)
    for message in program.messages.values():
        channel = program.channels.get(message.channel.id)
        show = message.show
        if channel is None or channel.type not in {"onsite", "in_app"} or show is None:
            continue
        if message.placement in COVERING and message.status == "live":
            yield from _limits(message, show)
            shown[show.trigger].append((message, show))
    for windows in shown.values():
        yield from _meeting(windows)


def _limits(message: Message, show: Show) -> Iterator[Diagnostic]:
    if show.repeat is None or not (show.repeat.months or show.repeat.seconds):
        yield Diagnostic(
            code=CODE,
            message=text("`{message}` comes up on every visit", message=message.id),
            label=_without_pause(message, show),
            help=(text("say after how long it may come again, such as `repeat: 7d`"),),
        )
    at_once = show.trigger == "load" and show.delay is None
    if at_once and show.audience is None and message.category != "service":
        yield Diagnostic(
            code=CODE,
            message=text("`{message}` hides the page from everybody at once", message=message.id),
            label=Label(message.place.key("show")),
            help=(
                text("wait with `trigger: delay`, `scroll` or `exit_intent`"),
                text("or say in `audience` whom it is for"),
            ),
        )


def _without_pause(message: Message, show: Show) -> Label:
    if show.repeat is None:
        return Label(message.place.key("show"), text("no `repeat` here"))
    return Label(show.place.value("repeat"), text("no time at all"))


def _meeting(windows: list[tuple[Message, Show]]) -> Iterator[Diagnostic]:
    """Report windows that the same visitor gets on the same page at the same moment."""
    for at, (message, show) in enumerate(windows):
        for other, its in windows[:at]:
            if _overlap(show, its):
                yield Diagnostic(
                    code=CODE,
                    message=text(
                        "`{message}` comes up together with `{other}`",
                        message=message.id,
                        other=other.id,
                    ),
                    label=Label(message.place.key("show")),
                    related=(Label(other.place.key("show"), text("shown here too")),),
                    help=(text("give them other `pages`, another `trigger` or an `audience`"),),
                )
                break


def _overlap(one: Show, two: Show) -> bool:
    """Say whether two windows surely share a page, a device and their visitors."""
    if one.audience is not None or two.audience is not None or one.event != two.event:
        return False
    devices = {one.device, two.device}
    timed = (one.delay, one.scroll) == (two.delay, two.scroll)
    pages = not one.pages or not two.pages or bool({*one.pages} & {*two.pages})
    return timed and pages and ("any" in devices or len(devices) == 1)
