"""What changes at a target is told in the author's words, and nothing hides behind them."""

from __future__ import annotations

import copy
from functools import partial

import pytest

from crmspec.engine.body import is_reference
from crmspec.engine.difference import differences
from crmspec.engine.wording import in_words, worded
from crmspec.ir.target import Target
from tests.contract.project import program
from tests.contract.rest import StandIn
from tests.contract.world import STAND_INS, HastyClock, World

VENDORS = sorted(name for name, one in STAND_INS.items() if issubclass(one, StandIn))


def leaves(value, path=()):
    """Yield the path of each value of a body that holds no others."""
    if isinstance(value, dict) and not is_reference(value):
        for key, one in value.items():
            yield from leaves(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from leaves(one, (*path, number))
    elif not is_reference(value):
        yield path


def edited(body, path):
    """Return the body with another value at a path, of the same type."""
    made = copy.deepcopy(body)
    *way, last = path
    holder = made
    for step in way:
        holder = holder[step]
    match holder[last]:
        case bool() as one:
            holder[last] = not one
        case int() | float() as one:
            holder[last] = one + 1
        case one:
            holder[last] = f"{one or ''}x"
    return made


def hidden(provider, address, body):
    """Yield the paths at which an edit is not told, alone or beside another one of the field."""

    def lines(there):
        found = worded(differences(body, there), body, there, partial(in_words, provider, address))
        return {(one.path, str(one.before), str(one.after)) for one in found}

    told = {}
    for path in leaves(body):
        there = edited(body, path)
        alone = lines(there)
        if not alone:
            yield (str(address), *path)
        said = in_words(provider, address, there)
        if said is not None and said != in_words(provider, address, body):
            told.setdefault(path[0], (path, there, alone))
    for path in leaves(body):
        other, there, alone = told.get(path[0], (path, None, None))
        if path != other and lines(edited(there, path)) == alone:
            yield (str(address), *path)


def fresh(stand_in, folder, **settings):
    """Return an empty account, and the vendor's own project."""
    case = stand_in.case
    target = Target(
        id="main",
        platform=stand_in.platform,
        url=stand_in.url,
        options=case.options,
        manages=case.manages,
        naming=case.naming,
        **settings,
    )
    world = World(stand_in, folder, target=target, clock=HastyClock())
    return world, program(case.source, files=case.files, settings=case.settings)


def account(stand_in, folder):
    """Return an account that has all of the vendor's own project, and what is wanted of it."""
    world, wanted = fresh(stand_in, folder)
    assert world.apply(wanted)[1].complete
    return world, wanted


@pytest.mark.parametrize("platform", VENDORS)
def test_no_edit_is_hidden_behind_words_for_another_one(platform, tmp_path):
    with STAND_INS[platform](tmp_path) as stand_in:
        world, wanted = account(stand_in, tmp_path)
        with world.provider() as provider:
            actual = world.plan(wanted, provider).actual
            assert [
                path
                for one, remote in actual.items()
                for path in hidden(provider, one, remote.body)
            ] == []
