"""What does a typical new customer get in the first days?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.api.unknown import UnknownNameError
from crmspec.diagnostics import amount, text
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.ir.trigger import EventTrigger
from crmspec.semantics.clock import moment, zone
from crmspec.semantics.scenario import Customer, Happening, Scenario
from crmspec.semantics.timeline import lines

if TYPE_CHECKING:
    from crmspec.api.question.answer import Answer, Project
    from crmspec.ir import Program

START = "2027-03-01T09:00"
DAY = 24 * 60
FIRST = (
    *("signup", "sign_up", "signed_up", "registered", "registration", "user_registered"),
    *("account_created", "customer_created", "contact_created", "subscribed"),
)
"""What the first event of a customer is usually called."""


def ask(project: Project, days: int = 60, events: tuple[str, ...] = ()) -> Answer:
    """Run somebody new who can be reached everywhere, and then does nothing but `events`.

    The events happen at the start; without them it is the one that usually comes first.

    Raises:
        UnknownNameError: there is no such event, or none that looks like the first one.
    """
    from crmspec.api.question.answer import Answer
    from crmspec.logic.witness import replay

    for event in events:
        project.need("event", event)
    program = project.program
    chosen = events or first(program)
    zoned = zone(None, program, Customer())
    start = moment(START, zoned)
    scenario = Scenario(
        customer=_customer(program, start),
        start=start,
        until=start + days * DAY,
        happenings=tuple(
            Happening(moment=start, subject=event, data=dict(program.events[event].example))
            for event in chosen
        ),
    )
    trace = replay(project.portfolio, scenario)
    shown = Evidence(
        verdict=Verdict.VIOLATED,
        profile=project.portfolio.behaviour.name,
        timezone=trace.timezone,
        who=(text("can be reached everywhere"), text("does nothing more")),
        timeline=lines(trace),
    )
    words = text(
        "{messages} in {time}",
        messages=amount("{count} message", "{count} messages", len(trace.sends())),
        time=amount("{count} day", "{count} days", days),
    )
    return Answer(words, shown, (), project.sources)


def first(program: Program) -> tuple[str, ...]:
    """Return the event that a new customer begins with: a usual name that starts a chain.

    Raises:
        UnknownNameError: there is none.
    """
    starting = {
        trigger.event.id
        for chain in program.chains.values()
        if chain.status == "live"
        for trigger in chain.trigger
        if isinstance(trigger, EventTrigger)
    }
    for name in FIRST:
        if name in starting:
            return (name,)
    raise UnknownNameError("first event; name it with --event", ", ".join(FIRST[:3]))


def _customer(program: Program, start: int) -> Customer:
    return Customer(
        created=start,
        consents=dict.fromkeys(program.consents, "subscribed"),
        reachable=frozenset(program.channels),
    )
