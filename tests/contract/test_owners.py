"""Fields that are given to people, on all targets, whatever a target calls them."""

from __future__ import annotations

import msgspec
import pytest

from crmspec.engine.plan import make
from crmspec.engine.policy import governed
from crmspec.ir.program import KEYS
from tests.contract.project import program
from tests.contract.test_words import VENDORS, account
from tests.contract.world import STAND_INS


def table(provider):
    return [
        (kind, field, names)
        for kind, fields in provider._vendor.keeps.items()
        for field, names in fields.items()
    ]


def planned(world, provider, wanted, actual, **owners):
    kinds = {KEYS[kind]: {field: "ui"} for kind, field in owners.items()}
    target = msgspec.structs.replace(world.target, kind_ownership=kinds)
    asked = governed(provider.compile(wanted), wanted, target, provider.keeps)
    return make(asked, world.store.load(), actual, normalise=provider.normalise)


@pytest.mark.parametrize("platform", VENDORS)
def test_what_people_own_is_theirs_under_the_targets_own_names(platform, tmp_path):
    with STAND_INS[platform](tmp_path) as stand_in:
        world, wanted = account(stand_in, tmp_path)
        with world.provider() as provider:
            actual = world.plan(wanted, provider).actual
            for kind, field, names in table(provider):
                held = [
                    (at, one, name)
                    for at, one in actual.items()
                    for name in names
                    if at.kind == kind and name in one.body and wanted.find(kind, at.id)
                ]
                for at, one, name in held[:1]:
                    edited = actual | {
                        at: msgspec.structs.replace(one, body=one.body | {name: "by hand"})
                    }
                    plan = planned(world, provider, wanted, edited, **{kind: field})
                    assert [c.fields for c in plan.changes if c.fields] == [], (kind, field)
                    plan = planned(world, provider, wanted, edited)
                    assert [change.address for change in plan.changes if change.conflicts] == [at]


@pytest.mark.parametrize("platform", VENDORS)
def test_names_of_fields_are_those_of_bodies(platform, tmp_path):
    with STAND_INS[platform](tmp_path) as stand_in:
        world, wanted = account(stand_in, tmp_path)
        with world.provider() as provider:
            found = {}
            for at, one in world.plan(wanted, provider).wanted.items():
                found.setdefault(at.kind, set()).update(one.body)
            unknown = {
                (kind, name)
                for kind, _, names in table(provider)
                for name in names
                if kind in found and name not in found[kind]
            }
    assert unknown == set()


def test_a_field_without_a_place_of_its_own_is_told(tmp_path):
    with STAND_INS["klaviyo"](tmp_path) as stand_in:
        world, _ = account(stand_in, tmp_path)
        case = stand_in.case
        source = case.source.replace(
            "    subject: ", "    ownership: {subject: ui}\n    subject: ", 1
        )
        assert source != case.source
        wanted = program(source, files=case.files, settings=case.settings)
        plan = world.planned(wanted)
    (told,) = [one for one in plan.remarks if one.address.kind == "message"]
    assert told.effect == "deviates"
    assert told.reason.english() == (
        "`subject: ui` changes nothing: the target keeps no such field apart"
    )
