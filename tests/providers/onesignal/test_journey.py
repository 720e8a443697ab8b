"""Chains as journeys."""

from __future__ import annotations

import pytest

from crmspec.lower.outcome import Key
from tests.providers.onesignal.small import HEAD, chain, findings, made, resources, told


def drawn(nodes):
    """Return nodes as a short text: names, and the ways of each in brackets."""
    return " ".join(map(_drawn, nodes))


def _drawn(node):
    name = node["client_node_id"]
    if "branches" not in node:
        return name
    return f"{name}({' | '.join(drawn(one['nodes']) for one in node['branches'])})"


def spots(gaps):
    return [one for one, _ in gaps]


STEPS = "{id: a, wait: 1h}"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param("[{id: a, wait: 1h}, {send: one}]", "a send_email", id="in order"),
        pytest.param("[{wait: 1h}, {note: x}, {wait: 2h}]", "wait wait_2", id="names of their own"),
        pytest.param(
            "[{wait: 1h}, {id: wait, wait: 2h}]", "wait_2 wait", id="the author's names come first"
        ),
        pytest.param(
            "[{id: b, branch: {if: best, then: [{id: x, send: one}], else: [{id: y, send: two}]}},"
            " {id: z, wait: 1h}]",
            "b(x | y) z",
            id="ways meet again",
        ),
        pytest.param(
            "[{id: b, branch: {cases: [{if: best, then: [{id: x, send: one}]},"
            " {if: {not: best}, then: [{id: y, send: two}]}], else: [{id: z, wait: 1h}]}}]",
            "b(x | b_2(y | z))",
            id="cases one after another",
        ),
        pytest.param(
            "[{id: b, branch: {if: best, then: [{exit: done}]}}, {id: z, wait: 1h}, {exit: end},"
            " {wait: 9h}]",
            "b( | z)",
            id="what follows a way that ends is in the others",
        ),
        pytest.param(
            "[{id: s, split: {arms: {a: {weight: 50, steps: [{exit: done}]}, b: {weight: 30},"
            " c: {weight: 20, steps: [{id: x, wait: 1h}]}}}}, {id: z, wait: 1h}]",
            "s( | z | x z_2)",
            id="in all of the others",
        ),
        pytest.param(
            "[{id: f, wait_for: {first_of: [{if: {event: order}, then: [{id: x, wait: 1h}]}],"
            " timeout: 1d}}, {id: z, wait: 1h}]",
            "f(x) z",
            id="a wait goes on in time or not",
        ),
        pytest.param(
            "[{id: f, wait_for: {first_of: [{if: {event: order}}, {if: best}], timeout: 1d,"
            " otherwise: [{exit: late}]}}, {id: z, wait: 1h}]",
            "f(z | z_2)",
            id="a wait that ends when the time is up",
        ),
        pytest.param(
            "[{id: f, wait_for: {first_of: [{if: {event: order}, then: [{exit: x}]}]}},"
            " {id: z, wait: 1h}]",
            "f()",
            id="a wait without end, after which nothing follows",
        ),
        pytest.param(
            "[{id: f, wait_for: {first_of: [{if: best, then: [{exit: x}]}], timeout: 1d}}]",
            "f()",
            id="nothing follows at all",
        ),
    ],
)
def test_nodes(steps, expected):
    body, gaps = chain(steps)
    assert (drawn(body["nodes"]), gaps) == (expected, [])


def only(steps, **more):
    body, gaps = chain(steps, **more)
    (node,) = body["nodes"]
    return node, gaps


@pytest.mark.parametrize(
    ("after", "leaves"),
    [
        pytest.param(", {wait: 1d}", False, id="something comes after the branch"),
        pytest.param("", True, id="nothing comes after the branch"),
        pytest.param(", {exit: done}", True, id="the chain ends after the branch"),
    ],
)
def test_who_waited_in_vain_goes_on_with_what_comes_after_the_fork(after, leaves):
    waiting = "{wait_for: {first_of: [{if: {event: order}, then: [{wait: 1h}]}], timeout: 30m}}"
    body, _ = chain(f"[{{branch: {{if: best, then: [{waiting}]}}}}{after}]")
    race = body["nodes"][0]["branches"][0]["nodes"][0]
    assert race["expiration"]["exits"] is leaves


def test_a_wait_and_its_label():
    node, _ = only("[{title: Pause, wait: 90m}]")
    assert node == {
        "client_node_id": "wait",
        "annotation": "Pause",
        "kind": "wait",
        "duration_seconds": 5400,
    }


