"""A part of a plan: what is chosen, and what it cannot do without."""

import msgspec
import pytest

from crmspec.diagnostics import text
from crmspec.engine.error import SelectionError
from crmspec.engine.resource import Address, Remark, Undeployed
from crmspec.engine.select import narrowed
from crmspec.engine.text import render
from crmspec.source import Span
from tests.engine.fake import FakeProvider, MemoryStore, desired, plan_of, resource
from tests.engine.test_plan import apply


def placed(address, path, tags=(), **body):
    made = resource(address, {"title": address, **body})
    return msgspec.structs.replace(made, origin=Span(path, 0, 1), tags=tags)


SEGMENT = placed("segment.vip", "c/segments.yaml")
MAIL = placed("message.mail", "c/mail/a.yaml", ("promo",), to={"$ref": "segment.vip"})
TEXT = placed("message.text", "c/mail/b.yaml")
CHAIN = placed("chain.hello", "c/chains.yaml", ("promo", "new"), send={"$ref": "message.mail"})
ALL = (SEGMENT, MAIL, TEXT, CHAIN)
VIP, HELLO, PROMO = "segment.vip", "chain.hello", "message.mail"


def chosen(select=(), exclude=(), world=None, resources=ALL):
    provider, store = world or (FakeProvider(), MemoryStore())
    plan = plan_of(desired(*resources), provider, store)
    return narrowed(plan, resources, select, exclude)


@pytest.fixture
def world():
    """A target on which everything is, and of which every object will change."""
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(*(resource(str(r.address), {**r.body, "x": 1}) for r in ALL)), provider, store)
    return provider, store


@pytest.mark.parametrize(
    ("select", "exclude", "expected"),
    [
        pytest.param([], [], [VIP, "message.text", PROMO, HELLO], id="everything"),
        pytest.param([PROMO], [], [PROMO], id="one"),
        pytest.param([f"+{HELLO}"], [], [VIP, PROMO, HELLO], id="with what it needs"),
        pytest.param([f"{VIP}+"], [], [VIP, PROMO, HELLO], id="with what needs it"),
        pytest.param([f"+{PROMO}+"], [], [VIP, PROMO, HELLO], id="both"),
        pytest.param(["tag:promo"], [], [PROMO, HELLO], id="a tag"),
        pytest.param(["kind:message"], [], ["message.text", PROMO], id="a kind"),
        pytest.param(["kind:messages"], [], ["message.text", PROMO], id="a kind as in YAML"),
        pytest.param(["messages"], [], ["message.text", PROMO], id="a kind as import names it"),
        pytest.param(["path:c/mail"], [], ["message.text", PROMO], id="a folder"),
        pytest.param(["path:./c/mail/"], [], ["message.text", PROMO], id="a folder from here"),
        pytest.param(["path:./c/mail/b.yaml"], [], ["message.text"], id="a file from here"),
        pytest.param(["path:."], [], [VIP, "message.text", PROMO, HELLO], id="the folder itself"),
        pytest.param(["path:c/*/b.yaml"], [], ["message.text"], id="a pattern of paths"),
        pytest.param(["message.*"], [], ["message.text", PROMO], id="a pattern"),
        pytest.param(["kind:message"], ["tag:promo"], ["message.text"], id="all but a tag"),
        pytest.param([], ["message.*"], [VIP, HELLO], id="all but a kind"),
    ],
)
def test_terms(world, select, exclude, expected):
    plan = chosen(select, exclude, world)
    assert sorted(str(c.address) for c in plan.changes) == sorted(expected)
    assert plan.left_out == 4 - len(expected)


def test_what_must_be_made_first_comes_along():
    plan = chosen([HELLO])
    assert [str(c.address) for c in plan.changes] == [VIP, PROMO, HELLO]
    assert [str(address) for address in plan.also] == [PROMO, VIP]
    shown = render(plan)
    assert "the selection cannot do without: `message.mail`, `segment.vip`" in shown
    assert "1 left out by the selection" in shown


def test_what_is_there_already_may_be_left_out(world):
    plan = chosen([HELLO], [VIP], world)
    assert [str(c.address) for c in plan.changes] == [HELLO]
    assert plan.changes[0].after == ()


