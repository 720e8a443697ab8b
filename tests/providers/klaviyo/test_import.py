"""What our own encoders wrote comes back: an import of it, and a plan that has nothing to do."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmspec.cli.main import run
from crmspec.engine.difference import differences
from crmspec.engine.resource import Address
from crmspec.engine.wording import worded
from crmspec.lower.outcome import Key
from crmspec.providers.klaviyo.session import VENDOR
from crmspec.providers.klaviyo.wording import authored
from tests.contract import example
from tests.contract.klaviyo import SHOP, KlaviyoStandIn
from tests.contract.test_import import fill
from tests.contract.test_lifecycle import opened, settle, wanted
from tests.providers import way_back
from tests.providers.klaviyo.small import HEAD, TARGET, made

KIND = ("chain", "c")
FLOW = Address(*KIND)
ONCE = {"duration": 1, "unit": "alltime"}


@pytest.fixture
def account(tmp_path, monkeypatch):
    with KlaviyoStandIn(tmp_path / "old") as stand_in:
        fill(stand_in, tmp_path / "old", "case")
        new = example.bare(tmp_path / "new", stand_in)
        target = example.block({"targets": {example.TARGET: example.settings(stand_in)}}, 0)
        head = f"project: shop\ntimezone: UTC\non_unsupported: degrade\n{target}\n"
        (new / "crmspec.yaml").write_text(head, encoding="utf-8")
        monkeypatch.chdir(new)
        monkeypatch.setenv("CRMSPEC_LANG", "en")
        yield stand_in


def crmspec(capsys, *arguments):
    code = run([*arguments, "--target", example.TARGET])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.usefixtures("account")
def test_all_that_we_write_comes_back(capsys):
    code, out, err = crmspec(capsys, "import", "--json")
    told = json.loads(out)
    lost = [one for one in told["losses"] if one["effect"] != "name"]
    assert [(one["kind"], one["reason"]) for one in lost] == [], err
    assert "chain.abandoned_cart" in told["adopted"]
    assert told["templates"] == ["messages/cart_1.html"]
    assert code in {0, 1, 4}
    code, out, err = crmspec(capsys, "plan", "--exit-code")
    assert (code, "no changes" in out) == (0, True), out + err


def test_an_event_of_another_name_there_is_known_by_its_id(tmp_path):
    with KlaviyoStandIn(tmp_path) as stand_in:
        world = opened(stand_in, tmp_path)
        source = SHOP.replace('{title: "Корзина изменена",', "{names: {main: Placed Order},")
        stand_in.knows(["Placed Order"])
        settle(world, source)
        with world.provider() as provider:
            plan = world.plan(wanted(world, source), provider)
            (flow,) = [one for at, one in plan.actual.items() if at.id == "abandoned_cart"]
            assert flow.body["trigger"]["id"] == "Placed Order"
            found = provider.decode(Address("chain", "abandoned_cart"), flow.body)
    assert found["trigger"][0]["event"] == "cart_updated"
    assert "Placed Order" not in json.dumps(found)


def test_an_edited_step_is_pulled(account, capsys, tmp_path):
    crmspec(capsys, "import")
    (flow,) = [f for f in account.kept["flows"].values() if "abandoned" in f["name"]]
    delays = [a for a in flow["definition"]["actions"] if a["type"] == "time-delay"]
    next(a for a in delays if a["data"]["unit"] == "hours")["data"]["value"] = 5
    code, out, err = crmspec(capsys, "pull")
    assert code == 0, out + err
    text = (tmp_path / "new/campaigns/chains/abandoned_cart.yaml").read_text(encoding="utf-8")
    assert "wait: 5h" in text
    code, out, err = crmspec(capsys, "plan", "--exit-code")
    assert (code, "no changes" in out) == (0, True), out + err


PLAIN = HEAD.replace("    names: {main: Placed Order}\n", "")
BACK = [
    pytest.param("[{wait: 90m}, {send: one}, {wait: 2d}]", "", "order", id="a line"),
    pytest.param("[{send: two}, {send: three}, {send: hush}]", "", "order", id="channels"),
    pytest.param(
        "[{wait: {until: {at: '10:30'}}}, {wait: 3d}, {wait: {until: {at: '12:00', weekday: [tue,"
        " wed]}, timezone: Asia/Omsk}}, {send: one}]",
        "",
        "order",
        id="times of day",
    ),
    pytest.param(
        "[{branch: {if: {attribute: tier, eq: gold}, then: [{wait: 1h}]}}, {send: one}]",
        "",
        "order",
        id="ways that meet again",
    ),
    pytest.param(
        "[{branch: {if: {all: [vip, {attribute: score, gt: 3}]}, then: [{exit: no}]}},"
        " {send: one}]",
        "",
        "order",
        id="a way that ends",
    ),
    pytest.param(
        "[{branch: {if: {any: [{trigger: total, gt: 3}, {trigger: kind, eq: a}]},"
        " then: [{wait: 1h}]}}]",
        "",
        "order",
        id="the event",
    ),
    pytest.param(
        "[{split: {arms: {a: {weight: 20, steps: [{wait: 1h}]}, b: {weight: 40},"
        " c: {weight: 40, steps: [{send: one}]}}}}]",
        "",
        "order",
        id="three ways",
    ),
    pytest.param(
        "[{update: {set: {seen: true, score: 3, name: x}, unset: [tier]}}]",
        "",
        "order",
        id="properties",
    ),
    pytest.param("[{list: {add: fans, remove: fans}}]", "", "order", id="lists"),
    pytest.param(
        "[{webhook: {url: 'https://shop.example/x', headers: {A: b}, body: {a: [1]}}}]",
        "",
        "order",
        id="a call",
    ),
    pytest.param("[{wait: 1h}]", "    audience: vip\n    exit: [view]\n", "order", id="who stays"),
    pytest.param(
        "[{wait: 1h}]",
        "    reentry: {mode: always, concurrent: true}\n",
        "{event: order, where: {total: {gt: 3}, kind: a}}",
        id="always again",
    ),
    pytest.param("[{wait: 1h}]", "", "{segment: vip}", id="a segment"),
    pytest.param("[{wait: 1h}]", "", "{list: fans}", id="a list"),
    pytest.param("[]", "", "order", id="nothing"),
    pytest.param(
        "[{branch: {if: vip, then: [{wait: 2h}, {wait: {until: {at: '10:30'}}}], else: [{wait: 3d},"
        " {wait: {until: {at: '10:30'}}}]}}, {send: one}]",
        "",
        "order",
        id="ways that meet at a time of day",
    ),
    pytest.param(
        "[{branch: {if: vip, then: [], else: [{branch: {if: {list: fans}, then: [{exit: no}]}},"
        " {send: two}]}}, {wait: 2w}, {send: one}]",
        "",
        "order",
        id="a way of nothing",
    ),
    pytest.param(
        "[{branch: {if: {event: view, where: {total: {gt: 3}, kind: {in: [a, b]}}, within: 3w,"
        " count: {gte: 2}}, then: [{wait: 1h}]}}, {branch: {if: {event: view, since: chain_start},"
        " then: [{wait: 2h}]}}, {send: one}]",
        "",
        "order",
        id="events",
    ),
    pytest.param(
        "[{send: one}, {wait: 1d}, {branch: {if: {message: one, opened: true, clicked: false},"
        " then: [{send: two}], else: [{send: three}]}}, {branch: {if: {channel: email, opened:"
        " {gte: 2}, within: 30d}, then: [{wait: 2h}]}}, {send: hush}]",
        "",
        "order",
        id="what became of e-mails",
    ),
    pytest.param("[{wait: 1h}]", "    audience: {consent: news}\n", "order", id="a consent"),
    pytest.param(
        "[{branch: {if: {not: {any: [{consent: news}, vip]}}, then: [{wait: 1h}]}},"
        " {branch: {if: {any: [{not: {consent: news}}, {list: fans}]}, then: [{wait: 2h}]}},"
        " {branch: {if: {not: {all: [{consent: texts}, {reachable: push}]}}, then: [{wait: 3h}]}},"
        " {branch: {if: {not: {reachable: email}}, then: [{wait: 4h}]}}, {send: one}]",
        "    audience: {any: [{consent: news}, {reachable: email}, {consent: texts}]}\n",
        "order",
        id="consents and channels",
    ),
]


def said(body, found):
    """Return a flow in the words of the project that it was made of, or of another version."""
    return VENDOR.decode(FLOW, VENDOR.recalled(FLOW, body, found.survey, TARGET))


@pytest.mark.parametrize(("steps", "head", "trigger"), BACK)
def test_a_chain_that_is_read_back_makes_the_same_flow(steps, head, trigger):
    written = f"{PLAIN}chains:\n  c:\n    trigger: {trigger}\n{head}    steps: {steps}\n"
    first = made(written)
    body = VENDOR.normalise(FLOW, first.payloads[Key(*KIND)].body)
    again = said(body, first)
    assert again
    found = {at.id: one for at, one in VENDOR.parts(FLOW, body).items() if at.kind == "message"}
    titles = {name: one for name, one in found.items() if "text" in one}
    others = [one for one in PLAIN.split("\n") if one.strip().partition(":")[0] not in titles]
    text = "\n".join(others).replace("segments:\n", f"{block(titles)}segments:\n")
    compiled = made(f"{text}chains:\n  c: {json.dumps(again)}\n").payloads[Key(*KIND)].body
    assert VENDOR.normalise(FLOW, compiled) == body


DEEDS = st.sampled_from(
    [{"wait": {"for": "1h"}}, {"send": {"message": "one"}}, {"wait": {"for": "2d"}}]
)
LEAVES = st.sampled_from(
    [{"consent": "news"}, {"reachable": "email"}, {"segment": "vip"}, {"event": "view"}]
)


def halves(inside):
    return st.builds(
        lambda one, other: {
            "split": {"arms": {"a": {"weight": 20, "steps": one}, "b": {"weight": 80, **other}}}
        },
        inside,
        inside.map(lambda one: {"steps": one} if one else {}),
    )


@given(way_back.steps(DEEDS, way_back.joined(LEAVES), halves), way_back.joined(LEAVES))
@settings(max_examples=60)
def test_any_chain_that_is_read_back_makes_the_same_flow(steps, audience):
    def compiled(fields):
        found = made(f"{PLAIN}chains:\n  c: {json.dumps(fields)}\n")
        return VENDOR.normalise(FLOW, found.payloads[Key(*KIND)].body), found

    body, found = compiled({"trigger": "order", "audience": audience, "steps": steps})
    again = said(body, found)
    assert again
    assert compiled(again)[0] == body


def lines(before, after, head=""):
    """Return what differs between two chains, by its path in the author's words."""
    (one, _), (two, found) = (read(steps, head) for steps in (before, after))
    told = worded(differences(one, two), one, two, lambda body: said(body, found) or None)
    return {one.path: (one.before, one.after) for one in told}


