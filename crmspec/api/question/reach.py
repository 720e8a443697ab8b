"""Which chains can reach this customer?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics import amount, text
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.semantics.timeline import reason

if TYPE_CHECKING:
    from crmspec.api.question.answer import Answer, Project
    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.semantics.scenario import Customer
    from crmspec.semantics.trace import Trace

_DAYS = 60
"""How long a chain is watched."""


def ask(project: Project, customer: Customer, name: str) -> Answer:
    """Let every live chain begin for the customer, one at a time, and see what they receive.

    What starts a chain is what starts it for a customer made up for it; the attributes, consents
    and channels are those of the customer asked about.
    """
    from crmspec.api.question.answer import Answer

    lines: list[Text] = []
    reached = 0
    for chain in project.program.chains.values():
        if chain.status == "live":
            found, words = _chain(project, chain, customer)
            reached += found
            lines.append(words)
    words = text(
        "`{name}` can be reached by {chains}",
        chains=amount("{count} chain", "{count} chains", reached),
        name=name,
    )
    evidence = Evidence(verdict=Verdict.VIOLATED, profile=project.portfolio.behaviour.name)
    return Answer(words, evidence, tuple(lines), project.sources)


def _chain(project: Project, chain: Chain, customer: Customer) -> tuple[bool, Text]:
    """Return whether a chain sends them something, and what is to be said of it."""
    from crmspec.logic.witness import Entrance, Stage, enact, replay

    def begun(trace: Trace) -> bool:
        return any(entry.chain == chain.id for entry in trace.of("enter"))

    trace: Trace | None = None
    for number in range(len(chain.trigger)):
        staged = enact(project.portfolio, Stage((Entrance(chain.id, number, 0),), begun))
        if staged is None:
            continue
        played = structs.replace(
            staged.scenario,
            customer=customer,
            until=staged.scenario.until + _DAYS * 1440,
            chains=frozenset({chain.id}),
        )
        trace = replay(project.portfolio, played)
        if any(entry.chain == chain.id for entry in trace.sends()):
            break
    if trace is None:
        return False, text("`{chain}`: no way into it was found", chain=chain.id)
    return _told(chain.id, trace)


def _told(chain: str, trace: Trace) -> tuple[bool, Text]:
    sends = [entry.message or "" for entry in trace.sends() if entry.chain == chain]
    if sends:
        messages = ", ".join(f"`{message}`" for message in dict.fromkeys(sends))
        return True, text("`{chain}`: {messages}", chain=chain, messages=messages)
    for entry in (*trace.of("refuse"), *trace.of("skip"), *trace.of("exit")):
        if entry.chain == chain:
            return False, text("`{chain}`: nothing, {reason}", chain=chain, reason=reason(entry))
    return False, text("`{chain}`: nothing", chain=chain)
