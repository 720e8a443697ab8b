"""Environments: the values of variables, what is put over resources, accounts kept apart."""

from textwrap import dedent

import pytest

from crmspec.document import (
    absent,
    environments,
    interpolate,
    overlaid,
    read,
    shared,
    unused,
    variables,
)

PATH = "crmspec.yaml"


def documents(text):
    result = read(PATH, dedent(text).encode())
    assert result.diagnostics == ()
    return list(result.documents), {PATH: result.source}


def told(findings, sources):
    return [
        (
            one.code.id,
            sources[PATH].text[one.label.span.start : one.label.span.end],
            one.message.english(),
        )
        for one in findings
    ]


def judged(text, environment="prod"):
    found, sources = documents(text)
    known = environments(found)
    given, findings = variables(found, known.get(environment), known)
    return {name: one.value for name, one in given.items()}, told(findings, sources), findings


@pytest.mark.parametrize(
    ("declared", "given", "value"),
    [
        pytest.param("3", "{}", 3, id="a bare value is the default"),
        pytest.param("3", "{a: 4}", 4, id="the environment's value comes first"),
        pytest.param("3", "{a: 4.5}", 4.5, id="a number need not be whole"),
        pytest.param("{default: x}", "{}", "x", id="a default"),
        pytest.param("{type: string}", "{a: x}", "x", id="no default, but a value"),
        pytest.param("{type: integer}", "{a: 3}", 3, id="a whole number"),
        pytest.param("true", "{a: false}", False, id="no is a value"),
        pytest.param("{description: any}", "{a: [x]}", None, id="a shape that is judged elsewhere"),
        pytest.param("{type: odd}", "{a: x}", "x", id="a type that is judged elsewhere"),
        pytest.param("null", "{a: x}", "x", id="a default that is judged elsewhere"),
    ],
)
def test_a_variable_has_the_value_of_the_environment_or_its_default(declared, given, value):
    values, findings, _ = judged(
        f"vars: {{a: {declared}, x-b: 1}}\nenvironments: {{prod: {{vars: {given}}}}}"
    )
    assert values == {"a": value}
    assert findings == []


@pytest.mark.parametrize(
    ("declared", "given", "place", "message"),
    [
        pytest.param("3", "{a: x}", "x", "`a` must be a number", id="text for a number"),
        pytest.param("x", "{a: 3}", "3", "`a` must be text", id="a number for text"),
        pytest.param("3", "{a: true}", "true", "`a` must be a number", id="yes for a number"),
        pytest.param(
            "true", "{a: 1}", "1", "`a` must be `true` or `false`", id="a number for yes or no"
        ),
        pytest.param(
            "{type: integer}", "{a: 1.5}", "1.5", "`a` must be a whole number", id="declared type"
        ),
        pytest.param(
            "{type: string, default: 3}", "{}", "3", "`a` must be text", id="its own default"
        ),
    ],
)
def test_a_value_of_another_type_is_found_where_it_stands(declared, given, place, message):
    values, findings, _ = judged(
        f"vars: {{a: {declared}}}\nenvironments: {{prod: {{vars: {given}}}}}"
    )
    assert findings == [("CRM030", place, message)]
    assert values == {"a": None}


def test_a_value_that_is_missing_is_found_where_it_should_be():
    _, findings, (found,) = judged("vars: {a: {type: string}}\nenvironments: {prod: {}}")
    assert findings == [("CRM029", "prod", "the variable `a` has no value in `prod`")]
    assert len(found.related) == 1


@pytest.mark.parametrize(
    ("rest", "hint"),
    [
        pytest.param("", "give it a `default`", id="no environments"),
        pytest.param("\nenvironments: {prod: {}, x-old: {}}", "choose one of `prod`", id="some"),
    ],
)
def test_without_an_environment_there_are_only_defaults(rest, hint):
    _, findings, (found,) = judged("vars: {a: {type: string}}" + rest, None)
    assert findings == [("CRM029", "a", "the variable `a` has no value")]
    assert hint in found.help[0].english()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("sitte", "did you mean `site`?", id="a typing error"),
        pytest.param("zzz", "define it under `vars`", id="unknown"),
    ],
)
def test_an_environment_gives_no_values_to_unknown_variables(name, hint):
    _, findings, (found,) = judged(
        f"vars: {{site: x}}\nenvironments: {{prod: {{vars: {{{name}: y}}}}}}"
    )
    assert findings == [("CRM026", name, f"the variable `{name}` is not defined")]
    assert hint in found.help[0].english()