def read(steps, head):
    found = made(f"{PLAIN}chains:\n  c:\n    trigger: order\n{head}    steps: {steps}\n")
    return VENDOR.normalise(FLOW, found.payloads[Key(*KIND)].body), found


MEET = "[{{branch: {{if: {{event: view, within: {}}}, then: [{{wait: 1h}}]}}}}, {{wait: {}}}]"


@pytest.mark.parametrize(
    ("before", "after", "head", "expected"),
    [
        pytest.param(
            "[{wait: 2d}]",
            "[{wait: 3h}]",
            "    audience: {consent: news}\n",
            {"steps[#1].wait.for": ("2d", "3h")},
            id="beside a consent",
        ),
        pytest.param(
            MEET.format("7d", "2d"),
            MEET.format("7d", "3h"),
            "",
            {"steps[#2].wait.for": ("2d", "3h")},
            id="after ways that meet again",
        ),
        pytest.param(
            MEET.format("7d", "2d"),
            MEET.format("70d", "2d"),
            "",
            {"steps[#1].branch.cases[#1].if.within": ("7d", "70d")},
            id="days",
        ),
    ],
)
def test_what_a_plan_says_is_in_the_words_of_the_chain(before, after, head, expected):
    assert lines(before, after, head) == expected


def block(messages):
    return "".join(f"  {name}: {json.dumps(one)}\n" for name, one in messages.items())


