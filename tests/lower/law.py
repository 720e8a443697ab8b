"""`python -m tests.lower.law [COUNT [SEED]]`: lowered programs do what their sources do.

Random customers of random projects live twice, in the source and in what becomes of it on each
made-up target; what they are sent, and how they leave chains, must be the same.
"""

from __future__ import annotations

import random
import sys
from collections import Counter

from msgspec.structs import replace

from crmspec.content.parts import has_versions
from crmspec.lower.cap import Rules
from crmspec.lower.capability import Limits
from crmspec.lower.counter import Counters
from crmspec.lower.lowering import lower
from crmspec.lower.mailing import Mailing
from crmspec.lower.scene import Scene
from crmspec.semantics import machine
from tests.logic import small_project, timelines
from tests.lower import dress
from tests.lower.table import TARGET, by, table

PLAIN_SENDS = {("policy", one): by("only") for one in ("only", "unless")} | {
    ("policy", "choice"): by("choice")
}
TABLES = {
    "cnf": table(logic="cnf", inline="cnf", limits=Limits(terms=6)),
    "dnf": table(logic="dnf", inline="dnf", limits=Limits(terms=6)),
    "segments": table(logic="dnf", inline="segments"),
    "flat": table(logic="cnf", inline="all"),
    "nnf": table({("condition", "not"): by("nnf"), ("condition", "none"): by("nnf")}),
    "branches": table(
        {
            ("policy", "only"): by("only"),
            ("policy", "unless"): by("only"),
            ("policy", "choice"): by("choice"),
            ("condition", "not_event"): by("not_event"),
        }
    ),
    "guards": table(
        {
            ("policy", "only"): by("only"),
            ("policy", "unless"): by("only"),
            ("policy", "choice"): by("choice"),
            ("policy", "quiet_hours"): by("quiet_hours"),
            ("policy", "recheck"): by("recheck"),
            ("policy", "consent"): by("consent"),
        }
    ),
    "sequences": table({("condition", "sequence"): by("sequence")}),
    "tree": table(shape="tree"),
    "simple tree": table({("policy", one): by("only") for one in ("only", "unless")}, shape="tree"),
    "languages": table(PLAIN_SENDS | {("policy", "locales"): by("locales")}),
    "languages in branches": table(
        PLAIN_SENDS | {("policy", "locales"): by("locales"), ("step", "switch"): "none"}
    ),
    "caps": table(PLAIN_SENDS | {("policy", "frequency"): by("frequency")}),
    "mailings": table(PLAIN_SENDS | {("policy", "frequency"): by("frequency")}),
    "jumps": table(PLAIN_SENDS | {("step", "jump"): by("jump")}, limits=Limits(steps=600)),
    "jumps in trees": table(PLAIN_SENDS | {("step", "jump"): by("jump")}, shape="tree"),
    "cut": table(PLAIN_SENDS, limits=Limits(steps=12)),
    "cut into trees": table(PLAIN_SENDS, limits=Limits(steps=16), shape="tree"),
    "cut by events": table(
        PLAIN_SENDS | {("step", "start_chain"): "none"}, limits=Limits(steps=12)
    ),
}
DRESSES = {
    "sequences": dress.sequences,
    "languages": dress.languages,
    "languages in branches": dress.languages,
    "caps": dress.caps,
    "mailings": dress.mailings,
    "jumps": dress.jumps,
    "jumps in trees": dress.jumps,
    "cut": dress.long,
    "cut into trees": dress.long,
    "cut by events": dress.long,
}
"""What is put on random projects first, by made-up target."""
_ENDS = {"exit", "complete"}


def story(trace, spoken=lambda message: message, names=frozenset()):
    """Return what a customer is sent, one after another, and how and when they leave chains.

    `names` are those of all chains: one that goes on in another, `…__2`, does not end before that.
    """
    sends = [
        (one.moment, _whole(one), one.broadcast, spoken(one.message)) for one in trace.of("send")
    ]
    ends = [
        (one.moment, _whole(one), one.kind, one.reason)
        for one in trace.entries
        if one.kind in _ENDS and not _goes_on(one, names)
    ]
    return sends + sorted(ends, key=str)


def _whole(entry):
    """Return the chain that an entry is of, by the name it has in the source."""
    return entry.chain and entry.chain.partition("__")[0]


def _goes_on(entry, names):
    name, _, number = (entry.chain or "").partition("__")
    return entry.kind == "complete" and f"{name}__{int(number or 1) + 1}" in names