def test_a_wait_for_an_event():
    node, gaps = only(
        "[{wait_for: {first_of: [{if: {event: order, where: {total: {gt: 5}, kind: a}}}],"
        " timeout: 30m, otherwise: [{exit: late}]}}]"
    )
    assert gaps == []
    assert node["expiration"] == {"duration_seconds": 1800, "exits": True}
    assert node["branches"][0]["condition"] == {
        "kind": "event_trigger",
        "name": "order",
        "attributes": [
            [
                {"key": "total", "operator": "greater", "value": "5"},
                {"key": "kind", "operator": "is", "value": "a"},
            ]
        ],
    }


@pytest.mark.parametrize(
    ("condition", "place"),
    [
        pytest.param("{message: one, opened: true}", 0, id="opened"),
        pytest.param("{message: one, opened: false}", 1, id="not opened"),
        pytest.param("{not: {message: one, opened: true}}", 1, id="the opposite"),
    ],
)
def test_a_reaction_to_what_was_sent(condition, place):
    body, gaps = chain(
        f"[{{id: m, send: one}}, {{branch: {{if: {condition}, then: [{{id: x, wait: 1h}}]}}}}]"
    )
    node = body["nodes"][1]
    assert gaps == []
    assert node["branches"][0]["condition"] == {
        "kind": "on_notification_action",
        "action": "opened",
        "client_node_id": "m",
    }
    assert [bool(way["nodes"]) for way in node["branches"]].index(True) == place


def test_a_reaction_to_what_another_way_has_sent():
    body, gaps = chain(
        "[{branch: {if: best, then: [{id: x, send: one}], else: [{id: y, send: two}]}},"
        " {wait_for: {first_of: [{if: {message: two, clicked: true}}], timeout: 1d}}]"
    )
    assert gaps == []
    assert body["nodes"][1]["branches"][0]["condition"]["client_node_id"] == "y"


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(
            "[{branch: {if: {message: one, opened: true}, then: [{wait: 1h}]}}, {send: one}]",
            id="before it is sent",
        ),
        pytest.param(
            "[{send: one}, {branch: {if: {message: one, opened: {gte: 2}}, then: [{wait: 1h}]}}]",
            id="a number of times",
        ),
        pytest.param(
            "[{send: one}, {branch: {if: {message: one, opened: true, clicked: true},"
            " then: [{wait: 1h}]}}]",
            id="two at once",
        ),
        pytest.param(
            "[{send: one}, {branch: {if: {all: [best, {message: one, opened: true}]},"
            " then: [{wait: 1h}]}}]",
            id="and a segment",
        ),
        pytest.param(
            "[{branch: {if: {event: order, since: chain_start}, then: [{wait: 1h}]}}]",
            id="an event since the start",
        ),
        pytest.param("[{send: [two, one]}]", id="one of several messages"),
        pytest.param("[{switch: {value: {attribute: tier}, cases: {gold: []}}}]", id="a switch"),
        pytest.param("[{webhook: {url: 'https://shop.example'}}]", id="a webhook"),
        pytest.param("[{wait: {until: {working_day: true, at: '10:00'}}}]", id="a working day"),
        pytest.param("[{wait: {until: {at: '23:50'}}}]", id="a quarter of an hour over midnight"),
        pytest.param("[{update: {increment: {score: 1}}}]", id="an increase"),
        pytest.param("[{update: {set: {score: now}}}]", id="a moment in a tag"),
        pytest.param("[{update: {set: {mail: x}}}]", id="an address"),
        pytest.param(
            "[{wait_for: {first_of: [{if: {event: order}, then: [{exit: bought}]}], timeout: 1d}},"
            " {send: one}]",
            id="ways out of a wait that go on only when the time is up",
        ),
        pytest.param(
            "[{wait_for: {first_of: [{if: {event: order}}], timeout: 1d,"
            " otherwise: [{send: one}]}}]",
            id="steps when the time is up",
        ),
        pytest.param(
            "[{wait_for: {first_of: [{if: {event: order}}], since: chain_start}}]",
            id="what was before the wait",
        ),
        pytest.param(
            "[{wait_for: {first_of: [{if: {event: order, count: {gte: 2}}}]}}]", id="two events"
        ),
        pytest.param(
            "[{wait_for: {first_of: [{if: {event: order, sum: {property: total, gte: 2}}}]}}]",
            id="a sum",
        ),
        pytest.param(
            "[{send: one}, {wait_for: {first_of: [{if: {message: one, opened: false}}]}}]",
            id="what does not happen",
        ),
        pytest.param(
            "[{send: one}, {send: two}, {wait_for: {first_of: [{if: {message: one, opened: true}},"
            " {if: {message: two, clicked: true}}]}}]",
            id="two reactions",
        ),
        pytest.param(
            "[{split: {arms: {"
            + ", ".join(f"a{n}: {{weight: {4 if n else 20}}}" for n in range(21))
            + "}}}]",
            id="a split into too many",
        ),
    ],
)
def test_what_journeys_lack(steps):
    _, gaps = chain(steps)
    assert "none" in spots(gaps)


