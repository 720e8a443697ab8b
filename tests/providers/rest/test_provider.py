"""The frame over a vendor of two kinds whose account is a dict."""

from __future__ import annotations

import msgspec
import pytest

from crmspec.diagnostics import text
from crmspec.engine.change import Change, Kind
from crmspec.engine.error import RevisionConflictError, TargetRejectedError
from crmspec.engine.resource import Address, Resource
from crmspec.ir.target import Target
from crmspec.lower.capability import Capabilities, lowered
from crmspec.providers.rest import AccountProvider, Encoded, Item, Point, Vendor
from crmspec.providers.rest.link import linked, unlinked
from crmspec.providers.rest.table import native, whole
from tests.contract.project import program
from tests.engine.fake import HERE

SHOP = """
attributes: {tier: {title: Tier, type: string}}
segments:
  vip: {title: VIP, attribute: tier, eq: gold}
  best: {title: "  The   best ", description: Of all, segment: vip}
"""
VIP, BEST = Address("segment", "vip"), Address("segment", "best")


def encode(_brief, _key, node, _dropped):
    inner = getattr(node.condition, "segment", None)
    return Encoded({"of": {"$ref": f"segment.{inner.id}"}} if inner else {"of": None})


VENDOR = Vendor(
    version="acme 1",
    capabilities=Capabilities(
        platform="acme",
        title="Acme",
        revision="1",
        rows=whole(
            {
                "kind": native("docs", "segment") | lowered("fold", "attribute"),
                "condition": native("docs", "attribute segment"),
            }
        ),
    ),
    encoders={"segment": encode},
    described=frozenset({"segment"}),
)


class Segments:
    kind = "segment"

    def __init__(self):
        self.kept, self.made, self.calls_made = {}, 0, []

    def points(self, _node):
        yield Point("of", "segment")

    def list(self):
        yield from self.kept.values()

    def get(self, id_):
        return self.kept.get(id_)

    def lookup(self, address):
        return (one for one in self.kept.values() if one.address == address)

    def create(self, address, body, _key):
        self.made += 1
        item = Item(id=f"s{self.made}", revision="1", body=body, address=address)
        self.kept[item.id] = item
        return item

    def update(self, _change, remote, body):
        if remote.id not in self.kept:
            raise TargetRejectedError(text("gone"), status=404)
        if body["title"] == "bad":
            raise TargetRejectedError(text("bad"), status=422)
        self.kept[remote.id] = msgspec.structs.replace(self.kept[remote.id], body=body)
        return self.kept[remote.id]

    def remove(self, _change, remote):
        self.kept.pop(remote.id, None)

    def foreseen(self, _address):
        return None

    def rehearse(self, _address, _remote, body):
        if body["title"] in {"bad", "fatal"}:
            raise TargetRejectedError(text("bad"), status=422, fatal=body["title"] == "fatal")

    def manner(self, change):
        return change.kind

    def calls(self, _change):
        return {"PUT segments": 2}


@pytest.fixture
def acme():
    target = Target(id="main", platform="acme")
    return AccountProvider("shop", target, VENDOR, [Segments()], lambda: "shop")


def change(address, kind=Kind.CREATE, remote=None, **body):
    resource = Resource(address, {"title": address.id, **body}, (), HERE)
    wanted = None if kind is Kind.DELETE else resource
    return Change(kind=kind, address=address, desired=wanted, remote=remote)


def test_a_project_becomes_bodies_with_addresses(acme):
    found = acme.compile(program(SHOP))
    assert {str(one.address): one.body for one in found.resources} == {
        "segment.vip": {"title": "VIP", "of": None},
        "segment.best": {
            "title": "The best",
            "description": "Of all",
            "of": {"$ref": "segment.vip"},
        },
    }
    assert list(acme.audit(program(SHOP))) == []
    assert found.resources[0].depends == (VIP,)


def test_what_is_made_is_read_with_addresses_again(acme):
    acme.apply(change(VIP), {})
    made = acme.apply(change(BEST, of={"$ref": "segment.vip"}), {VIP: "s1"})
    assert made.body["of"] == {"$ref": "segment.vip"}
    found = acme.read({})
    assert found[BEST] == made
    assert found[BEST].depends == (VIP,)
    assert acme.find(BEST, None) == acme.find(BEST, "s2") == made
    assert acme.find(Address("segment", "none"), None) is None


def test_a_reference_to_what_is_not_there_is_refused(acme):
    with pytest.raises(TargetRejectedError, match=r"`segment\.vip` is not on the target"):
        acme.apply(change(BEST, of={"$ref": "segment.vip"}), {})


def test_two_objects_with_one_marker_stop_everything(acme):
    acme.apply(change(VIP), {})
    acme.apply(change(VIP), {})
    with pytest.raises(TargetRejectedError, match=r"two objects for `segment\.vip`: s1 and s2"):
        acme.read({})
    with pytest.raises(TargetRejectedError):
        acme.find(VIP, None)
    assert acme.find(VIP, "s2") is not None


