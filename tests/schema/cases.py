"""Documents with one thing wrong, and what is said about it."""

import pytest

from crmspec.document import read
from crmspec.schema import validate

CHAIN = """\
chains:
  c:
    trigger: order_placed
    steps:
"""


def shape(text, path="campaigns/example.yaml"):
    result = read(path, text.encode())
    assert result.diagnostics == (), [d.message.english() for d in result.diagnostics]
    (document,) = result.documents
    return validate(document)


def found(text, path="campaigns/example.yaml"):
    """Return `(code, message, what is underlined)` of each finding."""
    return [
        (d.code.id, d.message.english(), text[d.label.span.start : d.label.span.end])
        for d in shape(text, path).diagnostics
    ]


def step(text):
    return f"{CHAIN}      - {text}\n"


def condition(text):
    return f"segments:\n  s:\n    all:\n      - {text}\n"


def trigger(text):
    return f"chains:\n  c:\n    trigger: {text}\n    steps: [{{send: m}}]\n"


def resource(key, text):
    return f"{key}:\n  r: {text}\n"


case = pytest.param
WRONG = [
    # keys
    case(
        resource("events", "{titel: x}"),
        "CRM101",
        "unknown key `titel`",
        "titel",
        id="typo in a key",
    ),
    case(
        resource("lists", "{colour: x}"),
        "CRM101",
        "unknown key `colour`",
        "colour",
        id="foreign key",
    ),
    case(
        resource("events", "{properties: {total: {typ: number}}}"),
        "CRM101",
        "unknown key `typ`",
        "typ",
        id="typo deep inside",
    ),
    case(
        "chains:\n  c: {trigger: e}\n",
        "CRM102",
        "`c` needs the key `steps`",
        "c",
        id="a chain without steps",
    ),
    case(
        resource("identity", "x")
        .replace("r:", "identifiers:")
        .replace("x", "[{unique: true}]\n  primary: id"),
        "CRM102",
        "an item of `identifiers` needs the key `id`",
        "unique",
        id="an item without its key",
    ),
    case(
        "chains:\n  c: {triger: e, steps: [{send: m}]}\n",
        "CRM101",
        "unknown key `triger`",
        "triger",
        id="a typo is not missing as well",
    ),
    case(
        step("emit: e") + "        id: x\n      - properties: {a: 1}\n        note: n\n",
        "CRM102",
        "`properties` needs `emit` beside it",
        "properties",
        id="a key that belongs to another",
    ),
    case(
        resource("frequency", "{after: {event: e}}"),
        "CRM102",
        "`after` needs `for` beside it",
        "after",
        id="half of a rest",
    ),
    case(
        step("wait: {}"),
        "CRM102",
        "`wait` needs one more key",
        "wait",
        id="a wait that does not say how long",
    ),
    case(
        condition("{attribute: a}"),
        "CRM102",
        "`attribute` needs one more key beside it",
        "attribute",
        id="a condition that compares nothing",
    ),
    case(
        condition("{attribute: a, equals: 3}"),
        "CRM101",
        "unknown key `equals`",
        "equals",
        id="an unknown comparison is not a missing one",
    ),
    case(
        step("wait: {for: 1h, between: {min: 1h, max: 2h}}"),
        "CRM119",
        "`between` cannot stand beside `for`",
        "between",
        id="two ways to wait",
    ),
    case(
        resource("broadcasts", "{audience: a, message: m, repeat: 0 9 * * 1, at: 2026-11-27}"),
        "CRM119",
        "`at` cannot stand beside `repeat`",
        "at",
        id="once and repeatedly",
    ),
    case(
        condition("{attribute: a, has_been: {for: 90d}}"),
        "CRM102",
        "`for` needs one more key beside it",
        "for",
        id="what has been is not said",
    ),
    case(
        step("branch: {if: {step: first}, then: {send: m}}"),
        "CRM102",
        "`step` needs one more key beside it",
        "step",
        id="a step of which nothing is asked",
    ),
    case(
        "segments:\n  s: {step: first}\n",
        "CRM102",
        "`step` needs one more key beside it",
        "step",
        id="the same directly in a segment",
    ),
    case(
        step("task: {name: x}"),
        "CRM101",
        "unknown key `name`",
        "name",
        id="a foreign name for a needed key",
    ),
    case(
        resource("messages", "{channel: c, buttons: [{text: Open, url: u}]}"),
        "CRM101",
        "unknown key `text`",
        "text",
        id="a foreign name for a needed key of an item",
    ),
    case(
        resource("broadcasts", "{audience: a, message: m}"),
        "CRM102",
        "`r` needs one more key",
        "r",
        id="a broadcast at no time",
    ),
    case(
        "chains:\n  c: {trigger: a, reentry: {mode: after_exit}, steps: {send: m}}\n",
        "CRM102",
        "`reentry` needs the key `after`",
        "reentry",
        id="again, but when",
    ),
    case(
        "chains:\n  c: {trigger: a, reentry: {after: 7d}, steps: {send: m}}\n",
        "CRM102",
        "`after` needs `mode` beside it",
        "after",
        id="after what",
    ),
    case(
        "chains:\n  c: {trigger: a, reentry: {mode: never, after: 7d}, steps: {send: m}}\n",
        "CRM119",
        "`after` cannot stand beside `mode: never`",
        "after",
        id="never, after a week",
    ),
    case(
        resource("attributes", "{computed: {event: e, aggregate: sum}}"),
        "CRM102",
        "`computed` needs the key `of`",
        "computed",
        id="a sum of nothing",
    ),
    case(
        resource("attributes", "{type: enum}"),
        "CRM102",
        "`type` needs one more key beside it",
        "type",
        id="one of no values",
    ),
    case(
        resource("events", "{properties: {a: {type: enum}}}"),
        "CRM102",
        "`type` needs one more key beside it",
        "type",
        id="a property that is one of no values",
    ),
    case(
        resource("events", "{properties: {a: enum}}"),
        "CRM104",
        "`a` cannot be `enum`",
        "enum",
        id="the same in short",
    ),
    case(step("send: []"), "CRM117", "`send` is empty", "[]", id="sending nothing"),
    case(
        step("send: {messages: []}"), "CRM117", "`messages` is empty", "[]", id="nothing at length"
    ),
    *[
        case(
            resource("targets", f"{{platform: p, credentials: {{{key}: {value}}}}}"),
            "CRM107",
            "a secret must be named, not written",
            value,
            id=f"a secret below {key}",
        )
        for key, value in (
            ("key", "pk_live_1"),
            ("env", "sk_live_1"),
            ("token", "[a]"),
            ("keyring", "sk_live_1"),
        )
    ],
    case(
        step("webhook: {url: u, auth: {token: sk_live_1}}"),
        "CRM107",
        "a secret must be named, not written",
        "sk_live_1",
        id="a secret of a request",
    ),
    case(
        step("webhook: {url: u, headers: {authorization: Bearer sk_live_1}}"),
        "CRM107",
        "a secret must be named, not written",
        "Bearer sk_live_1",
        id="a secret in a header",
    ),
    case(
        resource("targets", "{platform: p, credentials: sk_live_1}"),
        "CRM107",
        "a secret must be named, not written",
        "sk_live_1",
        id="a bare secret",
    ),
    case(
        resource("attributes", "{type: enum, values: []}"),
        "CRM117",
        "`values` is empty",
        "[]",
        id="one of an empty list",
    ),
    case(
        resource("targets", "{platform: p, credentials: {}}"),
        "CRM117",
        "`credentials` is empty",
        "{}",
        id="no secret at all",
    ),
    case(
        resource("targets", "{platform: p, manages: [campaigns]}"),
        "CRM104",
        "`manages` cannot be `campaigns`",
        "campaigns",
        id="a kind no target holds",
    ),
    case(
        resource("targets", "{platform: p, naming: '{nope}'}"),
        "CRM107",
        "`{nope}` is not a pattern of names such as `{title} v2`",
        "'{nope}'",
        id="an unknown placeholder",
    ),
    case(
        resource("messages", "{channel: c, address: profile.address}"),
        "CRM106",
        "`profile.address` is not an id",
        "profile.address",
        id="a path for an attribute",
    ),
    # steps, conditions, triggers
    case(step("sned: m"), "CRM111", "there is no step `sned`", "sned", id="typo in a step"),
    case(
        step("id: x"),
        "CRM111",
        "this step does not say what to do",
        "id",
        id="a step with an id only",
    ),
    case(step("{}"), "CRM111", "this step does not say what to do", "{}", id="an empty step"),
    case(
        step("send: m\n        wait: 1h"),
        "CRM112",
        "a step does one thing: `send` or `wait`",
        "wait",
        id="a forgotten dash",
    ),
    case(
        condition("{evnt: e}"),
        "CRM113",
        "there is no condition `evnt`",
        "evnt",
        id="typo in a condition",
    ),
    case(
        condition("{within: 3d}"),
        "CRM113",
        "there is no condition `within`",
        "within",
        id="a condition without subject",
    ),
    case(
        "segments:\n  s: {title: x, attribut: a, eq: 3}\n",
        "CRM113",
        "there is no condition `attribut`",
        "attribut",
        id="typo in a segment",
    ),
    case(
        condition("{segment: a, list: b}"),
        "CRM114",
        "a condition is about one thing: `segment` or `list`",
        "list",
        id="two conditions in one",
    ),
    case(
        condition("{all: [a], segment: b}"),
        "CRM114",
        "a condition is about one thing: `all` or `segment`",
        "segment",
        id="a group beside a condition",
    ),
    case(trigger("{evnt: e}"), "CRM115", "there is no trigger `evnt`", "evnt", id="a trigger typo"),
    case(
        trigger("{event: e, segment: s}"),
        "CRM116",
        "a trigger names one thing: `event` or `segment`",
        "segment",
        id="two triggers in one",
    ),
    # values
    case(
        resource("lists", "{title: 2026}"),
        "CRM103",
        "`title` must be text, not the number 2026",
        "2026",
        id="a number as text",
    ),
    case(
        resource("lists", "{tags: [[a]]}"),
        "CRM103",
        "an item of `tags` must be an id, not a list",
        "[a]",
        id="a list in a list",
    ),
    case(
        resource("chains", "[a]"),
        "CRM103",
        "`r` must be a map, not a list",
        "[a]",
        id="a resource that is a list",
    ),
    case(
        "events: [a]\n",
        "CRM103",
        "`events` must be a map, not a list",
        "[a]",
        id="a kind as a list",
    ),
    case(step("update: 5"), "CRM103", "`update` must be a map, not the number 5", "5", id="no map"),
    case(
        resource("channels", "{type: emial}"),
        "CRM104",
        "`type` cannot be `emial`",
        "emial",
        id="a choice misspelt",
    ),
    case(trigger("{manual: false}"), "CRM104", "`manual` cannot be `false`", "false", id="false"),
    case(
        CHAIN.replace("trigger", "priority: 500\n    trigger") + "      - send: m\n",
        "CRM105",
        "`priority` must be between 0 and 100, not 500",
        "500",
        id="too large",
    ),
    case(
        resource("stages", "{order: -1}"),
        "CRM105",
        "`order` must be at least 0, not -1",
        "-1",
        id="too small",
    ),
    case(
        condition("{attribute: a, between: [1]}"),
        "CRM105",
        "`between` needs exactly 2 items, not 1",
        "[1]",
        id="half a range",
    ),
    case(condition("{random: 150%}"), "CRM105", "`150%` is more than the whole", "150%", id="all"),
    case(
        "events:\n  Order-Placed: {}\n",
        "CRM106",
        "`Order-Placed` is not an id",
        "Order-Placed",
        id="id",
    ),
    case(
        step("send: Cart 1"),
        "CRM106",
        "`Cart 1` is not an id",
        "Cart 1",
        id="reference with a space",
    ),
    case(
        condition("{geo: {near: [55.7, 37.6], radius: far}}"),
        "CRM107",
        "`far` is not a distance such as `30km`",
        "far",
        id="a distance in words",
    ),
    case(
        step("wait: {until: {day: 3 March}}"),
        "CRM110",
        "`3 March` is not a date such as `2026-11-27`",
        "3 March",
        id="a date in words",
    ),
    case(
        "segments:\n  s:\n    rfm: {over: 1y, recency: 9}\n",
        "CRM105",
        "`recency` must be between 1 and 5, not 9",
        "9",
        id="a score beyond the scale",
    ),
    case(step("wait: 90"), "CRM108", "the duration `90` has no unit", "90", id="no unit"),
    case(
        step("wait: 2 fortnights"),
        "CRM108",
        "`2 fortnights` is not a duration such as `6h`",
        "2 fortnights",
        id="an unknown unit",
    ),
    case(
        step("wait: -2h"),
        "CRM108",
        "`-2h` is not a duration such as `6h`",
        "-2h",
        id="negative where it makes no sense",
    ),
    case(
        step('wait: {until: {at: "9:00"}}'),
        "CRM109",
        "`9:00` is not a time of day such as `10:00`",
        '"9:00"',
        id="one digit for the hour",
    ),
    case(
        step("wait: {until: {day: 27.11.2026}}"),
        "CRM110",
        "`27.11.2026` is not a date such as `2026-11-27`",
        "27.11.2026",
        id="day first",
    ),
    case(step("note:"), "CRM117", "`note` has no value", "note", id="a key without value"),
    case(step('note: ""'), "CRM117", "`note` is empty", '""', id="an empty text"),
    case(condition("{any: []}"), "CRM117", "`any` is empty", "[]", id="an empty group"),
    case(
        f"lists:\n  {'a' * 101}: {{}}\n",
        "CRM118",
        "an id has at most 100 characters, this one has 101",
        "a" * 101,
        id="a long id",
    ),
    case(
        step(f"send: {'a' * 101}"),
        "CRM118",
        "`send` has 101 characters, at most 100 are allowed",
        "a" * 101,
        id="a long reference",
    ),
    case(step("send: [a, b, a]"), "CRM120", "`a` stands in `send` twice", "a", id="twice"),
    case(
        "segment: {}\n",
        "CRM121",
        "there is no kind of resource `segment`",
        "segment",
        id="singular",
    ),
    case(
        condition("{random: half}"),
        "CRM122",
        "`half` is not a share such as `10%`",
        "half",
        id="a share in words",
    ),
    case(
        resource("personas", "{locale: Russian}"),
        "CRM123",
        "`Russian` is not a language code such as `en`",
        "Russian",
        id="a language by name",
    ),
]

