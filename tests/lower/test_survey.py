"""What becomes of the elements of a project on a made-up target."""

import pytest
from msgspec.structs import replace

from crmspec.diagnostics import Severity, text
from crmspec.dialect.loss import Loss
from crmspec.lower.capability import Capabilities, Limits, Row, Support
from crmspec.lower.element import FAMILIES
from crmspec.lower.finding import findings
from crmspec.lower.judgement import native
from crmspec.lower.lowering import lower
from crmspec.lower.outcome import Key, unsaid
from crmspec.providers.desired import remarks, undeployed
from crmspec.providers.registry import TABLES, capabilities
from crmspec.render.matrix import PASSES
from crmspec.source import Span
from tests.contract.project import program
from tests.lower.table import TARGET, table

PROJECT = """
events: {signup: {title: Signup}, order: {title: Order}}
channels: {email: {type: email, consent: news}, sms: {type: sms}}
consents: {news: {title: News, channel: email, topics: [tips]}}
frequency: {cap: {title: Cap, applies_to: {}, limits: ["1 per 1d"]}}
goals: {won: {title: Won, event: order}}
messages:
  hello:
    {title: Hello, channel: email, topic: tips, subject: Hi, body: Hi, locales: {ru: {body: Ho}}}
  text: {title: Text, channel: sms, text: Hi}
chains:
  c:
    title: C
    trigger: signup
    SETTINGS
    audience: {all: [{event: order}, {not: {event: signup, within: 1d}}]}
    goal: {goal: won, exits: true}
    exit: [order, {if: {event: order, count: {gte: 3}}, when: step_end}, {no_longer: audience}]
    priority: 70
    steps:
      - {wait: 1mo}
      - {send: [hello, text], only: {event: order}, on_error: exit}
      - {wait: {until: {at: "10:00", weekday: [mon]}}}
      - {wait: {between: {min: 1h, max: 2d}}}
      - {wait_for: {if: {event: order}, then: [{send: text}], timeout: 1d}}
broadcasts:
  all:
    title: All
    audience: {include: [buyers]}
    message: text
    at: "2026-04-01T10:00"
    throttle: 20%/h
segments:
  buyers: {title: Buyers, event: order}
"""


def project(settings="", text=PROJECT):
    return program(text.replace("SETTINGS", settings))


def surveyed(capabilities, settings="", target=TARGET):
    return lower(project(settings), capabilities, target).survey


def names(survey, support):
    found = [one for each in survey.outcomes.values() for one in each]
    return {(one.family, one.element) for one in found if one.support is support}


def test_what_is_all_native_has_no_findings():
    survey = surveyed(table())
    assert not list(findings(survey, table()))
    assert not survey.absent
    assert names(survey, Support.NONE) == set()
    found = (native(survey.program, table(), one) for one in survey.wanted.values())
    has = {(one.family, one.name) for each in found for one in each}
    assert {
        ("wait", "months"),
        ("wait", "at"),
        ("wait", "weekday"),
        ("wait", "between"),
        ("policy", "choice"),
        ("policy", "only"),
        ("policy", "on_error"),
        ("policy", "locales"),
        ("policy", "topic"),
        ("policy", "consent"),
        ("policy", "priority"),
        ("policy", "recheck"),
        ("policy", "exit_event"),
        ("policy", "exit_if"),
        ("policy", "exit_audience"),
        ("policy", "step_end"),
        ("policy", "goal"),
        ("policy", "goal_exit"),
        ("policy", "throttle"),
        ("channel", "sms"),
        ("condition", "not"),
        ("step", "wait_for"),
    } <= has


@pytest.mark.parametrize(
    ("element", "token", "said"),
    [
        pytest.param(("step", "wait_for"), "wait_for", "no `wait_for` step", id="step"),
        pytest.param(("wait", "months"), "1mo", "no wait by `months`", id="wait"),
        pytest.param(("policy", "priority"), "priority", "not take `priority`", id="policy"),
        pytest.param(("policy", "only"), "only", "not take `only`", id="only"),
        pytest.param(("policy", "goal"), "goal", "not take `goal`", id="goal"),
        pytest.param(("policy", "goal_exit"), "exits", "not take `goal_exit`", id="goal exit"),
        pytest.param(("condition", "not"), "not", "no `not` condition", id="condition"),
        pytest.param(("channel", "sms"), "sms", "no `sms` channel", id="channel"),
    ],
)
def test_what_is_lacking_is_an_error_where_it_stands(element, token, said):
    lacking = table({element: "none"})
    found, *_ = findings(surveyed(lacking), lacking)
    assert found.level is Severity.ERROR
    assert said in found.message.english()
    assert found.label.span.end - found.label.span.start == len(token)


def test_what_is_not_written_yet_is_not_said_to_be_lacking():
    said = text("races of Acme are not written yet")
    lacking = table({("step", "wait_for"): Row(Support.NONE, note=said)})
    (found,) = findings(surveyed(lacking), lacking)
    assert (found.level, found.message) == (Severity.ERROR, said)


@pytest.mark.parametrize(
    ("platform", "note"),
    [
        pytest.param("klaviyo", "it counts conversions by itself"),
        pytest.param("knock", "a goal is attached in the dashboard"),
        pytest.param("node_red", "nobody notes that a goal is reached"),
        pytest.param("onesignal", "a goal is set in the dashboard"),
        pytest.param("tryton", "Tryton measures no goals"),
    ],
)
def test_only_a_goal_that_is_to_end_the_chain_is_said_to_end_nothing(platform, note):
    def told(text):
        survey = lower(project(text=text), capabilities(platform), TARGET).survey
        found = [one for one in survey.gaps(Key("chain", "c")) if one.element.startswith("goal")]
        return [one.reason.english() for one in found]

    both, plain = told(PROJECT), told(PROJECT.replace(", exits: true}", "}"))
    assert [note in one for one in both] == [True, False]
    assert ["a goal ends nothing" in one for one in both] == [False, True]
    assert plain == both[:1]