DELAY = {"id": "1", "type": "time-delay", "data": {"unit": "days", "value": 1}, "links": {}}
ODD = [
    pytest.param({"type": "metric", "id": "Placed Order"}, [], id="a name that is no id"),
    pytest.param({"type": "date", "id": "x"}, [], id="a trigger of theirs"),
    pytest.param({"type": "list", "id": "XyZ"}, [], id="a list of others"),
    pytest.param(
        {"type": "metric", "id": "order"},
        [DELAY | {"data": {"unit": "hours", "value": 1, "delay_until_time": "10:00:00"}}],
        id="hours and a time of day",
    ),
    pytest.param(
        {"type": "metric", "id": "order"},
        [DELAY | {"data": {"unit": "days", "value": 0, "delay_until_time": "10:00:00"}}],
        id="this very day",
    ),
    pytest.param(
        {"type": "metric", "id": "order"}, [DELAY | {"type": "ab-test"}], id="an action of theirs"
    ),
    pytest.param(
        {"type": "metric", "id": "order"},
        [DELAY | {"type": "list-update", "data": {"status": "manual"}}],
        id="a status of its own",
    ),
    pytest.param(
        {"type": "metric", "id": "order"}, [DELAY, DELAY | {"id": "2"}], id="no way to it"
    ),
    pytest.param(
        {"type": "metric", "id": "order"},
        [DELAY | {"links": {"next": "1"}}],
        id="a ring",
    ),
]