def test_what_uses_a_variable_without_value_is_left_out_in_silence():
    found, _ = documents("messages: {a: {subject: '${vars.x}'}, b: {subject: y}}")
    (filled,), findings = interpolate(found, {"x": None})
    assert filled.data == {"messages": {"b": {"subject": "y"}}}
    assert findings == []


def test_a_variable_that_nothing_uses_is_found():
    found, sources = documents("vars: {a: 1, b: 2}\nevents: {e: {title: '${vars.a}'}}")
    given, _ = variables(found, None)
    assert told(unused(given, sources), sources) == [
        ("CRM028", "b", "nothing uses the variable `b`")
    ]


BASE = """\
messages: {hello: {subject: Hello, tags: [a, b], sender: {name: Shop, reply: x}}}
chains: {welcome: {steps: [{id: one, wait: 1d}, {send: hello}, {id: two, wait: 2d}]}}
targets: {esp: {credentials: {key: {env: KEY}, secret: {env: SECRET}}}}
environments: {prod: {overlay: %s}}
"""


def over(patch):
    (document,), sources = documents(BASE % patch)
    here = environments([document])["prod"]
    made, findings = overlaid(document, here)
    missed = told([*absent([document], here), *findings], sources)
    return document, made, missed


@pytest.mark.parametrize(
    ("patch", "path", "expected"),
    [
        pytest.param(
            "{messages: {hello: {subject: Hi}}}",
            ["messages", "hello", "subject"],
            "Hi",
            id="a field is replaced",
        ),
        pytest.param(
            "{messages: {hello: {sender: {name: Test}}}}",
            ["messages", "hello", "sender"],
            {"name": "Test", "reply": "x"},
            id="a map is merged",
        ),
        pytest.param(
            "{messages: {hello: {tags: [c]}}}",
            ["messages", "hello", "tags"],
            ["c"],
            id="a list is replaced",
        ),
        pytest.param(
            "{messages: {hello: {preheader: New}}}",
            ["messages", "hello", "preheader"],
            "New",
            id="a field is added",
        ),
        pytest.param(
            "{messages: {hello: {sender: null}}}",
            ["messages", "hello"],
            {"subject": "Hello", "tags": ["a", "b"]},
            id="a field is taken away",
        ),
        pytest.param(
            "{chains: {welcome: {steps: {two: {wait: 5m}}}}}",
            ["chains", "welcome", "steps"],
            [{"id": "one", "wait": "1d"}, {"send": "hello"}, {"id": "two", "wait": "5m"}],
            id="an item is called by its id",
        ),
        pytest.param(
            "{chains: {welcome: {steps: {one: null}}}}",
            ["chains", "welcome", "steps"],
            [{"send": "hello"}, {"id": "two", "wait": "2d"}],
            id="an item is taken away",
        ),
        pytest.param(
            "{targets: {esp: {credentials: {env: OTHER}}}}",
            ["targets", "esp", "credentials"],
            {"env": "OTHER"},
            id="credentials are never mixed",
        ),
    ],
)
def test_an_overlay_changes_field_by_field(patch, path, expected):
    before, made, missed = over(patch)
    assert made.descend(path).data == expected
    assert missed == []
    assert before.descend(path).data != expected
    assert {k: v for k, v in made.data.items() if k != path[0]} == {
        k: v for k, v in before.data.items() if k != path[0]
    }


def test_what_is_put_in_keeps_its_place():
    before, made, _ = over("{messages: {hello: {subject: Hi}}}")
    patch = ["environments", "prod", "overlay", "messages", "hello", "subject"]
    assert made.descend(["messages", "hello", "subject"]) is before.descend(patch)
    assert made.descend(["messages", "hello"]).span == before.descend(["messages", "hello"]).span