def test_a_journey_does_not_grow_without_end():
    fork = (
        "{split: {arms: {a: {weight: 40}, b: {weight: 40}, c: {weight: 20, steps: [{exit: x}]}}}}"
    )
    _, gaps = chain(f"[{', '.join([fork] * 10)}, {{wait: 1h}}]")
    assert ("none", "OneSignal would get more than 500 nodes") in gaps


def test_tags():
    node, gaps = only("[{update: {set: {score: 10, vip: true}, unset: [city]}}]")
    assert gaps == []
    assert node["assignments"] == {"score": "10", "is_vip": "true", "city": ""}


# -- who enters, again, and leaves ------------------------------------------------------------


@pytest.mark.parametrize(
    ("trigger", "expected", "gaps"),
    [
        pytest.param("{api: go}", {"kind": "event_trigger", "name": "go"}, [], id="a call"),
        pytest.param("visit", {"kind": "event_trigger", "name": "site_visit"}, [], id="an event"),
        pytest.param(
            "{event: order, where: {total: {exists: true}, kind: {neq: a}}}",
            {
                "kind": "event_trigger",
                "name": "order",
                "attributes": [
                    [
                        {"key": "total", "operator": "exists"},
                        {"key": "kind", "operator": "is_not", "value": "a"},
                    ]
                ],
            },
            [],
            id="an event with properties",
        ),
        pytest.param(
            "{event: order, where: {kind: [a, b]}}",
            {"kind": "event_trigger", "name": "order"},
            ["none"],
            id="one of several values",
        ),
        pytest.param(
            "{segment: best, backfill: true}",
            {
                "kind": "segment",
                "included_segment_ids": [{"$ref": "segment.best"}],
                "future_additions_only": False,
            },
            [],
            id="a segment with those who are there",
        ),
        pytest.param(
            "{segment: best}",
            {
                "kind": "segment",
                "included_segment_ids": [{"$ref": "segment.best"}],
                "future_additions_only": True,
            },
            ["deviates"],
            id="a segment",
        ),
        pytest.param(
            "{segment: best, transition: left, backfill: true}",
            {
                "kind": "segment",
                "included_segment_ids": [{"$ref": "segment.best"}],
                "future_additions_only": False,
            },
            ["none"],
            id="leaving a segment",
        ),
        pytest.param(
            "[{api: go}, visit]", {"kind": "event_trigger", "name": "go"}, ["none"], id="two"
        ),
    ],
)
def test_who_enters(trigger, expected, gaps):
    body, found = chain(trigger=trigger)
    assert (body["audience"], spots(found)) == (expected, gaps)


def test_another_trigger_is_none_of_onesignal():
    body, gaps = chain(trigger="{schedule: {cron: '0 9 * * *'}}")
    assert "audience" not in body
    assert "none" in spots(gaps)


def test_the_audience_is_asked_first():
    head = "    audience: best\n    recheck: entry\n"
    body, gaps = chain(head=head)
    assert drawn(body["nodes"]) == "audience(wait | )"
    assert spots(gaps) == ["deviates"]
    again = "    reentry: {mode: after, after: 1d, concurrent: true}\n"
    assert chain(head=head + again)[1] == []


def test_the_audience_is_asked_before_each_send():
    body, _ = chain("[{id: m, send: one}, {id: n, send: two}]", head="    audience: best\n")
    assert drawn(body["nodes"]) == "audience(branch( | m branch_2( | n)) | )"


@pytest.mark.parametrize(
    ("again", "expected", "gaps"),
    [
        pytest.param("never", None, [], id="never"),
        pytest.param("{mode: always, concurrent: true}", 600, ["deviates"], id="always"),
        pytest.param("{mode: after, after: 7d, concurrent: true}", 604_800, [], id="after a while"),
        pytest.param("{mode: after, after: 7d}", 604_800, ["deviates"], id="not at once"),
        pytest.param("{mode: after_exit, after: 7d}", 604_800, ["deviates"], id="from leaving"),
        pytest.param("{mode: after, after: 1mo}", 2_592_000, ["deviates"], id="a month"),
        pytest.param(
            "{mode: always, concurrent: true, limit: 3}", 600, ["none", "deviates"], id="a limit"
        ),
    ],
)
def test_who_enters_again(again, expected, gaps):
    body, found = chain(head=f"    reentry: {again}\n")
    rules = None if expected is None else {"duration_seconds": expected}
    assert (body.get("reentry_rules"), spots(found)) == (rules, gaps)


