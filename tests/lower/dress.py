"""What random projects lack: languages, caps that hold, long chains."""

from __future__ import annotations

from copy import deepcopy

from msgspec.structs import replace

from crmspec.ir import Ref
from crmspec.ir.audience import Audience, Broadcast
from crmspec.ir.chain import Exit, Reentry
from crmspec.ir.condition import AttributeIs, EventHappened, EventMissing, InOrder
from crmspec.ir.data import Attribute
from crmspec.ir.frequency import After, Frequency, Limit, Scope
from crmspec.ir.message import Content
from crmspec.ir.project import Locales
from crmspec.ir.step import Arm, Branch, Cases, Jump, JumpTo, Note, Wait, WaitTime
from crmspec.ir.trigger import Schedule
from crmspec.ir.value import Duration, Name, Template, Test, TimeOfDay
from crmspec.lower.rewrite import changed, rewrite

LANGUAGES = ("en", "de", "pt-BR")
HOUR = 3600


def plain(program, _):
    """Return a program as it is."""
    return program


def languages(program, chance):
    """Return a program in which most messages are written in several languages."""
    made = [
        ("message", replace(one, locales=dict(_contents(chance))))
        for one in program.messages.values()
        if chance.random() < 0.7
    ]
    default = chance.choice([None, "en", "fr"])
    project = replace(program.project, locales=default and Locales(default=default))
    made.append(("attribute", Attribute(id="language", title="Language", type="string")))
    return changed(replace(program, project=project), made)


def _contents(chance):
    for locale in chance.sample(LANGUAGES, chance.choice([1, 2, 3])):
        yield locale, Content(subject=Template(source=locale))


def sequences(program, chance):
    """Return a program in which conditions about events, and others, ask for several in order."""

    def change(node):
        if isinstance(node, EventMissing):
            items = (node, EventHappened(event=node.not_event, where=node.where))
        elif isinstance(node, EventHappened) and not node.count:
            items = chance.choice([(node,), (node, replace(node, within=None))])
        elif isinstance(node, AttributeIs) and chance.random() < 0.5:
            order = Ref(kind="event", id="order")
            items = (EventMissing(not_event=order, within=_hours(chance)),) * 2
        else:
            return None
        return InOrder(sequence=items, within=chance.choice([None, _hours(chance)]))

    made = [
        (kind, rewrite(one, change))
        for kind, one in program.resources()
        if kind in {"chain", "segment"}
    ]
    return changed(program, made)


def caps(program, chance):
    """Return a program with frequency rules that hold; mostly nothing waits at the gate."""
    rules = {one.id: one for one in _rules(chance) if chance.random() < 0.6}
    program = replace(program, frequency=dict(sorted(rules.items())))
    if chance.random() < 0.2:
        return program
    return still(replace(program, broadcasts={}))


def mailings(program, chance):
    """Return a program in which nothing waits at the gate, with broadcasts and rules that hold."""
    program = still(caps(program, chance))
    made = [
        Broadcast(
            id=f"mailing_{number}",
            audience=Audience(
                include=(Ref(kind="segment", id=chance.choice([*program.segments])),)
            ),
            message=Ref(kind="message", id=chance.choice(["m0", "m1", "m3"])),
            repeat=Schedule(rrule="FREQ=DAILY", at=TimeOfDay(minute=chance.choice([0, 540, 600]))),
            priority=chance.choice([20, 50, 80]),
        )
        for number in range(chance.choice([1, 2]))
    ]
    return changed(program, [("broadcast", one) for one in made])


def still(program):
    """Return a program without quiet hours."""
    kinds = (("chain", program.chains), ("channel", program.channels))
    return changed(
        program,
        [(kind, replace(one, quiet_hours=None)) for kind, all_ in kinds for one in all_.values()],
    )