def test_a_document_that_nothing_is_put_over_is_not_copied():
    for patch in ("{}", "{messages: {other: {subject: x}}}", "{events: {a: {title: x}}}", "[]"):
        before, made, _ = over(patch)
        assert made is before


@pytest.mark.parametrize(
    ("patch", "name"),
    [
        pytest.param("{messages: {helo: {subject: x}}}", "helo", id="a resource"),
        pytest.param("{segments: {vip: {title: x}}}", "vip", id="a kind that has none"),
        pytest.param("{messages: {hello: {preheader: null}}}", "preheader", id="a field to take"),
        pytest.param("{chains: {welcome: {steps: {three: {wait: 1m}}}}}", "three", id="an item"),
    ],
)
def test_what_is_not_there_cannot_differ(patch, name):
    _, _, missed = over(patch)
    assert [(code, place) for code, place, _ in missed] == [("CRM031", name)]


ACCOUNTS = """\
vars: {key: {type: string}}
targets:
  esp: %s
  other: {platform: files}
environments:
  staging: %s
  prod: {vars: {key: PROD}}
"""
NAMED = "{url: 'https://a', credentials: {env: KEY}}"


@pytest.mark.parametrize(
    ("target", "staging", "place"),
    [
        pytest.param(NAMED, "{}", "{env: KEY}", id="one secret"),
        pytest.param(
            NAMED, "{overlay: {targets: {esp: {url: 'https://b'}}}}", "{env: KEY}", id="other url"
        ),
        pytest.param(
            NAMED, "{overlay: {targets: {esp: {credentials: {env: OTHER}}}}}", None, id="own secret"
        ),
        pytest.param(NAMED, "{targets: [other]}", None, id="not used there"),
        pytest.param(NAMED, "{targets: esp}", "{env: KEY}", id="used there"),
        pytest.param(
            "{credentials: {env: '${vars.key}'}}",
            "{vars: {key: STAGING}}",
            None,
            id="named by a variable",
        ),
        pytest.param(
            "{credentials: {env: '${vars.key}'}}",
            "{vars: {key: PROD}}",
            "{env: '${vars.key}'}",
            id="a variable with one value",
        ),
        pytest.param(
            "{credentials: {a: {env: A}, b: {file: B}}}",
            "{overlay: {targets: {esp: {credentials: {a: {env: X}, b: {file: B}}}}}}",
            "{a: {env: A}, b: {file: B}}",
            id="one part of a secret",
        ),
        pytest.param("{url: 'https://a'}", "{}", "'https://a'", id="one address"),
        pytest.param(
            "{url: 'https://a'}",
            "{overlay: {targets: {esp: {url: 'https://b'}}}}",
            None,
            id="two addresses",
        ),
        pytest.param("{platform: files}", "{}", None, id="folders of their own"),
        pytest.param("{mode: build_sheet, url: 'https://a'}", "{}", None, id="done by hand"),
        pytest.param("{credentials: wrong}", "{}", None, id="a shape that is judged elsewhere"),
        pytest.param(NAMED, "{title: '${vars.nope}'}", None, id="what cannot be read"),
    ],
)
def test_no_two_environments_use_one_account(target, staging, place):
    found, sources = documents(ACCOUNTS % (target, staging))
    findings = told(shared(found, sources), sources)
    assert [(code, at) for code, at, _ in findings] == ([("CRM032", place)] if place else [])


def test_the_other_place_is_shown():
    found, sources = documents(
        """
        targets: {a: {credentials: {env: KEY}}, b: {credentials: {env: KEY}}}
        environments: {staging: {targets: [a]}, prod: {targets: [b]}}
        """
    )
    (one,) = shared(found, sources)
    assert [label.text.english() for label in one.related] == ["used here", "and for `staging`"]


def test_one_environment_has_nothing_to_share():
    found, sources = documents(
        "targets: {a: {credentials: {env: K}}, b: {credentials: {env: K}}}\nenvironments: {p: {}}"
    )
    assert list(shared(found, sources)) == []
