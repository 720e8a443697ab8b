"""Sentences about documents that do not fit the schemas."""

import json

import pytest

from crmspec.ir.program import KEYS
from crmspec.ir.value import Resource
from crmspec.schema.library import source
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
        pytest.param(condition("{evnt: e}"), "{event: e}", "unsafe", id="a condition"),
        pytest.param(trigger("{evnt: e}"), "{event: e}", "safe", id="a trigger"),
        pytest.param("segment: {}\n", "segments: {}", "safe", id="a kind"),
        pytest.param(resource("lists", "{title: 1.10}"), 'title: "1.10"', "safe", id="text"),
        pytest.param(resource("lists", "{purpose: 'sede'}"), "'seed'", "unsafe", id="a choice"),
        pytest.param("events:\n  orderPlaced: {}\n", "order_placed:", "unsafe", id="an id"),
        pytest.param(step("send: cart-1"), "send: cart_1", "unsafe", id="a reference"),
        *[
            pytest.param(
                condition(f"{{attribute: a, {wrong}: {operand}}}"), f"{right}:", "unsafe", id=wrong
            )
            for wrong, right, operand in (
                ("nin", "not_in", "[gold]"),
                ("newer_than", "within_last", "3d"),
                ("not_within_last", "older_than", "3d"),
                ("min", "gte", "3"),
                ("max", "lte", "3"),
                ("ge", "gte", "3"),
                ("le", "lte", "3"),
                ("equals", "eq", "3"),
                ("=", "eq", "3"),
                ("'>='", "gte", "3"),
                ("at_most", "lte", "3"),
                ("gtee", "gte", "3"),
            )
        ],
        pytest.param(
            condition("{event: e, where: {total: {min: 1000}}}"),
            "{gte: 1000}",
            "unsafe",
            id="where",
        ),
        pytest.param(condition("and: [a]"), "- all: [a]", "unsafe", id="and"),
        pytest.param(condition("or: [a]"), "- any: [a]", "unsafe", id="or"),
        pytest.param(condition("{event: e, withn: 3d}"), "within: 3d", "unsafe", id="a period"),
        *[
            pytest.param(step(f"{{send: m, {key}: vip}}"), "only: vip", "unsafe", id=f"step {key}")
            for key in ("when", "only_if", "if")
        ],
        pytest.param(step("{send: m, titel: x}"), "title: x", "safe", id="a title of a step"),
        pytest.param(
            "segments:\n  s: {titel: x, list: a}\n", "{title: x", "safe", id="a title of a segment"
        ),
        pytest.param(step("wait: 1M"), "wait: 1m", "unsafe", id="a month or a minute"),
        pytest.param(step("wait: 1м"), "wait: 1m", "unsafe", id="the same in Russian"),
        pytest.param(step("wait: 6H"), "wait: 6h", "unsafe", id="a capital unit"),
        pytest.param(
            condition("{attribute: a, weekday: Mon}"), "weekday: mon", "safe", id="a word's case"
        ),
        pytest.param(
            condition("{attribute: a, weekday: monday}"), "weekday: mon", "safe", id="a weekday"
        ),
        pytest.param(
            step("wait: {until: {day: 2026-1-7}}"), "2026-01-07", "safe", id="a date without zeros"
        ),
        pytest.param(
            condition("{attribute: a, in: gold}"), "in: [gold]", "safe", id="one value of a list"
        ),
        pytest.param(
            resource("broadcasts", "{audience: a, message: m, repeat: 'FREQ=DAILY'}"),
            'repeat: {rrule: "FREQ=DAILY"}',
            "safe",
            id="a recurrence rule as a cron line",
        ),
        pytest.param(
            resource("targets", "{platform: p, credentials: {ENV: X}}"),
            "{env: X}",
            "safe",
            id="a capital key",
        ),
        pytest.param(step("wait: 90 min"), "wait: 90m", "safe", id="minutes"),
        pytest.param(step("wait: 2 days 3 hours"), "wait: 2d 3h", "safe", id="days and hours"),
        pytest.param(step("wait: 3 дня"), "wait: 3d", "safe", id="days in Russian"),
        pytest.param(step('wait: {until: "9:00"}'), '"09:00"', "safe", id="a time"),
        pytest.param(step("wait: {until: {day: 7.1.2026}}"), "2026-01-07", "unsafe", id="a date"),
        pytest.param(
            step("wait: {until: {day: 2026-01-07 9:00}}"),
            "2026-01-07T09:00",
            "safe",
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


def helps(text):
    (finding,) = shape(text).diagnostics
    return [one.english() for one in finding.help]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(step("task: {name: x}"), "the key `title` is missing here", id="missing"),
        pytest.param(
            step("jump: {to: c, max: 2, if: x}"),
            "nothing else may stand here; remove it",
            id="all keys are taken",
        ),
        pytest.param("segments:\n  s: [a, b]\n", "put it below `all:`", id="a segment as a list"),
        pytest.param(
            condition("{consent: mail, is: true}"), "allowed: `never_subscribed`", id="no quotes"
        ),
        pytest.param(step("wait: 1M"), "`m` is minutes, `mo` is months", id="minutes or months"),
        pytest.param(
            resource("targets", "{platform: p, naming: '{x}'}"),
            "name `{title}` or `{id}`, or both; there is `{project}` besides",
            id="placeholders",
        ),
        pytest.param(
            resource("targets", "{platform: p, naming: '{project}'}"),
            "name `{title}` or `{id}`, or both; there is `{project}` besides",
            id="one name for all",
        ),
        pytest.param(
            resource("events", "{properties: {a: enum}}"),
            "write `{type: enum, values: […]}`, or `directory:` instead of `values:`",
            id="enum in short",
        ),
        pytest.param(
            step("webhook: {url: u, headers: {Authorization: Basic abc}}"),
            "write `auth: {env: NAME}` beside `headers`",
            id="a header",
        ),
        pytest.param(
            resource("targets", "{platform: p, credentials: {key: abc}}"),
            "write `{env: NAME}`",
            id="a secret",
        ),
    ],
)
def test_the_help_says_what_to_do(text, wanted):
    assert any(one.startswith(wanted) for one in helps(text))


