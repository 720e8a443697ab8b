"""Questions about segments that systems work out too late."""

import pytest

from crmspec.rules import race

SHOP = """
events: {asked: {}, answered: {}}
attributes:
  age: {type: integer}
  asks: {type: integer, computed: {event: asked, aggregate: count}}
consents: {ads: {channel: email}}
channels: {email: {type: email, consent: ads}}
messages:
  ad: {channel: email, subject: S, body: B}
  second: {channel: email, subject: S, body: B}
"""
SEGMENT = "segments: {askers: {%s, refresh: %s}}"
FIRST = "event: asked, count: {gte: 1}"
BRANCH = "{branch: {if: {segment: askers}, then: [{send: ad}], else: [{send: second}]}}"


def chain(steps, more="", trigger="asked"):
    return f"chains: {{c: {{trigger: {trigger}, {more} steps: [{steps}]}}}}"


def told(often):
    return (
        "`c` asks about `askers` right after `asked` changes it, but it is worked out"
        f" once {often}: by the old answer customers get something else"
    )


@pytest.mark.parametrize(
    ("segment", "found", "often"),
    [
        pytest.param(SEGMENT % (FIRST, "daily"), chain(BRANCH), "a day", id="a branch"),
        pytest.param(
            SEGMENT % (FIRST, "weekly"), chain(f"{{wait: 3d}}, {BRANCH}"), "a week", id="days later"
        ),
        pytest.param(
            SEGMENT % (FIRST, "hourly"),
            chain("{send: ad, unless: {segment: askers}}, {send: second}"),
            "an hour",
            id="a step",
        ),
        pytest.param(
            SEGMENT % (FIRST, "daily"),
            chain("{send: ad}", "audience: askers,"),
            "a day",
            id="entry",
        ),
        pytest.param(
            SEGMENT % ("attribute: asks, gte: 1", "daily"), chain(BRANCH), "a day", id="computed"
        ),
        pytest.param(
            "segments: {askers: {event: asked, refresh: daily}, all_askers: {all: [askers]}}",
            chain(BRANCH.replace("askers", "all_askers")),
            "a day",
            id="through another segment",
        ),
        pytest.param(
            SEGMENT % ("not_event: asked", "daily"),
            chain("{send: ad, unless: {segment: askers}}"),
            "a day",
            id="one that the event ends",
        ),
        pytest.param(
            SEGMENT % ("event: asked, count: {gte: 3}", "daily"),
            chain("{send: ad, only: {segment: askers}}"),
            "a day",
            id="a step that is passed the third time",
        ),
        pytest.param(
            SEGMENT % ("event: asked, count: {gte: 3}", "daily"),
            chain(BRANCH),
            "a day",
            id="the third time",
        ),
        pytest.param(
            SEGMENT % (FIRST, "daily"),
            chain(f"{BRANCH}, {{wait: 2h}}, {BRANCH}"),
            "a day",
            id="asked twice, told once",
        ),
    ],
)
def test_found(findings, segment, found, often):
    (one,) = findings(race, SHOP, segment, found)
    assert one[0] == told(often)
    assert one[2] == ["realtime"]


@pytest.mark.parametrize(
    ("segment", "found"),
    [
        pytest.param(SEGMENT % (FIRST, "realtime"), chain(BRANCH), id="at once"),
        pytest.param(f"segments: {{askers: {{{FIRST}}}}}", chain(BRANCH), id="nobody said how"),
        pytest.param(
            SEGMENT % (FIRST, "hourly"), chain(f"{{wait: 1h}}, {BRANCH}"), id="an hour later"
        ),
        pytest.param(
            SEGMENT % ("event: answered", "daily"), chain(BRANCH), id="another event changes it"
        ),
        pytest.param(
            SEGMENT % (FIRST, "daily"),
            chain(
                "{branch: {if: {segment: askers}, then: [{note: x}]}}, {send: ad}", "status: draft,"
            ),
            id="a draft",
        ),
        pytest.param(
            SEGMENT % (FIRST, "daily"), chain(BRANCH, trigger="{form: ad}"), id="no event starts it"
        ),
        pytest.param(
            SEGMENT % (FIRST, "daily"),
            chain("{send: ad, only: {segment: askers, joined: {within: 1d}}}"),
            id="since when",
        ),
        pytest.param(
            SEGMENT % (FIRST, "daily"),
            chain(BRANCH, "audience: {all: [{attribute: age, lt: 1}, {attribute: age, gt: 9}]},"),
            id="nobody enters",
        ),
        pytest.param(
            SEGMENT % (FIRST, "daily"),
            chain("{send: ad, only: {any: [askers, {not: {segment: askers}}]}}"),
            id="no difference",
        ),
    ],
)
def test_not_found(findings, segment, found):
    assert findings(race, SHOP, segment, found) == []


def test_two_questions_about_a_segment_are_tried(findings):
    many = (
        "chains: {"
        + ", ".join(
            f"c{n}: {{trigger: asked, priority: {n}, steps: [{{send: ad, only:"
            f" {{any: [{{attribute: age, gte: 1}}, {{attribute: age, missing: true}},"
            f" {{segment: askers}}]}}}}]}}"
            for n in range(3)
        )
        + "}"
    )
    assert findings(race, SHOP, SEGMENT % (FIRST, "daily"), many) == []
