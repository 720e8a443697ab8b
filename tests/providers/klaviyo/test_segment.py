"""Conditions as Klaviyo has them, and the way back."""

from __future__ import annotations

import pytest

from crmspec.providers.klaviyo.clause import MOST
from crmspec.providers.klaviyo.filter import negated, numeric
from crmspec.providers.klaviyo.segment import decode_segment
from tests.providers.klaviyo.small import HEAD, findings, made, resources, segment, told

GAP = ["deviates"]


@pytest.mark.parametrize(
    ("condition", "expected", "gaps"),
    [
        pytest.param("{attribute: tier, eq: gold}", ["['tier'] equals gold"], [], id="equal"),
        pytest.param(
            "{attribute: tier, neq: gold}",
            ["['tier'] not-equals gold | ['tier'] not-set"],
            [],
            id="unequal, or missing",
        ),
        pytest.param(
            "{not: {attribute: tier, neq: gold}}", ["['tier'] equals gold"], [], id="not unequal"
        ),
        pytest.param("{attribute: name, eq: Ann}", ["['name'] equals Ann"], GAP, id="text"),
        pytest.param(
            "{attribute: name, eq: Ann, case: sensitive}",
            ["['name'] equals Ann"],
            [],
            id="text, letters told apart",
        ),
        pytest.param(
            "{attribute: name, not_starts_with: A, case: sensitive}",
            ["['name'] not-starts-with A | ['name'] not-set"],
            [],
            id="the beginning of a text",
        ),
        pytest.param(
            "{attribute: name, contains_any: [a, b], case: sensitive}",
            ["['name'] contains a | ['name'] contains b"],
            [],
            id="one of several in a text",
        ),
        pytest.param(
            "{attribute: mail, ends_with: example, case: sensitive}",
            ["email ends-with example"],
            [],
            id="a standard attribute",
        ),
        pytest.param(
            "{attribute: rank, gte: 8}",
            ["['Rank of all'] greater-than-or-equal 8"],
            [],
            id="an attribute of another name",
        ),
        pytest.param(
            "{not: {attribute: score, gte: 80}}",
            ["['score'] less-than 80 | ['score'] not-set"],
            [],
            id="not an order: or it is missing",
        ),
        pytest.param("{attribute: score, eq: 5}", ["['score'] equals 5"], [], id="a number"),
        pytest.param(
            "{attribute: score, between: [1, 5]}",
            ["['score'] greater-than-or-equal 1", "['score'] less-than-or-equal 5"],
            [],
            id="between",
        ),
        pytest.param(
            "{attribute: score, in: [1, 5]}",
            ["['score'] equals 1 | ['score'] equals 5"],
            [],
            id="one of several numbers",
        ),
        pytest.param(
            "{attribute: tier, not_in: [gold, silver]}",
            ["['tier'] not-in ['gold', 'silver'] | ['tier'] not-set"],
            [],
            id="none of several",
        ),
        pytest.param("{attribute: seen, is: true}", ["['seen'] equals True"], [], id="yes"),
        pytest.param(
            "{attribute: seen, neq: true}",
            ["['seen'] equals False | ['seen'] not-set"],
            [],
            id="not yes",
        ),
        pytest.param("{attribute: score, missing: true}", ["['score'] not-set"], [], id="missing"),
        pytest.param(
            "{attribute: langs, contains_all: [ru, en], case: sensitive}",
            ["['langs'] contains ru", "['langs'] contains en"],
            [],
            id="a list with all of them",
        ),
        pytest.param(
            "{attribute: langs, contains_none: [ru, en], case: sensitive}",
            [
                "['langs'] not-contains ru | ['langs'] not-set",
                "['langs'] not-contains en | ['langs'] not-set",
            ],
            [],
            id="a list with none of them",
        ),
        pytest.param("{segment: vip}", ["in segment.vip"], [], id="in a segment"),
        pytest.param("{not: vip}", ["not in segment.vip"], [], id="not in a segment"),
        pytest.param("{list: fans}", ["in list.fans"], [], id="in a list"),
        pytest.param(
            "{list: fans, joined: {within: 30d}}",
            ["in list.fans in-the-last 30 day"],
            [],
            id="in a list for some days",
        ),
        pytest.param(
            "{segment: vip, joined: {older_than: 1w}}",
            ["in segment.vip at-least 1 week"],
            [],
            id="in a segment for a week and more",
        ),
        pytest.param(
            "{event: order, within: 90d}",
            ["Placed Order greater-than 0 in-the-last 90 day"],
            [],
            id="an event",
        ),
        pytest.param(
            "{not_event: order, within: 1mo}",
            ["Placed Order equals 0 in-the-last 30 day"],
            GAP,
            id="no event in a month",
        ),
        pytest.param(
            "{event: view, count: {gte: 3}, between_ago: [2d, 30d]}",
            ["view greater-than-or-equal 3 between 2 30 day"],
            [],
            id="events some time ago",
        ),
        pytest.param(
            "{event: order, where: {total: {gte: 10}, kind: a}}",
            ["Placed Order greater-than 0 alltime total greater-than-or-equal 10 kind equals a"],
            [],
            id="an event of a kind",
        ),
        pytest.param(
            "{any: [{all: [{segment: vip}, {list: fans}]}, {event: view}]}",
            [
                "in segment.vip | view greater-than 0 alltime",
                "in list.fans | view greater-than 0 alltime",
            ],
            [],
            id="all of any",
        ),
        pytest.param(
            "{none: [{segment: vip}, {list: fans}]}",
            ["not in segment.vip", "not in list.fans"],
            [],
            id="none",
        ),
        pytest.param(
            "{channel: email, opened: true, within: 90d}",
            ["Opened Email greater-than 0 in-the-last 90 day"],
            [],
            id="an e-mail opened",
        ),
        pytest.param(
            "{channel: email, clicked: false, received: {gte: 2}}",
            ["Received Email greater-than-or-equal 2 alltime", "Clicked Email equals 0 alltime"],
            [],
            id="e-mails received, none clicked",
        ),
        pytest.param("{reachable: email}", ["email may any"], GAP, id="reachable"),
        pytest.param("{not: {reachable: sms}}", ["sms may not any"], GAP, id="not reachable"),
        pytest.param("{consent: news}", ["email may subscribed"], GAP, id="a consent"),
        pytest.param(
            "{not: {consent: news}}",
            ["email may not any | email may never_subscribed"],
            GAP,
            id="no consent",
        ),
        pytest.param(
            "{message: one, opened: true}",
            ["Opened Email greater-than 0 alltime Campaign Name contains (one@"],
            GAP,
            id="a message opened",
        ),
    ],
)
def test_conditions(condition, expected, gaps):
    body, found = segment(condition)
    assert told(body["definition"]) == expected
    assert found == gaps


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("{attribute: points, gte: 1}", id="a default"),
        pytest.param("{attribute: name, matches: a+}", id="a pattern"),
        pytest.param("{attribute: name, eq: '{{ event.total }}'}", id="a template"),
        pytest.param("{attribute: name, contains_any: [1, a]}", id="a number in a text"),
        pytest.param("{attribute: score, in: [1, a]}", id="numbers and texts"),
        pytest.param("{attribute: score, between: [a, b]}", id="between texts"),
        pytest.param("{attribute: langs, eq: ru}", id="a list as a text"),
        pytest.param("{attribute: tier, has_been: {eq: gold, for: 3d}}", id="has been"),
        pytest.param("{event: order, sum: {property: total, gte: 5}}", id="a sum"),
        pytest.param("{event: order, within: 90m}", id="minutes"),
        pytest.param("{event: order, between_ago: [90m, 3h]}", id="between minutes"),
        pytest.param("{event: order, count: {in: [a]}}", id="a count of no number"),
        pytest.param(
            "{event: order, where: {kind: {neq: a}}}", id="a property that may be missing"
        ),
        pytest.param("{event: order, where: {word: {matches: a}}}", id="a property like a pattern"),
        pytest.param("{event: order, since: chain_start}", id="since the customer came in"),
        pytest.param("{segment: vip, joined: {within: 90m}}", id="minutes in a segment"),
        pytest.param("{not: {segment: vip, joined: {within: 9d}}}", id="not for days"),
        pytest.param("{channel: sms, clicked: true}", id="what became of an SMS"),
        pytest.param("{channel: email, replied: true}", id="a reply"),
        pytest.param("{reachable: voice}", id="a channel that is not there"),
        pytest.param("{consent: wide}", id="a consent to no channel"),
        pytest.param("{consent: texts, is: unsubscribed}", id="a consent taken back"),
        pytest.param("{message: two, opened: true}", id="a push opened"),
        pytest.param("{trigger: total, gt: 3}", id="an event that started nothing"),
        pytest.param("{all: []}", id="everybody"),
        pytest.param("{any: []}", id="nobody"),
    ],
)
def test_what_is_not_asked(condition):
    _, found = segment(condition)
    assert "none" in found


