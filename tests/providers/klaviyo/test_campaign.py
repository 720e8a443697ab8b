"""Broadcasts as campaigns: what is asked of them, and how they are made, changed and sent."""

from __future__ import annotations

import pytest

from crmspec.engine.error import TargetUnusableError
from crmspec.engine.resource import Address
from crmspec.lower.outcome import Key
from tests.contract.klaviyo import SHOP, KlaviyoStandIn
from tests.contract.test_lifecycle import opened, settle, wanted
from tests.providers.klaviyo.small import HEAD, made
from tests.providers.klaviyo.test_session import Strange

SPRING = Address("broadcast", "spring")


def mailing(more, audience="{include: [vip]}", message="one"):
    """Return the campaign of a broadcast, and the reasons why it is not as written."""
    text = f"{HEAD}broadcasts:\n  b: {{audience: {audience}, message: {message}, {more}}}\n"
    found = made(text)
    key = Key("broadcast", "b")
    return found.payloads[key].body, [gap.reason.english() for gap in found.survey.gaps(key)]


def static(moment, **options):
    return {"method": "static", "datetime": moment} | ({"options": options} if options else {})


@pytest.mark.parametrize(
    ("more", "strategy"),
    [
        pytest.param('at: "2027-04-01T10:00"', static("2027-04-01T10:00:00+00:00"), id="UTC"),
        pytest.param(
            'at: "2027-07-01T10:00", timezone: Europe/Berlin',
            static("2027-07-01T08:00:00+00:00"),
            id="a zone",
        ),
        pytest.param(
            'at: "2027-04-01T10:00", timezone: profile',
            static("2027-04-01T10:00:00+00:00", is_local=True),
            id="everybody's own clock",
        ),
        pytest.param(
            'at: "2027-04-01T10:00", timezone: profile, if_past: send_now',
            static(
                "2027-04-01T10:00:00+00:00", is_local=True, send_past_recipients_immediately=True
            ),
            id="everybody's own clock, or at once",
        ),
        pytest.param("title: B", {"method": "immediate"}, id="at once"),
    ],
)
def test_when(more, strategy):
    body, gaps = mailing(more)
    assert body["send_strategy"] == strategy
    assert gaps == []


def test_to_whom_and_what():
    body, _ = mailing("title: B", "{include: [vip], exclude: [vip]}")
    vip = {"$ref": "segment.vip"}
    assert body["audiences"] == {"included": [vip], "excluded": [vip]}
    assert body["message"]["content"] == {
        "subject": "Hi",
        "from_email": "hello@shop.example",
        "from_label": "Shop",
        "reply_to_email": "re@shop.example",
    }
    assert body["message"]["template_id"] == {"$ref": "message.one"}
    assert body["message"]["label"].startswith("one (one@")


@pytest.mark.parametrize(
    ("exceed", "count"), [pytest.param("skip", 1, id="asked"), pytest.param("delay", 0, id="not")]
)
def test_who_is_over_a_rule_is_excluded(exceed, count):
    rule = (
        f'{{title: Cap, limits: ["2 per 7d"], applies_to: {{channels: [email]}}, exceed: {exceed}}}'
    )
    text = HEAD.replace("one: {channel: email, category: transactional", "one: {channel: email")
    text += f"frequency: {{cap: {rule}}}\n"
    text += "broadcasts: {b: {audience: {include: [vip]}, message: one}}\n"
    found = made(text)
    excluded = found.payloads[Key("broadcast", "b")].body["audiences"].get("excluded", [])
    helpers = [one for key, one in found.payloads.items() if key.id.startswith("crmspec__")]
    assert len(excluded) == len(helpers) == count
    assert all("Received Email" in str(one.body) for one in helpers)


def test_what_is_not_sent_so():
    _, gaps = mailing("title: B", message="three")
    assert gaps == ["campaigns of Klaviyo are written for e-mails alone yet"]


@pytest.mark.parametrize(
    ("more", "strategy"),
    [
        pytest.param(
            'at: "2027-07-01T10:00", timezone: Europe/Berlin, throttle: 20%/h',
            {
                "method": "throttled",
                "datetime": "2027-07-01T08:00:00+00:00",
                "throttle_percentage": 20,
            },
            id="a share every hour",
        ),
        pytest.param(
            'at: "2027-07-01T10:00", optimize_send_time: true',
            {"method": "smart_send_time", "date": "2027-07-01"},
            id="the best hour of a day",
        ),
    ],
)
def test_a_campaign_that_is_spread_deviates(more, strategy):
    body, (gap,) = mailing(more)
    assert body["send_strategy"] == strategy
    assert "semantics 8." in gap


