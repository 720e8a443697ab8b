"""Facts that do not change during a witness: place, devices, objects, variants, buckets."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

from crmspec.ir.condition import InExperiment, Raw, TriggerProperty
from crmspec.ir.trait import HasRelated, InPlace, OnDevice
from crmspec.ir.value import PropertyTest
from crmspec.logic.candidate import candidates
from crmspec.logic.property_fit import Bundles
from crmspec.logic.wish import Draft, Frame, Wish
from crmspec.semantics.condition import holds
from crmspec.semantics.scenario import Customer, Happening
from crmspec.semantics.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.trait import Device, Geo
    from crmspec.ir.value import Plain
    from crmspec.logic.wish import Setting

CUSTOMERS = 3000
"""So many customer ids are tried until the bucket fits."""
TRIED = 200
OBJECTS = 12


def _all_hold(
    setting: Setting, wishes: list[Wish], state: State, answers: dict[str, bool] | None = None
) -> bool:
    return all(
        holds(wish.condition, setting.view(wish, state, answers=answers)) == wish.truth
        for wish in wishes
    )


def as_it_is(setting: Setting, wishes: list[Wish]) -> Draft | None:
    """Accept wishes that a customer of whom nothing is known meets, such as tests of `now`."""
    return Draft() if _all_hold(setting, wishes, State(customer=Customer())) else None


def accept(_setting: Setting, _wishes: list[Wish]) -> Draft | None:
    """Accept wishes that only the run can decide, such as outcomes of steps."""
    return Draft()


def fit_place(setting: Setting, wishes: list[Wish]) -> Draft | None:
    """Return where the customer is, the profile's place or an attribute that holds one."""
    for place in islice(_places(wishes), TRIED):
        customer = Customer(place=place)
        if _all_hold(setting, wishes, State(customer=customer)):
            return Draft(place=place)
    return None


def _places(wishes: list[Wish]) -> Iterator[dict[str, Plain]]:
    """Yield no place, then places of the names and circles asked for, then one far away."""
    yield {}
    asked = [wish.condition.geo for wish in wishes if isinstance(wish.condition, InPlace)]
    names = ("country", "region", "city", "postal")
    choices = [[*_named(asked, name), None] for name in names]
    points = [geo.near for geo in asked if len(geo.near) == 2]  # noqa: PLR2004 - two coordinates
    for point in (*points, None, (0.0, 0.0), (-45.0, -120.0)):
        for values in product(*choices):
            found: dict[str, Plain] = {
                name: value for name, value in zip(names, values, strict=True) if value is not None
            }
            if point is not None:
                found |= {"latitude": point[0], "longitude": point[1]}
            yield found


def _named(asked: list[Geo], name: str) -> list[Plain]:
    return list(dict.fromkeys(value for geo in asked for value in getattr(geo, name)))


def fit_devices(setting: Setting, wishes: list[Wish]) -> Draft | None:
    """Return the devices of the customer: as few as do."""
    made: list[dict[str, Plain]] = []
    for wish in wishes:
        if wish.truth and isinstance(wish.condition, OnDevice):
            for device in islice(_devices(setting, wish, wish.condition.device), TRIED):
                if _all_hold(setting, [wish], State(customer=Customer(devices=(device,)))):
                    made += [device] if device not in made else []
                    break
    if _all_hold(setting, wishes, State(customer=Customer(devices=tuple(made)))):
        return Draft(devices=made)
    return None


def _devices(setting: Setting, wish: Wish, asked: Device) -> Iterator[dict[str, Plain]]:
    names = ("os", "model", "app_version", "browser", "language")
    used = [name for name in names if getattr(asked, name)]
    choices = [
        candidates(setting.program, None, getattr(asked, name), wish.frame.moment, setting.zone)
        for name in used
    ]
    for values in product(*choices):
        made: dict[str, Plain] = {
            name: value for name, value in zip(used, values, strict=True) if value is not None
        }
        if asked.push_enabled is not None:
            made["push_enabled"] = asked.push_enabled
        yield made


def fit_related(setting: Setting, wishes: list[Wish]) -> Draft | None:
    """Return the related objects of one kind that the customer has."""
    leaves = [wish.condition for wish in wishes if isinstance(wish.condition, HasRelated)]
    id_ = leaves[0].related.id
    view = setting.view(wishes[0], State(customer=Customer()))
    tests = [test for leaf in leaves for test in leaf.where]
    bundles = Bundles(setting.program.objects.get(id_), tests, view)
    sets: list[tuple[dict[str, Plain], ...]] = [()]
    for leaf in leaves:
        label: dict[str, Plain] = {} if leaf.label is None else {"label": leaf.label}
        made = [found | label for found in bundles.of(leaf.where, {})]
        sets += [kept + (one,) * n for kept in sets[:TRIED] for one in made for n in _counts(leaf)]
    for objects in islice(sets, TRIED):
        if _all_hold(setting, wishes, _with_related(id_, objects)):
            return Draft(related={id_: objects})
    return None


def _with_related(id_: str, objects: tuple[dict[str, Plain], ...]) -> State:
    state = State(customer=Customer(related={id_: objects}))
    state.related[id_] = list(objects)
    return state


def _counts(leaf: HasRelated) -> list[int]:
    operands = [test.operand for test in leaf.count]
    items = [item for one in operands for item in (one if isinstance(one, list) else [one])]
    asked = [item for item in items if isinstance(item, int)]
    found = {1, *asked, *(number + 1 for number in asked)}
    return sorted(number for number in found if 0 < number <= OBJECTS)


def fit_variant(_setting: Setting, wishes: list[Wish]) -> Draft | None:
    """Return the variant of one experiment that the customer was given, if any."""
    leaves = [(w.condition, w.truth) for w in wishes if isinstance(w.condition, InExperiment)]
    given = {leaf.variant.id for leaf, truth in leaves if truth}
    barred = {leaf.variant.id for leaf, truth in leaves if not truth}
    if len(given) > 1 or given & barred:
        return None
    return Draft(variants=dict(zip([leaves[0][0].experiment.id], given, strict=False)))


def fit_bucket(setting: Setting, wishes: list[Wish]) -> Draft | None:
    """Return a customer id whose buckets are where the wishes about chance want them."""
    for number in range(CUSTOMERS):
        id_ = "customer" if number == 0 else f"customer-{number}"
        if _all_hold(setting, wishes, State(customer=Customer(id=id_))):
            return Draft(customer=[id_] if number else [])
    return None


def fit_deed(setting: Setting, wishes: list[Wish], number: int) -> Draft | None:
    """Return properties of something from outside that is no event: a call, a form, an object."""
    deed = setting.deeds[number]
    tests = [
        PropertyTest(property=wish.condition.trigger.id, tests=wish.condition.tests)
        for wish in wishes
        if isinstance(wish.condition, TriggerProperty)
    ]
    frame = Wish(Frame(deed.moment), Raw(raw={}))
    view = setting.view(frame, State(customer=Customer()))
    declared = setting.program.objects.get(deed.subject) if deed.kind == "object" else None
    for properties in Bundles(declared, [*deed.where, *tests], view).of(deed.where, {}):
        data = properties | dict(deed.data)
        state = State(customer=Customer())
        views = ((wish, setting.view(wish, state, data)) for wish in wishes)
        if all(holds(wish.condition, view) == wish.truth for wish, view in views):
            made = Happening(moment=deed.moment, kind=deed.kind, subject=deed.subject, data=data)
            return Draft(happenings=[made])
    return None
