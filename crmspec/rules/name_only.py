"""Mass mailings that are personal by the customer's name alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.ir.audience import Broadcast
from crmspec.ir.trigger import ScheduleTrigger
from crmspec.rules.letter import judged
from crmspec.rules.prose import PERSONAL, all_reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Sending, Wording

CODE = Code("CRM407", "name-only", text("a mailing is personal by the name alone"), Severity.INFO)
NAMES: Final = frozenset({"name", "first_name", "last_name", "full_name", "given_name"})


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each marketing mailing that knows nothing of its reader but the name."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    if message.category != "marketing" or not _is_mass(wording.sendings.get(message.id, ())):
        return
    found = [one for one in all_reads(wording, message) if one.name[0] in PERSONAL]
    if found and all(_is_name(wording.program, *map(str, one.name)) for one in found):
        yield Diagnostic(
            code=CODE,
            message=text(
                "all that `{message}` knows of its reader is the name", message=message.id
            ),
            label=Label(found[0].span, text("the only personal value")),
            help=(
                text("let the content depend on what the reader did, chose or needs"),
                text("a name before an offer for everybody only looks personal"),
            ),
        )


def _is_mass(sendings: tuple[Sending, ...]) -> bool:
    """Say whether a message goes to many at a time, not to one who has just done something."""
    return any(
        isinstance(one.sender, Broadcast)
        or any(isinstance(trigger, ScheduleTrigger) for trigger in one.sender.trigger)
        for one in sendings
    )


def _is_name(program: Program, root: str, *keys: str) -> bool:
    if root != "profile" or len(keys) != 1:
        return False
    attribute = program.attributes.get(keys[0])
    return keys[0] in NAMES or (attribute is not None and attribute.standard in NAMES)
