"""Sentences about documents that do not fit the schemas."""

import pytest

from tests.schema.cases import RIGHT, WRONG, condition, found, resource, shape, step, trigger


@pytest.mark.parametrize(("text", "code", "message", "underlined"), WRONG)
def test_one_cause_gives_one_sentence(text, code, message, underlined):
    assert found(text) == [(code, message, underlined)]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_gives_none(text):
    assert found(text) == []


def fixed(text):
    """Return the text after all fixes of its only finding."""
    (finding,) = shape(text).diagnostics
    (fix,) = finding.fixes
    for edit in sorted(fix.edits, key=lambda one: -one.span.start):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text, fix.safety.value


@pytest.mark.parametrize(
    ("text", "wanted", "safety"),
    [
        pytest.param(resource("events", "{titel: x}"), "{title: x}", "safe", id="a key"),
        pytest.param(step("sned: m"), "- send: m", "safe", id="a step"),
        pytest.param(condition("{evnt: e}"), "{event: e}", "safe", id="a condition"),
        pytest.param(trigger("{evnt: e}"), "{event: e}", "safe", id="a trigger"),
        pytest.param("segment: {}\n", "segments: {}", "safe", id="a kind"),
        pytest.param(resource("lists", "{title: 1.10}"), 'title: "1.10"', "safe", id="text"),
        pytest.param(resource("lists", "{purpose: 'sede'}"), "'seed'", "unsafe", id="a choice"),
        pytest.param("events:\n  orderPlaced: {}\n", "order_placed:", "unsafe", id="an id"),
        pytest.param(step("send: cart-1"), "send: cart_1", "unsafe", id="a reference"),
        pytest.param(step("wait: 90 min"), "wait: 90m", "safe", id="minutes"),
        pytest.param(step("wait: 2 days 3 hours"), "wait: 2d 3h", "safe", id="days and hours"),
        pytest.param(step("wait: 3 дня"), "wait: 3d", "safe", id="days in Russian"),
        pytest.param(step('wait: {until: "9:00"}'), '"09:00"', "safe", id="a time"),
        pytest.param(step("wait: {until: {day: 7.1.2026}}"), "2026-01-07", "unsafe", id="a date"),
        pytest.param(
            step("wait: {until: {day: 2026-01-07 9:00}}"),
            "2026-01-07T09:00",
            "unsafe",
            id="a moment",
        ),
        pytest.param(condition("{random: '12,5 %'}"), "12.5%", "safe", id="a share"),
        pytest.param(resource("personas", "{locale: pt_BR}"), "pt-BR", "safe", id="a language"),
    ],
)
def test_a_fix_removes_its_finding(text, wanted, safety):
    after, how = fixed(text)
    assert wanted in after
    assert how == safety
    assert shape(after).diagnostics == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(resource("lists", "{colour: x}"), id="nothing is near"),
        pytest.param(step("wait: soon"), id="not a duration at all"),
        pytest.param("events:\n  Заказ: {}\n", id="an id in Cyrillic"),
        pytest.param(step("wait: {until: '25:00'}"), id="no such hour"),
        pytest.param(step("wait: 90"), id="a unit cannot be guessed"),
    ],
)
def test_there_is_no_fix_when_the_meaning_is_unclear(text):
    (finding,) = shape(text).diagnostics
    assert finding.fixes == ()
    assert finding.help


def test_a_taken_key_is_not_suggested():
    (finding,) = shape(resource("lists", "{title: x, titel: y}")).diagnostics
    assert finding.fixes == ()


def test_broken_names_the_resource_and_no_other():
    text = "events:\n  a: {kind: b}\n  c: {}\nchains:\n  d: {}\nsegments:\n  vip: {list: a}\n"
    assert shape(text).broken == {("events", "a"), ("chains", "d")}


def test_broken_identity_and_settings_have_no_id():
    text = "project: shop\ntimezone: 3\nidentity: {primary: a}\n"
    assert shape(text, "crmspec.yaml").broken == {("project", ""), ("identity", "")}


def test_settings_in_a_resource_file_are_left_to_their_own_code():
    assert found("timezone: UTC\nevents: {}\n") == []
    assert [code for code, _, _ in found("timezone: UTC\nevnts: {}\n")] == ["CRM121"]


def test_settings_without_a_name_are_no_project():
    assert found("timezone: UTC\n", "crmspec.yaml") == [
        ("CRM102", "the file needs the key `project`", "timezone")
    ]


def test_a_project_file_may_hold_resources():
    text = "project: shop\nevents: {e: {kind: b}}\n"
    assert [code for code, _, _ in found(text, "crmspec.yaml")] == ["CRM104"]


def test_two_unknown_keys_give_two_sentences():
    assert [underlined for _, _, underlined in found(resource("tags", "{q: 1, w: 2}"))] == [
        "q",
        "w",
    ]


def test_findings_come_in_the_order_of_the_file():
    spans = [
        d.label.span.start for d in shape(resource("tags", "{w: 1, title: 3, q: 2}")).diagnostics
    ]
    assert spans == sorted(spans)
    assert len(spans) == 3