def test_what_must_be_made_first_cannot_be_left_out():
    with pytest.raises(SelectionError, match=r"cannot be done without `segment\.vip`"):
        chosen([PROMO], [VIP])


def test_what_is_deleted_is_chosen_with_what_must_let_go_of_it(world):
    rest = (placed(HELLO, "c/chains.yaml"), TEXT)
    plan = chosen([PROMO], (), world, rest)
    assert [str(c.address) for c in plan.changes] == [HELLO, PROMO]
    with pytest.raises(SelectionError):
        chosen([PROMO], [HELLO], world, rest)


@pytest.mark.parametrize(
    ("term", "meant"),
    [
        pytest.param("chain.helo", HELLO, id="no such address"),
        pytest.param("tag:none", None, id="no such tag"),
        pytest.param("tag:prom", "tag:promo", id="a tag misspelt"),
        pytest.param("kind:mesage", "kind:message", id="a kind misspelt"),
        pytest.param("path:c/chain.yaml", "path:c/chains.yaml", id="a file misspelt"),
        pytest.param("path:", None, id="no path at all"),
        pytest.param("owner:anna", None, id="no such method"),
    ],
)
def test_a_term_that_selects_nothing_is_an_error(term, meant):
    with pytest.raises(SelectionError, match="selects nothing") as caught:
        chosen([term])
    first = caught.value.help[0].english()
    assert (first == f"did you mean `{meant}`?") is (meant is not None)


def test_a_narrowed_plan_without_changes_does_not_say_that_all_matches(world):
    provider, store = world
    apply(desired(*ALL), provider, store)
    resources = (*ALL[:3], placed(HELLO, "c/chains.yaml"))
    plan = chosen([VIP], (), world, resources)
    assert (plan.empty, plan.matches, plan.left_out) == (True, False, 1)
    assert "no changes to make" in render(plan)


def remarked(address, effect="deviates"):
    return Remark(Address.parse(address), effect, text("it counts days"), Span("c/x.yaml", 0, 1))


@pytest.mark.parametrize(
    ("select", "exclude", "expected"),
    [
        pytest.param([], [], [HELLO, PROMO, "chain.call"], id="everything"),
        pytest.param([PROMO], [], [PROMO], id="one"),
        pytest.param([f"+{HELLO}"], [], [HELLO, PROMO], id="with what it needs"),
        pytest.param(["chain.call"], [], ["chain.call"], id="what is left out"),
        pytest.param(["path:c/x.yaml"], [], ["chain.call"], id="by its file"),
        pytest.param([], [HELLO], [PROMO, "chain.call"], id="all but one"),
    ],
)
def test_only_what_is_selected_is_remarked_on(select, exclude, expected):
    remarks = [remarked(HELLO), remarked(PROMO), remarked("chain.call", "manual")]
    plan = plan_of(desired(*ALL, remarks=remarks), FakeProvider(), MemoryStore())
    found = narrowed(plan, ALL, select, exclude).remarks
    assert [str(one.address) for one in found] == expected


def test_a_selection_is_not_told_of_kinds_that_are_not_deployed():
    kinds = [Undeployed("event", 3, text("it has none"))]
    plan = plan_of(desired(*ALL, undeployed=kinds), FakeProvider(), MemoryStore())
    assert narrowed(plan, ALL, [PROMO], []).undeployed == ()
    assert len(narrowed(plan, ALL, [], [HELLO]).undeployed) == 1


def test_a_selection_without_what_stays_does_not_say_that_all_matches(world):
    provider, store = world
    apply(desired(*ALL), provider, store)
    wanted = desired(*ALL[:3], remarks=[remarked(HELLO, "manual")])
    plan = narrowed(plan_of(wanted, provider, store), ALL[:3], [VIP], [])
    assert (plan.empty, plan.matches, plan.remarks) == (True, False, ())


def test_what_is_only_noted_is_not_called_left_out(world):
    provider, store = world
    provider.hand_edit(VIP, x=2)
    noted = [resource(str(one.address), {**one.body, "x": 1}) for one in ALL if one is not SEGMENT]
    noted += [resource(VIP, {"title": VIP, "x": 2})]
    plan = chosen([HELLO], world=(provider, store), resources=noted)
    assert (plan.unchanged, plan.left_out, plan.matches) == (4, 0, True)