def _rules(chance):
    """Yield rules of all kinds; the last ones no step can ask."""
    yield _rule(chance, "every", limits=(_limit(chance),))
    yield _rule(chance, "letters", channels="email", limits=(_limit(chance), _limit(chance)))
    yield _rule(chance, "gap", messages="m0 m1 p0", min_gap=_hours(chance))
    order = After(event=Ref(kind="event", id="order"))
    rest = Duration(seconds=chance.choice([6, 30]) * HOUR)
    block = Scope(channels=(Ref(kind="channel", id="email"),))
    exceed = chance.choice(["skip", "exit"])
    yield Frequency(id="rest", after=order, block=block, for_=rest, exceed=exceed)
    if chance.random() < 0.1:
        yield _rule(chance, "some", chains="chain_0", limits=(_limit(chance),))
    if chance.random() < 0.1:
        yield _rule(chance, "daily", limits=(_limit(chance),), window="calendar")


def _rule(chance, id_, **settings):
    scope = {
        f"{kind}s": tuple(Ref(kind=kind, id=one) for one in settings.pop(f"{kind}s", "").split())
        for kind in ("channel", "message", "chain")
    }
    bypass = Scope(messages=(Ref(kind="message", id="m2"),)) if chance.random() < 0.2 else None
    exceed = chance.choice(["skip", "skip", "exit"])
    return Frequency(id=id_, applies_to=Scope(**scope), bypass=bypass, exceed=exceed, **settings)


def _limit(chance):
    return Limit(max=chance.choice([1, 1, 2, 3]), per=_hours(chance))


def _hours(chance):
    return Duration(seconds=chance.choice([3, 12, 24, 48]) * HOUR)


def long(program, chance):
    """Return a program whose chains go on with the steps of another one, after a wait."""
    chains = [_open(one, chance) if chance.random() < 0.8 else one for one in _chains(program)]
    program = replace(program, frequency={}) if chance.random() < 0.5 else program
    if chance.random() < 0.8:
        order = replace(program.events["order"], occurred_at=None)
        program = changed(program, [("event", order)])
    pause = Wait(wait=WaitTime(for_=Duration(seconds=chance.choice([1, 5, 30]) * HOUR)))
    made = [
        (
            "chain",
            replace(one, steps=(*one.steps, *deepcopy((pause, *other.steps, pause, *one.steps)))),
        )
        for one, other in zip(chains, [*chains[1:], chains[0]], strict=True)
    ]
    return changed(replace(program, exclusive={}) if chance.random() < 0.8 else program, made)


def _chains(program):
    return list(program.chains.values())


def _open(chain, chance):
    """Return a chain without most of what keeps it in one piece."""
    again = Reentry(mode=chance.choice(["always", "after"]), concurrent=True, after=Duration())
    order = (Exit(event=Ref(kind="event", id="order")),) if chance.random() < 0.4 else ()
    return replace(
        chain,
        recheck=chance.choice(["entry", "each_send"]),
        reentry=chance.choice([None, None, None, again]),
        exit=(*(one for one in chain.exit if not one.no_longer), *order),
        goal=tuple(replace(one, within=None) for one in chain.goal),
        quiet_hours=chain.quiet_hours if chance.random() < 0.1 else None,
    )


def jumps(program, chance):
    """Return a program whose chains jump to their steps and over them."""
    made = [("chain", replace(one, steps=_jumping(one.steps, chance))) for one in _chains(program)]
    return changed(program, made)


def _jumping(steps, chance):
    """Return steps of which one is gone over again, and some may be left out."""
    pause = Wait(wait=WaitTime(for_=Duration(seconds=chance.choice([1, 5]) * HOUR)))
    back = Jump(jump=JumpTo(to=Name(id="first"), max=chance.choice([1, 2])))
    on = Jump(jump=JumpTo(to=Name(id="last")))
    condition = AttributeIs(
        attribute=Ref(kind="attribute", id="flag"), tests=(Test(operator="eq", operand=True),)
    )
    arm = Arm(if_=condition, then=(chance.choice([on, back]),))
    fork = Branch(branch=Cases(cases=(arm,), else_=(pause,) if chance.random() < 0.5 else ()))
    steps = steps if chance.random() < 0.4 else steps[:2]
    head = replace(steps[0], id="first")
    tail = Note(note="the last", id="last")
    return (head, *steps[1:], pause, fork, *deepcopy(steps[:1]), tail, pause, deepcopy(back))