def test_a_secret_is_not_repeated():
    (finding,) = shape(resource("targets", "{platform: p, credentials: {k: s3cret}}")).diagnostics
    said = [finding.message, *finding.help]
    assert not any("s3cret" in one.english() for one in said)


@pytest.mark.parametrize("value", ['"echo s3cret"', "s3cret", "735103", "[echo, 735103]"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(resource("targets", "{platform: p, credentials: {command: @}}"), id="one"),
        pytest.param(
            resource("targets", "{platform: p, credentials: {key: {command: @}}}"), id="a"
        ),
    ],
)
def test_a_command_is_not_repeated(text, value):
    (finding,) = shape(text.replace("@", value)).diagnostics
    said = " ".join(one.english() for one in (finding.message, *finding.help))
    assert "s3cret" not in said
    assert "735103" not in said
    assert "must be" in said
    assert finding.fixes == ()
    assert ("write the program and each argument as an item" in said) is ("[" not in value)


def test_a_typo_and_a_missing_key_are_two_causes():
    text = "chains:\n  c: {titel: x, trigger: e}\n"
    assert [code for code, _, _ in found(text)] == ["CRM102", "CRM101"]


def test_brackets_are_not_put_around_what_they_would_divide():
    (finding,) = shape("segments:\n  s:\n    attribute: a\n    in: gold, silver\n").diagnostics
    assert finding.fixes == ()


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


COMMON = {
    "title": "T",
    "description": "D",
    "owner": "crm",
    "tags": ["t"],
    "status": "draft",
    "stage": "s",
    "names": {"t": "n"},
    "targets": ["t"],
    "on_unsupported": "manual",
    "prevent_destroy": True,
    "ownership": {"title": "ui"},
    "extensions": {"t": {}},
}


@pytest.mark.parametrize("kind", KEYS)
def test_every_kind_may_have_the_keys_of_all(kind):
    assert COMMON.keys() == set(Resource.__struct_fields__) - {"place", "id"}
    schema = source(kind)
    example = COMMON | schema["examples"][0]
    text = json.dumps({KEYS[kind]: {schema["x-crmspec-example"]: example}})
    assert found(text) == []