@pytest.mark.parametrize(
    ("leaving", "expected", "gaps"),
    [
        pytest.param("[order]", {"on_event": {"name": "order"}}, [], id="an event"),
        pytest.param(
            "[{if: best}, order, {if: {segment: best}}]",
            {
                "on_event": {"name": "order"},
                "on_segment": {"included_segment_ids": [{"$ref": "segment.best"}] * 2},
            },
            [],
            id="an event and segments",
        ),
        pytest.param("[order, visit]", {"on_event": {"name": "order"}}, ["none"], id="two events"),
        pytest.param(
            "[{event: order, where: {total: 1}}]", None, ["none"], id="an event with properties"
        ),
        pytest.param("[{no_longer: audience}]", None, ["none"], id="the audience"),
        pytest.param(
            "[{event: order, when: step_end}]",
            {"on_event": {"name": "order"}},
            ["none"],
            id="not at once",
        ),
    ],
)
def test_who_leaves(leaving, expected, gaps):
    body, found = chain("[{send: one}]", head=f"    exit: {leaving}\n")
    rules = None if expected is None else {"rules": expected}
    assert body.get("early_exit") == rules
    assert sorted(set(spots(found))) == gaps


@pytest.mark.parametrize(
    ("hours", "expected", "support"),
    [
        pytest.param(
            '{from: "21:00", to: "09:30"}',
            {"start": {"hour": 9, "minute": 30}, "end": {"hour": 21, "minute": 0}},
            "deviates",
            id="over midnight",
        ),
        pytest.param(
            '{from: "21:00", to: "09:00", ttl: 14h}',
            {"start": {"hour": 9, "minute": 0}, "end": {"hour": 21, "minute": 0}},
            "deviates",
            id="a ttl that never ends",
        ),
        pytest.param('{from: "21:00", to: "09:00", ttl: 11h}', None, "none", id="a ttl"),
        pytest.param('{from: "13:00", to: "15:00"}', None, "none", id="by day"),
        pytest.param('{from: "21:00", to: "09:00", fallback: skip}', None, "none", id="skipped"),
    ],
)
def test_quiet_hours(hours, expected, support):
    steps = "[{id: m, send: sale}]"
    body, gaps = chain(steps, head=f"    quiet_hours: {hours}\n")
    assert support in spots(gaps)
    assert drawn(body["nodes"]) == ("time_window m" if expected else "m")
    if expected:
        assert body["nodes"][0]["windows"] == [expected]
        assert body["nodes"][0]["use_user_time_zone"] is True
    assert (
        drawn(chain("[{id: m, send: one}]", head=f"    quiet_hours: {hours}\n")[0]["nodes"]) == "m"
    )


def calm(chain_hours, channel_hours='{from: "21:00", to: "10:00"}'):
    """Return the windows before a send in quiet hours of the chain and of the channel."""
    text = HEAD.replace('{from: "21:00", to: "09:00"}', channel_hours)
    text = text.replace("segments:", "  held: {channel: calm, text: Hi}\nsegments:")
    head = f"    quiet_hours: {chain_hours}\n" if chain_hours else ""
    steps = "[{id: m, send: held}, {id: n, send: quiet}]"
    text += f"chains:\n  c:\n    trigger: {{api: go}}\n{head}    steps: {steps}\n"
    body, gaps = told(made(text), "chain", "c")
    assert [one["client_node_id"] for one in body["nodes"]][-2:] == ["m", "n"]
    return [one["windows"][0] for one in body["nodes"][:-2]], spots(gaps)


def span(start, end):
    return {"start": {"hour": start, "minute": 0}, "end": {"hour": end, "minute": 0}}


@pytest.mark.parametrize(
    ("chain_hours", "windows", "support"),
    [
        pytest.param("", [span(10, 21)], "deviates", id="alone"),
        pytest.param('{from: "22:00", to: "09:00"}', [span(10, 21)], "deviates", id="longer"),
        pytest.param('{from: "20:00", to: "09:00"}', [span(10, 20)], "deviates", id="both"),
        pytest.param(
            '{from: "22:00", to: "09:00", timezone: Asia/Omsk}', [], "none", id="of two zones"
        ),
    ],
)
def test_quiet_hours_of_a_channel(chain_hours, windows, support):
    found, gaps = calm(chain_hours)
    assert found == windows
    assert support in gaps