def test_conditions_that_would_be_endless():
    leaves = [
        f"{{attribute: {name}, between: [1, {n}]}}"
        for n in range(5, 9)
        for name in ("score", "rank")
    ]
    _, found = segment(f"{{any: [{', '.join(leaves)}]}}")
    assert 2 ** len(leaves) > MOST
    assert found == ["none"]


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param({"attribute": "tier", "eq": "gold"}, id="equal"),
        pytest.param({"not": {"attribute": "score", "gte": 80}}, id="not an order"),
        pytest.param({"not": {"attribute": "seen", "eq": True}}, id="not yes"),
        pytest.param({"attribute": "email", "exists": True}, id="there"),
        pytest.param({"segment": "vip"}, id="a segment"),
        pytest.param({"not": {"list": "fans"}}, id="not a list"),
        pytest.param({"event": "view", "within": "90d"}, id="an event"),
        pytest.param({"not": {"event": "view"}}, id="never"),
        pytest.param({"event": "view", "count": {"gte": 3}}, id="how often"),
        pytest.param({"any": [{"segment": "vip"}, {"list": "fans"}]}, id="any"),
        pytest.param({"all": [{"segment": "vip"}, {"list": "fans"}]}, id="all"),
    ],
)
def test_the_way_back(condition):
    text = HEAD.replace("  mail: {title", "  email: {title")
    found = made(f"{text}  x: {condition}\n")
    body = next(one.body for key, one in found.payloads.items() if key.id == "x")
    assert decode_segment(body) == condition


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("{event: order}", id="a metric of another name"),
        pytest.param("{attribute: rank, gte: 8}", id="a property of another name"),
        pytest.param("{segment: vip, joined: {within: 9d}}", id="for some days"),
        pytest.param("{event: view, between_ago: [2d, 30d]}", id="some time ago"),
        pytest.param("{consent: news}", id="a consent"),
        pytest.param("{any: [{consent: news}, {segment: vip}]}", id="or a consent"),
    ],
)
def test_what_has_no_words_of_ours_stays_away(condition):
    body, _ = segment(condition)
    assert decode_segment(body) == {}


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"type": "string", "operator": "regex", "value": "a"}, id="a pattern"),
        pytest.param({"type": "date", "operator": "after", "date": "2026-01-01"}, id="a day"),
    ],
)
def test_filters_that_only_people_write(asked):
    one = {"type": "profile-property", "property": "properties['tier']", "filter": asked}
    gone = one | {"filter": {"type": "existence", "operator": "not-set"}}
    for conditions in ([one], [one, gone]):
        assert (
            decode_segment({"definition": {"condition_groups": [{"conditions": conditions}]}}) == {}
        )
    assert decode_segment({}) == {}


def test_the_opposite_of_several_clauses_is_one():
    one, other = numeric("greater-than", 1), numeric("less-than", 9)
    (clause,) = negated([[one], [other]])
    asked = [row.holds.get("operator") for row in clause]
    assert asked == ["less-than-or-equal", "not-set", "greater-than-or-equal", "not-set"]


def test_lists():
    found = resources(
        "lists: {a: {title: A}, b: {title: B, opt_in: single}, c: {title: C, opt_in: double}}\n"
    )
    ways = [found[f"list.{id_}"].body["opt_in_process"] for id_ in "abc"]
    assert ways == ["double_opt_in", "single_opt_in", "double_opt_in"]
    level, words = findings("lists: {a: {title: A, domains: [shop.example]}}\n")[0]
    assert (level, words) == ("error", "lists of Klaviyo hold profiles, not domains")