def test_an_object_is_known_by_its_id_whatever_its_marker(acme):
    acme.apply(change(VIP), {})
    assert acme.read({BEST: "s1"}).keys() == {BEST}


def test_what_vanished_meanwhile_is_a_conflict_and_other_refusals_are_not(acme):
    made = acme.apply(change(VIP), {})
    with pytest.raises(TargetRejectedError, match="bad"):
        acme.apply(change(VIP, Kind.UPDATE, made, title="bad"), {})
    acme.apply(change(VIP, Kind.DELETE, made), {})
    acme.apply(change(VIP, Kind.DELETE), {})
    with pytest.raises(RevisionConflictError):
        acme.apply(change(VIP, Kind.UPDATE, made), {})


def test_calls_are_counted_and_cost_time(acme):
    assert acme.cost(change(VIP)).calls == {"PUT segments": 2}
    assert acme.cost(change(VIP)).seconds == 2 * VENDOR.seconds
    assert acme.cost(change(VIP, Kind.DELETE)).calls == {}
    assert acme.kind(change(VIP)) is Kind.CREATE


def test_a_rehearsal_leaves_out_what_it_cannot_know(acme):
    changes = [change(VIP, title="bad"), change(BEST, of={"$ref": "segment.vip"}, title="bad")]
    assert [one.label.span for one in acme.rehearse(changes, {})] == [HERE]
    assert len(list(acme.rehearse(changes, {VIP: "s1"}))) == 2
    assert list(acme.rehearse([change(VIP, Kind.DELETE)], {})) == []
    with pytest.raises(TargetRejectedError):
        list(acme.rehearse([change(VIP, title="fatal")], {}))


class Named(Segments):
    """Lists give names only; `get` has bodies, and finds nothing of what went meanwhile."""

    def list(self):
        for one in self.kept.values():
            yield msgspec.structs.replace(one, body={"title": one.body["title"]}, whole=False)

    def get(self, id_):
        self.calls_made.append(id_)
        return None if id_ == "gone" else self.kept[id_]


def test_what_a_list_only_names_is_read_if_it_is_ours():
    target, named = Target(id="main", platform="acme"), Named()
    acme = AccountProvider("shop", target, VENDOR, [named], lambda: "shop")
    for id_, address in (("s1", VIP), ("theirs", None), ("known", None), ("gone", BEST)):
        named.kept[id_] = Item(
            id=id_, revision="1", body={"title": id_, "of": None}, address=address
        )
    found = acme.read({Address("segment", "moved"): "known"})
    assert {address.id: remote.body for address, remote in found.items()} == {
        "vip": {"title": "s1", "of": None},
        "moved": {"title": "known", "of": None},
    }
    assert named.calls_made == ["s1", "known", "gone"]
    assert [one.id for one in acme.survey()] == ["s1", "theirs", "known", "gone"]


def test_what_people_made_is_looked_for_by_name():
    asked = []

    def names():
        asked.append("segments")
        return ["  The  best "]

    target = Target(id="main", platform="acme")
    acme = AccountProvider(
        "shop", target, VENDOR, [Segments()], lambda: "shop", present={"segment": names}
    )
    assert list(acme.missing([VIP])) == []  # nothing was compiled
    acme.compile(program(SHOP))
    assert list(acme.missing([])) == []
    assert asked == []
    (found,) = acme.missing([VIP, BEST, Address("segment", "other")])
    assert found.message.english() == "Acme has no segment `VIP`"
    assert asked == ["segments"]


def test_links_of_others_stay_as_they_are():
    body = {"of": "theirs", "all": [{"of": "s1"}, "s1"], "deep": {"of": "s1"}}
    points = Segments().points
    found = unlinked(body, points, {("segment", "s1"): VIP})
    assert found["of"] == "theirs"
    assert found["all"] == [{"of": {"$ref": "segment.vip"}}, "s1"]
    assert linked(found, {VIP: "s1"}) == body


@pytest.mark.parametrize(
    ("naming", "title", "decoded"),
    [
        pytest.param("[{project}] {title}", "[shop] Best", {"title": "Best"}, id="named"),
        pytest.param("[{project}] {title}", "Best", {"title": "Best"}, id="renamed by hand"),
        pytest.param("{project} {id}", "shop vip", {}, id="no title in it"),
    ],
)
def test_titles_lead_back(naming, title, decoded):
    target = Target(id="main", platform="acme", naming=naming)
    acme = AccountProvider("shop", target, VENDOR, [Segments()], lambda: "shop")
    assert acme.decode(VIP, {"title": title, "of": None}) == decoded


def test_whoami(acme):
    assert acme.whoami() == "shop"
