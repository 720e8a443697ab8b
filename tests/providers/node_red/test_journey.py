"""End to end: a journey is deployed to a real Node-RED, and what lands is what was predicted."""

import time
from collections import defaultdict

import pytest

from crmspec.engine.drift import drift
from crmspec.engine.text import render
from tests.providers.node_red.journey import (
    PACE,
    PROJECT,
    landed,
    orders,
    predicted,
    wanted,
    world,
)

MINUTE = 60 / PACE
PATIENCE = 60
"""How many seconds a letter may take on a machine that is at work."""
PAUSE = 5.0
"""How long customers wait who drop out, in seconds."""


def deploy(account, made):
    plan, outcome = account.apply(made)
    assert outcome.complete, [str(failure.error) for failure in outcome.failed]
    again = account.planned(made)
    assert again.empty, render(again)
    return plan


def compared(found, sends, address):
    """Compare what landed with what was predicted; letters of one minute race each other."""
    minutes = {(subject, page): minute for minute, subject, page in sends}
    assert sorted(one[1:] for one in found) == sorted(minutes), address
    for seconds, subject, page in found:
        due = minutes[subject, page] * MINUTE
        assert due - 0.01 <= seconds < due + PATIENCE, (address, subject)


def travelled(server, inbox, made, posted):
    """Post orders, wait for all letters that must come, and see that they are what they must be."""
    expected = {one["email"]: predicted(made, one) for one in posted}
    moments = {}
    for one in posted:
        moments[one["email"]] = time.monotonic()
        assert server.post("/shop/orders/order", one) == 204
    letters = inbox.wait(sum(map(len, expected.values())))
    time.sleep(5 * MINUTE)
    found = defaultdict(list)
    for moment, mail in inbox.letters:
        found[mail["To"]].append((moment - moments[mail["To"]], *landed(mail)))
    assert len(inbox.letters) == len(letters)
    for address, sends in expected.items():
        compared(found[address], sends, address)
    return expected


def test_what_lands_is_what_the_interpreter_predicted(server, inbox, tmp_path):
    account, made = world(server, tmp_path, inbox.port), wanted()
    deploy(account, made)
    expected = travelled(server, inbox, made, orders(40))
    kinds = {send[1] for sends in expected.values() for send in sends}
    assert {"${HOME}", "Words", "Food", "Toys", "Last"} <= kinds
    assert [] in expected.values()
    first = inbox.letters[0][1]
    assert first["From"] == '"Shop \\"1\\"" <hello@shop.example>'
    assert first["Reply-To"] == "care@shop.example"


def test_an_edit_by_hand_is_seen_and_put_back_and_letters_are_as_before(server, inbox, tmp_path):
    account, made = world(server, tmp_path, inbox.port), wanted()
    deploy(account, made)
    tab = server.tab("Orders")
    nodes = {node["id"].removeprefix("shop.orders."): node for node in tab["nodes"]}
    nodes["pause"]["timeout"] = "1"
    nodes["hello.subject"]["template"] = "Changed by hand"
    nodes["pause"]["y"] = 777
    note = {"id": "a", "type": "comment", "name": "Mind this", "x": 40, "y": 40, "wires": []}
    server.put({**tab, "nodes": [*tab["nodes"], note]})
    plan = account.planned(made)
    (edit,) = drift(plan).edits
    fields = [one.path for one in edit.fields]
    assert str(edit.address) == "chain.orders"
    assert fields == ["nodes[hello.subject].template", "nodes[pause].timeout"]
    assert "✗" in render(plan)
    deploy(account, made)
    kept = {node["id"]: node for node in server.tab("Orders")["nodes"]}
    assert kept["shop.orders.pause"]["y"] == 777
    assert kept["a"]["name"] == "Mind this"
    travelled(server, inbox, made, orders(5, seed=3))


def test_who_waits_drops_out_when_the_chain_changes_and_stays_when_another_does(
    server, inbox, tmp_path
):
    account, order = world(server, tmp_path, inbox.port), {"email": "a@example.com", "total": 15}
    slow = PROJECT.replace("wait: 10m", f"wait: {round(PAUSE / MINUTE)}m")
    other = slow + slow[slow.index("  orders:") :].replace("orders", "others")
    deploy(account, wanted(slow))
    assert server.post("/shop/orders/order", order) == 204
    deploy(account, wanted(other))
    assert len(inbox.wait(3)) == len(predicted(wanted(slow), order)) == 3
    for hours in range(2, 12):  # until a change comes in time, on a machine that is at work
        inbox.letters.clear()
        begun = time.monotonic()
        server.post("/shop/orders/order", order)
        plan = deploy(account, wanted(other.replace("wait: 90s", f"wait: {hours}h")))
        if time.monotonic() < begun + PAUSE - 1:
            break
    assert {str(change.kind) for change in plan.changes} == {"replace"}
    assert {str(change.risk) for change in plan.changes} == {"irreversible"}
    time.sleep(max(begun + PAUSE + 2 - time.monotonic(), 0))
    assert inbox.letters == []


DRAWN = """
chains:
  orders:
    title: Orders
    trigger: {event: order, where: {}}
    reentry: {mode: always, concurrent: true}
    steps:
      - split: {arms: {a: {weight: 50, steps: [{send: food}]}, b: {weight: 50}}}
      - webhook: {url: "URL/shop/more/more", body: {email: b@example.com}, headers: {X-From: crm}}
  more:
    title: More
    trigger: {api: more}
    reentry: {mode: always, concurrent: true}
    steps: [{send: last}]
"""


def test_shares_are_drawn_and_webhooks_are_called(server, inbox, tmp_path):
    source = PROJECT[: PROJECT.index("chains:")] + DRAWN.replace("URL", server.root).lstrip()
    account = world(server, tmp_path, inbox.port)
    deploy(account, wanted(source))
    for one in orders(30):
        server.post("/shop/orders/order", one)
    inbox.wait(30, subject="Last")
    assert inbox.count("Last") == 30
    assert 3 < inbox.count("Food") < 27


def test_a_type_of_nodes_that_is_not_there_is_refused(server, tmp_path, inbox):
    source = PROJECT[: PROJECT.index("chains:")] + DRAWN.replace("URL", server.root).lstrip()
    account, path = world(server, tmp_path, inbox.port), f"{server.url}/nodes/node-red/httprequest"
    server.http.put(path, json={"enabled": False}, timeout=20).raise_for_status()
    try:
        _, outcome = account.apply(wanted(source))
    finally:
        server.http.put(path, json={"enabled": True}, timeout=20).raise_for_status()
    (failure,) = outcome.failed
    assert str(failure.change.address) == "chain.orders"
    assert "no nodes of type `http request`" in str(failure.error)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(
    ("user", "count"),
    [pytest.param("SMTP_USER", 1, id="right"), pytest.param("HOME", 0, id="wrong")],
)
def test_the_login_comes_from_the_environment_of_the_server(
    server, locked_inbox, tmp_path, user, count
):
    login = {"user": user, "password": "SMTP_PASSWORD"}
    account = world(server, tmp_path, locked_inbox.port, login=login)
    deploy(account, wanted())
    assert "SMTP_PASSWORD" not in str(server.flows())
    server.post("/shop/orders/order", {"email": "a@example.com", "total": 15, "city": "Moscow"})
    assert len(locked_inbox.wait(count, 10) if count else locked_inbox.wait(1, 3)) == count
