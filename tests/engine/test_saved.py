from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from crmspec.diagnostics import text
from crmspec.engine.error import BadPlanFileError, StalePlanError
from crmspec.engine.resource import Address, Remark, Undeployed
from crmspec.engine.saved import Context, SavedPlan, dump, load, summarise, verify
from tests.engine.fake import (
    HERE,
    FakeClock,
    FakeProvider,
    MemoryStore,
    desired,
    plan_of,
    resource,
)
from tests.engine.test_plan import apply

SCHEMA = Path(__file__).parents[2] / "schemas" / "plan.schema.json"
NOW = FakeClock().now()
VIP = resource("segment.vip", {"title": "VIP"})


@pytest.fixture
def world():
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(VIP), provider, store)
    return provider, store


def saved(plan):
    return load(dump(summarise(plan, version="1.0", now=NOW)))


CHANGED = desired(resource("segment.vip", {"title": "Very"}), resource("segment.new"))


def test_a_plan_that_still_holds_is_accepted(world):
    plan = plan_of(CHANGED, *world)
    verify(saved(plan), plan_of(CHANGED, *world), version="1.0", now=NOW + timedelta(hours=23))


def test_a_saved_plan_survives_its_file(world):
    summary = summarise(plan_of(CHANGED, *world), version="1.0", now=NOW)
    assert load(dump(summary)) == summary


def test_a_saved_plan_carries_the_remarks(world):
    wanted = desired(
        VIP,
        remarks=[
            Remark(Address("chain", "c"), "manual", text("no `{x}`", x="voice"), HERE),
            Remark(Address("chain", "d"), "deviates", text("so"), HERE, (text("thus"),)),
        ],
        undeployed=[Undeployed("goal", 2, text("the sandbox keeps no goals"))],
    )
    data = json.loads(dump(summarise(plan_of(wanted, *world), version="1.0", now=NOW)))
    place = {"source": "c/a.yaml:1"}
    assert data["plan"]["remarks"] == [
        {"address": "chain.c", "effect": "manual", "reason": "no `voice`", "reference": []} | place,
        {"address": "chain.d", "effect": "deviates", "reason": "so", "reference": ["thus"]} | place,
    ]
    assert data["plan"]["undeployed"] == [
        {"kind": "goal", "count": 2, "reason": "the sandbox keeps no goals"}
    ]


def test_a_saved_plan_says_what_a_reviewer_reads(world):
    data = json.loads(dump(summarise(plan_of(CHANGED, *world), version="1.0", now=NOW)))
    change = next(c for c in data["plan"]["changes"] if c["address"] == "segment.vip")
    assert change["fields"] == [
        {"path": "title", "action": "set", "before": "VIP", "after": "Very"}
    ]
    assert data["version"] == 1


KEPT = msgspec.structs.replace(VIP, protected=True)


def test_a_saved_plan_says_what_is_protected(world):
    plan = plan_of(desired(KEPT), *world)
    data = json.loads(dump(summarise(plan, version="1.0", now=NOW)))
    Draft202012Validator(published()).validate(data)
    (change,) = data["plan"]["changes"]
    assert (change["kind"], change["protected"], change["calls"]) == ("note", True, {})
    verify(saved(plan), plan_of(desired(KEPT), *world), version="1.0", now=NOW)
    with pytest.raises(StalePlanError, match=r"`segment\.vip` needs another change"):
        verify(saved(plan), plan_of(desired(VIP), *world), version="1.0", now=NOW)


def test_protection_added_to_a_change_after_the_plan_is_refused(world):
    old = saved(plan_of(CHANGED, *world))
    kept = [msgspec.structs.replace(one, protected=True) for one in CHANGED.resources]
    with pytest.raises(StalePlanError, match="changed in the project"):
        verify(old, plan_of(desired(*kept), *world), version="1.0", now=NOW)


def edited_by_hand(provider, _):
    provider.hand_edit("segment.vip", title="Mine")
    return CHANGED


def applied_meanwhile(provider, store):
    apply(desired(VIP, resource("segment.else")), provider, store)
    return CHANGED


def changed_in_the_project(*_):
    return desired(resource("segment.vip", {"title": "Most"}), resource("segment.new"))


def one_more(*_):
    return desired(*CHANGED.resources, resource("segment.more"))


def touched_without_a_change(provider, _):
    provider.hand_edit("segment.vip")
    return CHANGED