def scenario(seed, number, program):
    """Return a life whose random waits are the shortest: copied steps draw for themselves."""
    chance = random.Random(f"{seed} {number}")
    lived = small_project.scenario(chance, program)
    if "language" in program.attributes:
        lived = _speaking(lived, chance)
    return replace(lived, waits={})


def _speaking(lived, chance):
    """Return the life of somebody who has a language; there may be no version in it."""
    locale = chance.choice([None, "en", "DE", "pt-BR", "fr"])
    attributes = {**lived.customer.attributes, **({"language": locale} if locale else {})}
    return replace(lived, customer=replace(lived.customer, locale=locale, attributes=attributes))


def version(program, message, locale):
    """Return the version of a message that somebody is sent (semantics 8.44)."""
    written = program.messages[message].locales
    default = program.project.locales and program.project.locales.default
    own = next((one for one in written if one.lower() == (locale or "").lower()), None)
    return message, own or (default if default in written else None)


def read(program, message, locale):
    """Return the version that a message of the lowered program is, or would be chosen in it."""
    if program.messages[message].locales.keys() - {locale} and has_versions(
        program.messages[message]
    ):
        return version(program, message, locale)
    return message.partition("__")[0], next(iter(program.messages[message].locales), None)


def twice(life, program):
    """Return a life with the same reactions to all versions of a message."""
    more = [
        replace(reaction, message=id_)
        for id_ in program.messages
        for reaction in life.reactions
        if id_.partition("__")[0] == reaction.message and id_ != reaction.message
    ]
    return replace(life, reactions=(*life.reactions, *more))


def bare(program, table):
    """Return a program for a gate without the frequency rules that all its steps ask.

    None if steps ask some of them and not the others: nothing is claimed of these.
    """
    scene = Scene(table, TARGET)
    counters = Counters(program, scene)
    if any(Rules(program, one, counters).stuck for one in program.chains.values()):
        return program
    mailings = [Mailing(program, scene, counters, one) for one in program.broadcasts.values()]
    return program if any(one.refused for one in mailings) else replace(program, frequency={})


def compared(program, name, seed, count):
    """Yield stories of the source and of the lowered program, and what was lowered.

    What is said to deviate may tell another story; nothing else may.
    """
    table, chance = TABLES[name], random.Random(f"dress {seed}")
    source = DRESSES.get(name, dress.plain)(program, chance)
    done = lower(source, table, TARGET)
    counted = name in {"caps", "mailings"}
    after = bare(done.program, table) if counted else done.program
    lost = {one.key for one in done.outcomes if not one.support.kept}
    if counted and deviating(done):  # what one chain sends counts for all others
        return
    for number in range(count):
        life = scenario(seed, number, source)
        locale = life.customer.locale
        told, lived = machine.run(source, life), machine.run(after, twice(life, after))
        if told.of("trouble"):  # an endless loop, which stops after so many steps (3.12)
            continue
        told = story(told, lambda one: version(source, one, locale))  # noqa: B023
        made = story(lived, lambda one: read(after, one, locale), after.chains.keys())  # noqa: B023
        yield told, made, done, lost


def deviating(done):
    """Return the chains of which something is said to be done in another way."""
    return {one.key.id.partition("__")[0] for one in done.outcomes if one.support == "deviates"}


def alike(before, after, done):
    """Say whether two stories are one, but for chains that are said to deviate."""
    others = deviating(done)
    return [one for one in before if one[1] not in others] == [
        one for one in after if one[1] not in others
    ]


def main(arguments):
    """Print where a lowered program does something else; return 1 if any does."""
    count = int(arguments[0]) if arguments else 100
    first = int(arguments[1]) if len(arguments) > 1 else 0
    tally = Counter()
    for seed in range(first, first + count):
        program = timelines.project(seed)
        for name in TABLES if program is not None else ():
            for number, (before, after, done, lost) in enumerate(compared(program, name, seed, 10)):
                tally["timelines"] += 1
                tally["sends"] += len(before)
                tally[f"lost in {name}"] += bool(lost)
                tally[f"lowered in {name}"] += any(
                    one.support == "lowered" for one in done.outcomes
                )
                if not alike(before, after, done):
                    tally["other"] += 1
                    print(f"project {seed}, customer {number}, {name}", flush=True)
    print(dict(tally))
    return 1 if tally["other"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