@pytest.mark.parametrize(
    ("more", "method", "reason"),
    [
        pytest.param("throttle: 20%/h", "immediate", "from one moment `at` on", id="at once"),
        pytest.param(
            'at: "2027-07-01T10:00", throttle: 30%/h',
            "static",
            "33, 50 percent",
            id="another share",
        ),
        pytest.param('at: "2027-07-01T10:00", throttle: 20%/d', "static", "hour", id="by day"),
        pytest.param('at: "2027-07-01T10:00", throttle: 900/h', "static", "percent", id="a count"),
        pytest.param(
            'at: "2027-07-01T10:00", timezone: profile, throttle: 20%/h',
            "static",
            "the same for all",
            id="everybody's own clock",
        ),
        pytest.param(
            'at: "2027-07-01T10:00", optimize_send_time: true, throttle: 20%/h',
            "smart_send_time",
            "from one moment",
            id="both",
        ),
        pytest.param(
            "optimize_send_time: true", "immediate", "write `at`", id="the hour of no day"
        ),
    ],
)
def test_what_klaviyo_does_not_spread_so(more, method, reason):
    body, gaps = mailing(more)
    assert body["send_strategy"]["method"] == method
    assert any(reason in gap for gap in gaps)


@pytest.fixture
def account(tmp_path):
    with KlaviyoStandIn(tmp_path) as stand_in:
        yield opened(stand_in, tmp_path)


def campaigns(account):
    return list(account.stand_in.kept["campaigns"].values())


def calls(account, method):
    return [
        one.path.split("/")[2]
        for one in account.stand_in.log
        if one.method == method and one.path.startswith("/api/campaign")
    ]


def test_a_campaign_gets_its_marker_last(account):
    settle(account)
    assert calls(account, "POST") == ["campaigns", "campaign-message-assign-template"]
    assert calls(account, "PATCH") == ["campaign-messages", "campaigns"]
    (one,) = campaigns(account)
    assert one["name"] == "Весна [shop/spring]"


def test_a_campaign_that_was_begun_is_gone_on_with(account):
    handle = account.stand_in.handle

    def broken(exchange):
        if "assign-template" in exchange.path:
            return account.stand_in.refusal(409, "not now")
        return handle(exchange)

    account.stand_in.handle = broken
    _, outcome = account.apply(wanted(account))
    assert [one.change.address for one in outcome.failed] == [SPRING]
    assert [one["name"] for one in campaigns(account)] == ["Весна [shop/spring …]"]
    account.stand_in.handle = handle
    settle(account)
    assert [one["name"] for one in campaigns(account)] == ["Весна [shop/spring]"]


@pytest.mark.parametrize(
    ("old", "new", "patched", "copied"),
    [
        pytest.param("T10:00", "T12:00", ["campaigns"], [], id="the moment"),
        pytest.param('ждёт"\n    file', 'тут"\n    file', ["campaign-messages"], [], id="subject"),
        pytest.param(
            'title: "Корзина 1"',
            'title: "Корзина"',
            ["campaign-messages"],
            ["campaign-message-assign-template"],
            id="the letter",
        ),
    ],
)
def test_only_what_differs_is_changed(account, old, new, patched, copied):
    settle(account)
    account.stand_in.log.clear()
    plan = settle(account, SHOP.replace(old, new))
    assert calls(account, "PATCH") == patched
    assert calls(account, "POST") == copied
    cost = next(one.cost.calls for one in plan.changes if one.address == SPRING)
    assert set(patched) <= {name.split()[1] for name in cost}


def test_a_scheduled_campaign_is_taken_back_and_scheduled_anew(account):
    world = opened(account.stand_in, account.folder, activate="live")
    settle(world)
    assert [one["status"] for one in campaigns(world)] == ["Scheduled"]
    account.stand_in.log.clear()
    plan = settle(world, SHOP.replace("T10:00", "T12:00"))
    assert calls(account, "PATCH") == ["campaign-send-jobs", "campaigns"]
    assert calls(account, "POST") == ["campaign-send-jobs"]
    assert {"PATCH campaign-send-jobs", "POST campaign-send-jobs"} <= set(plan.cost.calls)


def test_archived_campaigns_do_not_count(account):
    settle(account)
    campaigns(account)[0]["archived"] = True
    assert SPRING in {one.address for one in account.planned(wanted(account)).changes}


def test_a_strange_campaign_is_not_worked_with(tmp_path):
    found = {"id": "x", "attributes": {"name": "x", "status": "Draft"}}
    with (
        Strange({"data": found}) as stand_in,
        opened(stand_in, tmp_path).provider() as provider,
        pytest.raises(TargetUnusableError),
    ):
        provider.find(SPRING, "x")


@pytest.mark.parametrize("source", [None, SHOP.replace('"Корзина ждёт"', '"Ждём"')])
def test_a_campaign_that_vanishes_meanwhile(account, source):
    settle(account)
    handle = account.stand_in.handle

    def gone(exchange):
        if exchange.method == "GET" and exchange.path.startswith("/api/campaigns/"):
            return account.stand_in.refusal(404, "gone")
        return handle(exchange)

    if source is None:
        settle(account, "{}")
    account.stand_in.handle = gone
    _, outcome = account.apply(wanted(account, source))
    assert SPRING in {one.change.address for one in outcome.failed}
    account.stand_in.handle = handle