TEN = {"start": {"hour": 10, "minute": 0}, "end": {"hour": 10, "minute": 15}}


@pytest.mark.parametrize(
    ("wait", "windows", "zone"),
    [
        pytest.param("{until: {at: '10:00'}}", [TEN], ("UTC", True), id="a time of day"),
        pytest.param(
            "{until: {at: '10:00', weekday: [sun, tue]}, timezone: Asia/Omsk}",
            [TEN | {"day_of_week": 2}, TEN | {"day_of_week": 7}],
            ("Asia/Omsk", False),
            id="on some days, there",
        ),
        pytest.param(
            "{until: {at: '10:00'}, timezone: account}", [TEN], ("UTC", False), id="of the account"
        ),
    ],
)
def test_waits_until_a_time_of_day(wait, windows, zone):
    body, gaps = chain(f"[{{id: m, wait: {wait}}}, {{send: one}}]")
    node = body["nodes"][0]
    assert (node["client_node_id"], node["kind"]) == ("m", "time_window")
    assert node["windows"] == windows
    assert (node["time_zone"], node["use_user_time_zone"]) == zone
    assert set(spots(gaps)) == {"deviates"}


def test_quiet_hours_of_one_zone():
    hours = '{from: "21:00", to: "09:00", timezone: Europe/Moscow}'
    body, _ = chain("[{send: sale}]", head=f"    quiet_hours: {hours}\n")
    assert body["nodes"][0]["time_zone"] == "Europe/Moscow"
    assert body["nodes"][0]["use_user_time_zone"] is False


def test_shares_drawn_together():
    one = "{split: {salt: s, arms: {a: {weight: 50}, b: {weight: 50}}}}"
    assert spots(chain(f"[{one}]")[1]) == []
    assert "deviates" in spots(chain(f"[{one}, {one}]")[1])


def test_what_is_left_out_is_told_and_left_out():
    steps = "[{webhook: {url: 'https://shop.example'}}, {wait: 1h}]"
    text = f"{HEAD}chains:\n  c:\n    trigger: {{api: go}}\n    steps: {steps}\n"
    body = resources(text, settings="on_unsupported: degrade\n")["chain.c"].body
    assert drawn(body["nodes"]) == "wait"
    assert any("webhooks that are set up in the dashboard" in words for _, words in findings(text))


def test_broadcasts_are_for_people():
    one = '{audience: {include: [best]}, message: one, at: "2026-04-01T10:00"}'
    text = f"{HEAD}broadcasts:\n  b: {one}\n"
    assert "broadcast.b" not in resources(text, settings="on_unsupported: manual\n")
    assert any("by hand only" in words for _, words in findings(text))


def test_a_message_in_two_languages_is_two_templates_and_a_question():
    many = (
        "messages:\n  many: {channel: sms, category: transactional, text: Hi,"
        " locales: {ru: {text: RU}}}\n"
    )
    head = HEAD.replace("messages:\n", many)
    found = made(f"{head}chains: {{c: {{trigger: {{api: go}}, steps: [{{send: many}}]}}}}\n")
    body, gaps = told(found, "chain", "c")
    assert gaps == []
    first, other = body["nodes"][0]["branches"]
    (segment,) = first["condition"]["included_segment_ids"]
    filters = found.payloads[Key(*segment["$ref"].split("."))].body["filters"]
    assert filters == [{"field": "language", "relation": "=", "value": "ru"}]
    sent = [way["nodes"][0]["template_id"]["$ref"] for way in (first, other)]
    assert sent == ["message.many__ru", "message.many"]


def test_what_happened_is_marked_by_a_journey():
    text = f"{HEAD}  lately: {{event: order, within: 7d, where: {{total: {{gte: 5}}}}}}\n"
    found = resources(text, settings="on_unsupported: degrade\n")
    (journey,) = [one.body for at, one in found.items() if at.startswith("chain.")]
    assert journey["audience"]["attributes"][0][0]["key"] == "total"
    assert journey["reentry_rules"] == {"duration_seconds": 600}
    first, wait, last = journey["nodes"]
    (name,) = first["assignments"]
    assert last["assignments"] == {name: ""}
    assert wait["expiration"] == {"duration_seconds": 7 * 86_400}  # and then goes on
    assert found["segment.lately"].body["filters"][0]["key"] == name
    assert not any(at.startswith("chain.") for at in resources(text))