RIGHT = [
    case(resource("events", "{title: x}"), id="a right key"),
    case(resource("events", "{x-note: anything, properties: {a: string}}"), id="keys with x-"),
    case("x-anchors: {a: 1}\nevents:\n  x-common: [1]\n  e:\n", id="x- at every level"),
    case(step("emit: e\n        properties: {a: 1}"), id="properties beside emit"),
    case(resource("frequency", "{after: {event: e}, for: 90d}"), id="a rest"),
    case(resource("frequency", '{limits: ["3 per 1d", {max: 5, per: 7d}]}'), id="limits both ways"),
    case(condition("vip"), id="a bare segment"),
    case(condition("{not: vip}"), id="not a segment"),
    case(condition("[a, b]"), id="a bare list"),
    case("segments:\n  s: {all: [a], none: b}\n", id="several groups"),
    case("segments:\n  s: {event: e, count: 3, within: 30d}\n", id="a condition under the id"),
    case(condition("{channel: email, message: any, opened: true}"), id="a channel of a message"),
    case(condition("{channel: email, opened: {gte: 1}}"), id="a channel alone"),
    case(condition("{message: {tag: promo}, clicked: 3}"), id="messages with a tag"),
    case(condition("{event: e, where: {a: 1, b: [1, 2], c: {gte: 3}}}"), id="property filters"),
    case(condition("{sequence: [a, {not_event: b, within: 3d}], within: 30d}"), id="a sequence"),
    case(condition("{attribute: b, anniversary: today}"), id="an anniversary today"),
    case(condition("{random: 12.5%}"), id="a share"),
    case(condition("{random: 12}"), id="a bare share"),
    case(trigger("order_placed"), id="a bare event"),
    case(trigger("[a, {segment: s}]"), id="several triggers"),
    case(trigger("{date: birthday, offset: -7d, at: '10:00'}"), id="before a date"),
    *[case(step(f"wait: {d}"), id=f"wait {d}") for d in ("90m", "1d 12h", "1mo", "P1M", "PT30M")],
    case(step("wait: {until: '10:00'}"), id="wait until a time"),
    case(step("wait: {until: {weekday: mon, at: '24:00'}}"), id="wait until a weekday"),
    case(step("send: [a, b]"), id="send one of several"),
    case(step("wait_for: {if: vip, then: {send: m}, timeout: 1d}"), id="a single arm"),
    case(step("branch: {cases: [{if: a, then: {send: b}}], else: {exit: done}}"), id="cases"),
    case(step("split: {arms: {a: 50, b: {weight: 50, steps: {send: m}}}}"), id="a bare weight"),
    case(resource("channels", "{type: email, from: Shop <a@shop.example>}"), id="a bare sender"),
    case(resource("directories", "{values: {Москва: [мск], Казань: , Пермь: Пермь}}"), id="cities"),
    case(resource("targets", "{platform: p, credentials: {env: API_KEY2}}"), id="a named secret"),
    *[
        case(resource("targets", f"{{platform: p, credentials: {{{where}}}}}"), id=f"by {where}")
        for where in (
            "file: ~/.crm/key",
            "command: [pass, show, crm/key]",
            "keyring: crm/key",
            "key: {env: A}, secret: {file: b}, x-note: y",
        )
    ],
    case(
        step("webhook: {url: u, headers: {Authorization: 'Bearer ${env.TOKEN}', X-Shop: a}}"),
        id="a header that names its secret",
    ),
    case(
        step("webhook: {url: u, headers: {Authorization: '{{ vars.token }}'}}"),
        id="a header that is worked out",
    ),
    case(
        resource("targets", "{platform: p, manages: chains, naming: '[{project}] {title} {id}'}"),
        id="names with known placeholders",
    ),
    case(resource("attributes", "{computed: {event: e, aggregate: count}}"), id="a count"),
    case(resource("attributes", "{type: enum, directory: cities}"), id="one of a directory"),
    case(resource("events", "{properties: {a: {type: enum, values: [x]}}}"), id="one of values"),
    case(resource("broadcasts", "{audience: a, message: m, repeat: 0 9 * * 1}"), id="a cron line"),
    case(resource("messages", "{channel: c, address: postal}"), id="an attribute with an address"),
    case("tags:\n  promo:\n", id="a tag that says nothing"),
    case(resource("exclusive", "{chains: [a, b]}"), id="an exclusive group"),
    case(resource("exclusive", "{on_conflict: first}"), id="a group that chains name"),
    *[
        case(
            f"chains:\n  c: {{trigger: a, reentry: {r}, steps: {{send: m}}}}\n",
            id=f"reentry {r}",
        )
        for r in ("never", "always", "after 7d", "after_exit 7d", "{mode: after, after: 7d}")
    ],
]