@pytest.mark.parametrize(
    ("support", "wish", "level", "effect"),
    [
        pytest.param("deviates", "error", Severity.ERROR, "manual", id="not agreed"),
        pytest.param("deviates", "degrade", Severity.WARNING, "deviates", id="agreed"),
        pytest.param("deviates", "manual", Severity.WARNING, "manual", id="by hand then"),
        pytest.param("manual", "error", Severity.ERROR, "manual", id="hands not agreed"),
        pytest.param("manual", "manual", Severity.WARNING, "manual", id="by hand"),
        pytest.param("none", "degrade", Severity.WARNING, "manual", id="cannot do without"),
    ],
)
def test_what_is_otherwise_is_as_the_author_wishes(support, wish, level, effect):
    other = table({("policy", "priority"): support})
    survey = surveyed(other, f"on_unsupported: {wish}")
    (found,) = findings(survey, other)
    assert found.level is level
    assert [one.effect for one in remarks(survey)] == [effect]


@pytest.mark.parametrize(
    ("target", "settings", "absent"),
    [
        pytest.param("degrade", "", False, id="the target, before the project"),
        pytest.param("degrade", "on_unsupported: manual", True, id="the resource, before it"),
        pytest.param(None, "on_unsupported: degrade", False, id="the resource alone"),
        pytest.param(None, "", True, id="the project at last"),
    ],
)
def test_who_says_what_is_done_with_what_is_lacking(target, settings, absent):
    other = table({("policy", "priority"): "deviates"})
    survey = surveyed(other, settings, replace(TARGET, on_unsupported=target))
    assert (Key("chain", "c") in survey.absent) is absent


def test_a_step_is_left_out_on_its_own():
    other = table({("step", "wait_for"): "none"})
    survey = surveyed(other, "on_unsupported: degrade")
    (found,) = findings(survey, other)
    assert "the step is left out" in found.help[0].english()
    assert [one.reason.english() for one in remarks(survey)] == ["the `wait_for` step is left out"]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        pytest.param(Limits(steps=5), "takes 5 steps; this chain has 6", id="steps"),
        pytest.param(Limits(branches=1), "takes 1 ways out of a step", id="branches"),
        pytest.param(Limits(terms=1), "takes 1 conditions together; here are 2", id="terms"),
        pytest.param(Limits(shortest_wait=7200), "waits no less than 7200 s", id="short"),
        pytest.param(Limits(longest_wait=86_400), "waits no more than 86400 s", id="long"),
        pytest.param(Limits(name=1), "names of 1 to 1 characters", id="name"),
    ],
)
def test_limits(limits, said):
    limited = table(limits=limits)
    found = list(findings(surveyed(limited), limited))
    assert any(said in one.message.english() for one in found)


def test_what_is_within_limits_is_no_finding():
    most = {"name": 6, "steps": 6, "branches": 2, "terms": 2}
    roomy = table(limits=Limits(**most, shortest_wait=3600, longest_wait=31 * 86_400))
    assert not list(findings(surveyed(roomy), roomy))


def test_a_kind_made_by_hand_is_a_remark():
    other = table({("kind", "segment"): "manual"})
    survey = surveyed(other)
    assert survey.absent
    assert {one.address.kind for one in remarks(survey)} == {"segment", "broadcast"}


def test_what_is_made_by_hand_is_told_of_as_a_whole():
    other = table({("kind", "segment"): "manual", ("condition", "event"): "manual"})
    segments = [one for one in surveyed(other).wanted if one.kind == "segment"]
    survey = surveyed(other)
    assert [one.element for key in segments for one in survey.gaps(key)] == ["segment"]
    lacking = table({("kind", "segment"): "manual", ("condition", "event"): "none"})
    survey = surveyed(lacking)
    assert [one.element for key in segments for one in survey.gaps(key)] == ["segment", "event"]


def test_what_texts_share_and_cannot_say_is_told_of_once():
    loss = Loss(Span("a.html", 0, 1), text("no words"), text("say it otherwise"))
    known = [unsaid(Key("message", one), "acme", loss) for one in ("hello", "text")]
    survey = lower(project(), table(), TARGET, known).survey
    (found,) = findings(survey, table())
    assert (found.code.id, found.label.span.path) == ("CRM602", "a.html")
    assert found.help[0].english() == "say it otherwise"
    assert {one.kind for one in survey.absent} == {"message", "chain", "broadcast"}


def test_kinds_that_go_into_others_are_no_objects():
    other = table({("kind", "channel"): "lowered", ("kind", "goal"): "none"})
    survey = surveyed(other)
    assert not {"channel", "goal"} & survey.kinds
    assert [(one.kind, one.count) for one in undeployed(survey, other, TARGET)] == [("goal", 1)]


@pytest.mark.parametrize("platform", list(TABLES))
def test_every_table_speaks_of_the_whole_language(platform):
    known: Capabilities = capabilities(platform)
    assert known.rows.keys() == FAMILIES.keys()
    for family, rows in known.rows.items():
        assert rows.keys() == set(FAMILIES[family]), family
        for element, row in rows.items():
            told = row.by if row.support is Support.LOWERED else row.note
            assert row.by in {"", *PASSES}
            assert told or row.support in {Support.NATIVE, Support.NONE}, (family, element)