@pytest.mark.parametrize(
    ("move", "message"),
    [
        pytest.param(edited_by_hand, "`segment.vip` changed on the target", id="edited by hand"),
        pytest.param(touched_without_a_change, "changed on the target", id="a new revision"),
        pytest.param(applied_meanwhile, "something was applied", id="applied meanwhile"),
        pytest.param(changed_in_the_project, "changed in the project", id="project changed"),
        pytest.param(one_more, "`segment.more` needs another change", id="one more"),
    ],
)
def test_a_plan_whose_world_moved_is_refused(world, move, message):
    old = saved(plan_of(CHANGED, *world))
    wanted = move(*world)
    with pytest.raises(StalePlanError, match=message):
        verify(old, plan_of(wanted, *world), version="1.0", now=NOW)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"crmspec": "0.9"}, "another version", id="version"),
        pytest.param({"project": "x"}, "another project", id="project"),
        pytest.param({"target": "x"}, "another target", id="target"),
        pytest.param({"lineage": "x"}, "another state", id="lineage"),
    ],
)
def test_a_plan_for_something_else_is_refused(world, change, message):
    plan = plan_of(CHANGED, *world)
    with pytest.raises(StalePlanError, match=message):
        verify(msgspec.structs.replace(saved(plan), **change), plan, version="1.0", now=NOW)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"commit": "b"}, "at another commit", id="commit"),
        pytest.param({"provider": "x 2"}, "version of the provider", id="provider"),
        pytest.param({"variables": {"sale": "y"}}, "variables changed", id="variables"),
    ],
)
def test_a_plan_made_of_something_else_is_refused(world, change, message):
    plan = plan_of(CHANGED, *world)
    was = Context(commit="a", provider="x 1", variables={"sale": "x"})
    old = load(dump(summarise(plan, version="1.0", now=NOW, context=was)))
    verify(old, plan, version="1.0", now=NOW, context=was)
    now = msgspec.structs.replace(was, **change)
    with pytest.raises(StalePlanError, match=message):
        verify(old, plan, version="1.0", now=NOW, context=now)


def test_the_format_is_published(world):
    summary = summarise(plan_of(CHANGED, *world), version="1.0", now=NOW)
    Draft202012Validator(published()).validate(json.loads(dump(summary)))


def test_the_published_format_is_up_to_date_golden():
    made = json.dumps(published(), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("CRMSPEC_GOLDEN") == "rewrite":
        SCHEMA.write_text(made, encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == made


def published():
    """Return the JSON Schema of `plan --json`, as the types say it."""
    body = msgspec.json.schema(SavedPlan, schema_hook=lambda _: {"description": "Any JSON."})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plan",
        "description": "What `crmspec plan --json` prints and `crmspec plan -o` saves.",
        "type": "object",
        "properties": {
            "format": {"const": "crmspec-plan"},
            "version": {"const": 1},
            "digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
            "plan": {"$ref": body["$ref"]},
        },
        "required": ["format", "version", "digest", "plan"],
        "additionalProperties": False,
        "$defs": body["$defs"],
    }


def test_a_plan_expires(world):
    plan = plan_of(CHANGED, *world)
    with pytest.raises(StalePlanError, match="expired"):
        verify(saved(plan), plan, version="1.0", now=NOW + timedelta(hours=24))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        pytest.param(lambda _: b"", "no saved plan", id="empty"),
        pytest.param(lambda d: d[: len(d) // 2], "no saved plan", id="truncated"),
        pytest.param(lambda _: b"\xff\xfe", "no saved plan", id="not text"),
        pytest.param(lambda _: b'{"a":' * 5000, "no saved plan", id="too deep"),
        pytest.param(lambda d: d.replace(b'"shop"', b'"\xff"'), "damaged", id="torn"),
        pytest.param(lambda _: b"[1]", "no saved plan", id="other JSON"),
        pytest.param(lambda d: d.replace(b'"version": 1', b'"version": 9'), "version", id="newer"),
        pytest.param(lambda d: d.replace(b'"calls": 2', b'"calls": 1'), "was changed", id="edited"),
        pytest.param(lambda d: d.replace(b'"calls": 2', b'"calls": ""'), "damaged", id="typed"),
    ],
)
def test_a_damaged_file_is_refused(world, damage, message):
    data = dump(summarise(plan_of(CHANGED, *world), version="1.0", now=NOW))
    with pytest.raises(BadPlanFileError, match=message):
        load(damage(data))