@pytest.mark.parametrize(("trigger", "actions"), ODD)
def test_a_flow_that_has_no_words_is_left(trigger, actions):
    body = {"trigger": trigger, "reentry_criteria": ONCE, "actions": actions}
    assert VENDOR.decode(FLOW, body) == {}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("a {{ person.tier }}", "a {{ profile.tier }}", id="a property"),
        pytest.param('{{ event.x|default_if_none:"" }}', "{{ event.x }}", id="of the event"),
        pytest.param(
            '{{ person.first_name|default:"you"|safe }}',
            '{{ profile.first_name | default("you") }}',
            id="or else",
        ),
        pytest.param("{% unsubscribe_link %}", "{{ links.unsubscribe }}", id="a link"),
        pytest.param("{{ person.a.b }}", None, id="a path of theirs"),
        pytest.param("{% if x %}", None, id="a condition"),
        pytest.param("{# x #}", None, id="a comment"),
        pytest.param("{{ person.a|upper }}", None, id="a filter"),
        pytest.param(None, None, id="no text"),
    ],
)
def test_texts(words, expected):
    assert authored(words) == expected


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        pytest.param(
            {
                "method": "throttled",
                "datetime": "2027-04-01T07:00:00+00:00",
                "throttle_percentage": 20,
            },
            {"at": "2027-04-01T07:00", "timezone": "UTC", "throttle": "20%/h"},
            id="a share every hour",
        ),
        pytest.param(
            {"method": "smart_send_time", "date": "2027-04-01"},
            {"at": "2027-04-01", "optimize_send_time": True},
            id="the best hour of a day",
        ),
    ],
)
def test_a_campaign_that_is_spread_comes_back(strategy, expected):
    body = {
        "audiences": {"included": [{"$ref": "segment.vip"}]},
        "message": {"template_id": {"$ref": "message.one"}},
        "send_strategy": strategy,
    }
    found = VENDOR.decode(Address("broadcast", "spring"), body)
    assert found == {"audience": {"include": ["vip"]}, "message": "one", **expected}


@pytest.mark.parametrize(
    "strategy",
    [
        pytest.param({"method": "ab_test_campaign"}, id="a method of theirs"),
        pytest.param({"method": "throttled"}, id="from no moment"),
        pytest.param({"method": "static", "datetime": "2027-04-01T07:00:00+03:00"}, id="a zone"),
    ],
)
def test_a_campaign_that_has_no_words_is_left(strategy):
    held = {"template_id": {"$ref": "message.one"}}
    body = {"audiences": {"included": [{"$ref": "segment.vip"}]}, "message": held}
    spring = Address("broadcast", "spring")
    assert VENDOR.decode(spring, body | {"send_strategy": {"method": "immediate"}})
    assert VENDOR.decode(spring, body | {"send_strategy": strategy}) == {}


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        pytest.param({"type": "html", "data": {"content": "<p>x</p>"}}, "<p>x</p>", id="html"),
        pytest.param({"type": "html", "data": {"content": "{% if x %}"}}, None, id="a condition"),
        pytest.param({"type": "button", "data": {"content": "x"}}, None, id="a button"),
    ],
)
def test_universal_content(definition, expected):
    found = VENDOR.decode(Address("block", "x"), {"definition": definition})
    assert found.get("template") == expected


def test_messages_that_cannot_be_read_are_left_out():
    message = {"name": "x", "body": "{% if x %}"}
    action = {"id": "1", "type": "send-sms", "data": {"message": message}, "links": {}}
    assert VENDOR.parts(FLOW, {"actions": [action]}) == {}


FLOWS = """chains:
  c:
    title: C
    trigger: cart_updated
    audience: {consent: news}
    steps:
      - send: cart_1
      - branch: {if: {event: order_placed, within: 7d}, then: [{wait: 2h}]}
      - wait: 3d
      - send: cart_1
"""


def test_a_step_after_ways_that_meet_is_pulled_beside_a_consent(account, capsys, tmp_path):
    crmspec(capsys, "import")
    file = tmp_path / "new/campaigns/c.yaml"
    file.write_text(f"consents:\n  news: {{title: News, channel: email}}\n{FLOWS}", "utf-8")
    code, out, err = crmspec(capsys, "apply", "--yes")
    assert code == 0, out + err
    (flow,) = [f for f in account.kept["flows"].values() if "/c " in f["name"]]
    for action in flow["definition"]["actions"]:
        if action["type"] == "time-delay" and action["data"]["unit"] == "days":
            action["data"]["value"] = 5
    code, out, err = crmspec(capsys, "drift")
    assert "steps[#3].wait.for: 3d → 5d" in out, out + err
    code, out, err = crmspec(capsys, "pull")
    assert code == 0, out + err
    assert file.read_text("utf-8").endswith(FLOWS.replace("wait: 3d", "wait: 5d"))
    code, out, err = crmspec(capsys, "plan", "--exit-code")
    assert (code, "no changes" in out) == (0, True), out + err
