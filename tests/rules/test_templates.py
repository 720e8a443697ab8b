"""What templates say that cannot be, for those who are sent them."""

import pytest

from crmspec.rules import (
    deep_template,
    name_only,
    no_alt,
    no_fallback,
    not_supplied,
    personal_data_abroad,
    personal_data_in_link,
    repeated_code,
    template_syntax,
    template_type,
    too_personal,
    unknown_template_value,
)

SHOP = """
events:
  bought:
    properties:
      items: {type: array, items: {type: object, properties: {name: {}, price: {type: number}}}}
      total: {type: number, required: true}
      card: {pii: sensitive}
  looked: {properties: {page: {required: true}}}
attributes:
  first_name: {standard: first_name}
  city: {nullable: false, type: enum, values: [berlin, rome]}
  email: {nullable: false, pii: personal}
  age: {type: integer, nullable: false}
consents: {news: {}}
segments: {readers: {consent: news}}
coupons: {gift: {code: GIFT5}, other: {code: OTHER}}
channels:
  push: {type: mobile_push}
  hook: {type: webhook}
blocks:
  card: {template: "{{ item.name | default('thing') }}", inputs: {item: {type: object}}}
"""
BOUGHT = "chains: {c: {trigger: bought, steps: [{send: m}]}}"
EITHER = "chains: {c: {trigger: [bought, looked], steps: [{send: m}]}}"
LOOKED = "chains: {c: {trigger: looked, steps: [{send: m}]}}"
MAIL = "channels: {mail: {type: email}}"
NOBODY = "tags: {unused: {}}"
MAILED = 'broadcasts: {b: {audience: readers, message: m, at: "2026-11-27T12:00"}}'


def message(text, more=""):
    return f"messages:\n  m: {{channel: push, heading: H, text: {text!r}{more}}}\n"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("{{ a.b() }}", ["{{ a.b() }}"], id="a call"),
        pytest.param("{% if profile.city %}x", ["{% if profile.city %}"], id="never closed"),
        pytest.param("{{ profile.city | shout }}", None, id="no such filter"),
        pytest.param("{{ profile.city | upper }}", [], id="in the language"),
        pytest.param("a { b } c", [], id="no template at all"),
    ],
)
def test_what_is_not_in_the_language_is_told(findings, text, places):
    found = [place for _, place, _ in findings(template_syntax, SHOP, message(text))]
    assert found if places is None else len(found) == len(places)


def test_blocks_layouts_and_steps_are_read_too(findings):
    source = """
    blocks: {other: {template: "{{ 1 + 1 }}"}}
    layouts: {frame: {template: "{{ slots.content"}}
    """
    assert len(findings(template_syntax, SHOP, source)) == 2


@pytest.mark.parametrize(
    ("text", "said", "fix"),
    [
        pytest.param("{{ profile.citi }}", "`profile` has no `citi`", ["city"], id="a typo"),
        pytest.param(
            "{{ profil.city }}", "templates do not know `profil`", ["profile"], id="the root"
        ),
        pytest.param(
            "{{ event.items[0].prise }}", "`event.items[0]` has no `prise`", ["price"], id="deep"
        ),
        pytest.param("{{ event.totl }}", "`event` has no `totl`", ["total"], id="of the event"),
        pytest.param('{% include "cart" %}', "there is no block `cart`", [], id="a block"),
        pytest.param('{% include "card" %}', "block `card` needs `item`", [], id="an input"),
        pytest.param("{{ coupon.spring }}", "`coupon` has no `spring`", [], id="a coupon"),
    ],
)
def test_names_that_lead_nowhere(findings, text, said, fix):
    found = findings(unknown_template_value, SHOP, message(text), BOUGHT)
    assert [(one[0], one[2]) for one in found] == [(said, fix)]


FILED = """
channels: {mail: {type: email}}
messages: {m: {channel: mail, category: service, subject: S, file: a.mjml}}
"""


def test_files_that_mjml_takes_in_are_read_too(findings):
    files = {
        "a.mjml": '<mjml><mj-body><mj-include path="b.mjml" /></mj-body></mjml>',
        "b.mjml": "<mj-text>{{ profile.citi }}</mj-text>",
        "c.mjml": "{{ profile.town }}",
    }
    found = findings(unknown_template_value, SHOP, FILED, BOUGHT, files=files)
    assert [one[0] for one in found] == ["`profile` has no `citi`"]


FRAME = """
layouts:
  frame:
    template: "{{ slots.content }}{{ slots.why }}{{ now }}%s"
    slots: [content, why]
"""


@pytest.mark.parametrize(
    ("more", "printed", "said"),
    [
        pytest.param("slots: {why: x}", "", [], id="it has it"),
        pytest.param("slots: {whi: x}", "", [("the layout `frame` has no slot `whi`", ["why"])]),
        pytest.param("slots: {foot: x}", "", [("the layout `frame` has no slot `foot`", [])]),
        pytest.param("silent: false", "{{ slots.whyy }}", [("`slots` has no `whyy`", ["why"])]),
        pytest.param(
            "slots: {whyy: x}",
            "{{ slots.whyy }}",
            [("`slots` has no `whyy`", ["why"])],
            id="told once",
        ),
        pytest.param("locales: {ru: {body: x, slots: {why: x}}}", "", [], id="in a language"),
        pytest.param(
            "locales: {ru: {body: x, slots: {foot: x}}}",
            "",
            [("the layout `frame` has no slot `foot`", [])],
            id="wrong in a language",
        ),
    ],
)
def test_slots(findings, more, printed, said):
    source = f"messages: {{m: {{channel: mail, subject: S, body: B, layout: frame, {more}}}}}"
    found = findings(unknown_template_value, SHOP, source, FRAME % printed, MAIL)
    assert [(one[0], one[2]) for one in found] == said


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{{ profile.city }} {{ event.total }}", id="declared"),
        pytest.param("{{ links.unsubscribe }} {{ now }} {{ message.id }}", id="always there"),
        pytest.param(
            "{% for item in event.items %}{{ item.name }}{{ loop.index }}{% endfor %}", id="bound"
        ),
        pytest.param('{% with item = event.items[0] %}{% include "card" %}{% endwith %}', id="fed"),
    ],
)
def test_names_that_are_there(findings, text):
    assert findings(unknown_template_value, SHOP, message(text), BOUGHT) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("{{ event.items }}", 1, id="a list is printed"),
        pytest.param("{{ profile.city | number(0) }}", 1, id="a number is wanted"),
        pytest.param("{% if profile.age %}x{% endif %}", 1, id="0 counts"),
        pytest.param("{% if profile.city == 'paris' %}x{% endif %}", 1, id="never so"),
        pytest.param("{% if profile.age > '5' %}x{% endif %}", 1, id="a text for a number"),
        pytest.param("{% if profile.city == 'rome' %}{{ profile.age }}{% endif %}", 0, id="fine"),
    ],
)
def test_values_used_as_what_they_are_not(findings, text, count):
    assert len(findings(template_type, SHOP, message(text), BOUGHT)) == count


@pytest.mark.parametrize(
    ("source", "chain", "said"),
    [
        pytest.param(
            message("{{ event.total }}"),
            LOOKED,
            ["`m` needs `event.total`, which `c` does not have"],
            id="another event",
        ),
        pytest.param(
            message("{{ event.total }}"),
            MAILED,
            ["`m` needs `event.total`, which `b` does not have"],
            id="a broadcast has no event",
        ),
        pytest.param(
            message("{{ chain.code }}"),
            BOUGHT,
            ["`m` needs `chain.code`, which `c` does not have"],
            id="nobody fetched it",
        ),
        pytest.param(
            message("x", ", requires: [event.total, chain.code]"),
            LOOKED,
            [
                "`m` needs `event.total`, which `c` does not have",
                "`m` needs `chain.code`, which `c` does not have",
            ],
            id="required",
        ),
        pytest.param(
            message("{{ event.total }}", ", requires: [event.total]"),
            LOOKED,
            ["`m` needs `event.total`, which `c` does not have"],
            id="told once",
        ),
        pytest.param(message("{{ event.total }}"), BOUGHT, [], id="supplied"),
        pytest.param(
            message("x", ", requires: [event.total, profile.city]"),
            BOUGHT,
            [],
            id="required, there",
        ),
        pytest.param(message("{{ event.total }}"), NOBODY, [], id="nobody sends it"),
        pytest.param(
            message("{{ event.total }}"),
            "chains: {c: {trigger: {api: door}, steps: [{send: m}]}}",
            [],
            id="nobody knows what it starts with",
        ),
        pytest.param(
            message("{{ chain.code }}"),
            "chains: {c: {trigger: looked, steps: [{fetch: {coupon: gift, as: code}}, {send: m}]}}",
            [],
            id="fetched",
        ),
        pytest.param(
            message("{{ chain.code }}"),
            "chains:\n"
            "  c: {trigger: looked, steps: [{send: m}]}\n"
            "  d: {trigger: bought, steps: [{start_chain: {chain: c, pass: {code: X}}}]}\n",
            [],
            id="given by another chain",
        ),
        pytest.param(
            message("{{ event.total }} {{ event.items | length }}"),
            EITHER,
            [
                "`m` needs `event.total`, which `c` does not have",
                "`m` needs `event.items`, which `c` does not have",
            ],
            id="one of two triggers lacks it",
        ),
        pytest.param(
            message(
                "{% if event.total %}{{ event.total }}{% endif %}{{ event.page | default('x') }}"
            ),
            EITHER,
            [],
            id="asked which it was",
        ),
        pytest.param(
            message("{% for i in event.items %}x{% else %}y{% endfor %}"),
            EITHER,
            [],
            id="a loop that says what else",
        ),
        pytest.param(
            message("{% for i in event.items %}x{% endfor %}"),
            EITHER,
            ["`m` needs `event.items`, which `c` does not have"],
            id="a loop that does not",
        ),
        pytest.param(
            message("{{ event.total }}", ", fallback: {when: {trigger: total, missing: true}}"),
            EITHER,
            [],
            id="not sent without",
        ),
        pytest.param(
            message("{{ event.total }}"),
            "chains:\n"
            "  c:\n"
            "    trigger: [bought, looked]\n"
            "    steps: [{branch: {if: {trigger: total, exists: true}, then: [{send: m}]}}]\n",
            [],
            id="the chain asks",
        ),
        pytest.param(
            message("{{ event.total }}"),
            "chains:\n"
            "  c: {trigger: {chain: d}, steps: [{send: m}]}\n"
            "  d: {trigger: bought, steps: [{wait: 1d}]}\n",
            ["`m` needs `event.total`, which `c` does not have"],
            id="a chain is no event",
        ),
        pytest.param(
            message("{{ event.total }}"),
            "chains: {c: {trigger: [bought, {manual: true}], steps: [{send: m}]}}",
            ["`m` needs `event.total`, which `c` does not have"],
            id="started by hand too",
        ),
        pytest.param(
            message("{{ event.total }}").replace("text:", "requires: [event.total], text:"),
            "chains: {c: {trigger: [bought, {manual: true}], steps: [{send: m}]}}",
            ["`m` needs `event.total`, which `c` does not have"],
            id="required, and started by hand too",
        ),
        pytest.param(
            message("{{ event.total | default('x') }}"),
            "chains: {c: {trigger: [bought, {manual: true}], steps: [{send: m}]}}",
            [],
            id="started by hand too, and asked",
        ),
        pytest.param(
            message("{{ event.total }}"),
            "chains:\n"
            "  c: {trigger: [bought, {chain: d}], steps: [{send: m}]}\n"
            "  d: {trigger: looked, steps: [{wait: 1d}]}\n",
            ["`m` needs `event.total`, which `c` does not have"],
            id="after another chain too",
        ),
    ],
)
def test_what_senders_do_not_have(findings, source, chain, said):
    assert [one[0] for one in findings(not_supplied, SHOP, source, chain)] == said


@pytest.mark.parametrize(
    ("source", "places"),
    [
        pytest.param(message("{{ profile.first_name }}"), 1, id="nullable"),
        pytest.param(message("{{ event.items[0].name }}"), 1, id="of an item"),
        pytest.param(message("{{ profile.city }}"), 0, id="never null"),
        pytest.param(message("{{ profile.first_name | default('x') }}"), 0, id="a default"),
        pytest.param(
            message("{% if profile.first_name %}{{ profile.first_name }}{% endif %}"), 0, id="asked"
        ),
        pytest.param(
            message(
                "{{ profile.first_name }}{{ event.card }}",
                ", fallback: {when: {any: [{attribute: first_name, missing: true},"
                " {trigger: card, missing: true}]}}",
            ),
            0,
            id="not sent without",
        ),
    ],
)
def test_holes(findings, source, places):
    assert len(findings(no_fallback, SHOP, source, BOUGHT)) == places


@pytest.mark.parametrize(
    ("text", "chain", "count"),
    [
        pytest.param("{{ profile.first_name }}", MAILED, 1, id="a mailing"),
        pytest.param(
            "{{ profile.first_name }}",
            'chains: {c: {trigger: {schedule: {cron: "0 9 * * 1"}}, steps: [{send: m}]}}',
            1,
            id="on a schedule",
        ),
        pytest.param("{{ profile.first_name }} {{ profile.city }}", MAILED, 0, id="more than that"),
        pytest.param(
            "{{ coupon.gift }} {{ profile.first_name }}", MAILED, 0, id="a code of theirs"
        ),
        pytest.param("Hello", MAILED, 0, id="nothing personal"),
        pytest.param("{{ profile.first_name }}", BOUGHT, 0, id="an occasion"),
        pytest.param("{{ profile.first_name }}", NOBODY, 0, id="nobody sends it"),
    ],
)
def test_the_name_alone(findings, text, chain, count):
    assert len(findings(name_only, SHOP, message(text), chain)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param(
            "{{ profile.first_name }}{{ profile.city }}{{ profile.age }}{{ event.total }}"
            "{% if event.items %}x{% endif %}",
            1,
            id="five",
        ),
        pytest.param(
            "{{ profile.city }}" * 9 + "{% if event.items %}{{ profile.age }}{% endif %}",
            0,
            id="two, nine times over",
        ),
        pytest.param(
            "{{ message.id }}{{ links.a }}{{ links.b }}{{ links.c }}{{ now }}", 0, id="no"
        ),
    ],
)
def test_too_many_personal_places(findings, text, count):
    assert len(findings(too_personal, SHOP, message(text), BOUGHT)) == count


def choice(name):
    return f"{{% if event.{name} %}}x{{% endif %}}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "{% if profile.age > 1 %}" * 4 + "x" + "{% endif %}" * 4,
            ["this stands inside of 3 other conditions"],
            id="deep",
        ),
        pytest.param("{% if profile.age > 1 %}" * 3 + "x" + "{% endif %}" * 3, [], id="three"),
        pytest.param("".join(map(choice, "abcdef")), ["`m` has 64 variants"], id="many"),
        pytest.param("".join(map(choice, "abcde")), [], id="enough"),
        pytest.param(choice("a") * 9, [], id="one question"),
        pytest.param(
            "".join(map(choice, "abcde")) + "{% if links.view_online %}x{% else %}y{% endif %}",
            [],
            id="all have a link",
        ),
        pytest.param(
            "".join(map(choice, "abcdefghijklmno")), ["`m` has more than 10000 variants"], id="more"
        ),
        pytest.param(
            "{% for i in event.items %}"
            + "".join(map(choice, "abcde"))
            + "{% else %}y{% endfor %}",
            ["`m` has 33 variants"],
            id="in a loop",
        ),
    ],
)
def test_variants(findings, text, said):
    assert [one[0] for one in findings(deep_template, SHOP, message(text), BOUGHT)] == said


@pytest.mark.parametrize(
    ("source", "places"),
    [
        pytest.param(message("https://a.example/?m={{ profile.email }}"), 1, id="in a text"),
        pytest.param(
            message("x", ", open: {url: 'https://a.example/{{ profile.email }}'}"), 1, id="opened"
        ),
        pytest.param(message("x", ", image: '{{ profile.email }}'"), 1, id="an image"),
        pytest.param(
            message('<a href="{{ links.a }}?x={{ profile.email }}">b</a>'), 1, id="in an attribute"
        ),
        pytest.param(
            message("{% if profile.age > 1 %}https://a.example/{{ event.card }}{% endif %}"),
            1,
            id="of the event",
        ),
        pytest.param(
            message(
                "{% with a = profile.city %}https://a.example/{{ profile.email }}{% endwith %}"
            ),
            1,
            id="inside of a tag",
        ),
        pytest.param(
            message("{% with a = profile.email %}https://a.example/{{ a }}{% endwith %}"),
            1,
            id="by another name",
        ),
        pytest.param(message("https://a.example/?m={{ profile.city }}"), 0, id="not personal"),
        pytest.param(message("https://a.example/?t={{ event.total }}"), 0, id="a total"),
        pytest.param(message("write to {{ profile.email }}"), 0, id="not in a link"),
        pytest.param(message("https://a.example/ {{ profile.email }}"), 0, id="after a link"),
        pytest.param(
            message("https://a.example/?m={{ profile.email | hash('md5') | upper }}"),
            0,
            id="a hash",
        ),
        pytest.param(
            "messages: {m: {channel: hook, request:"
            " {url: 'https://crm.example/{{ profile.email }}'}}}",
            0,
            id="to a system",
        ),
    ],
)
def test_personal_data_in_links(findings, source, places):
    assert len(findings(personal_data_in_link, SHOP, source, BOUGHT)) == places


@pytest.mark.parametrize(
    ("home", "target", "count"),
    [
        pytest.param("region: ru", "region: us", 1, id="abroad"),
        pytest.param("region: de", "region: us", 1, id="out of Europe"),
        pytest.param("region: de", "region: eu", 0, id="within Europe"),
        pytest.param("region: RU", "region: ru", 0, id="at home"),
        pytest.param("region: ru", "title: T", 0, id="nobody says where"),
        pytest.param("title: T", "region: us", 0, id="nobody says from where"),
        pytest.param("region: ru", "region: us, manages: [messages]", 0, id="without profiles"),
    ],
)
def test_personal_data_abroad(findings, home, target, count):
    source = f"project: p\n{home}\ntargets: {{t: {{platform: sandbox, {target}}}}}\n"
    assert len(findings(personal_data_abroad, SHOP, source)) == count


def test_attributes_may_name_their_targets(findings):
    source = """
    project: p
    region: ru
    targets: {t: {platform: sandbox, region: us}, own: {platform: sandbox, region: ru}}
    attributes: {phone: {pii: personal, targets: [own]}, city: {}}
    """
    assert findings(personal_data_abroad, source) == []


@pytest.mark.parametrize(
    ("texts", "status", "count"),
    [
        pytest.param(["GIFT5", "{{ coupon.gift }}", "take GIFT5"], "live", 1, id="three times"),
        pytest.param(["GIFT5", "{{ coupon.gift }}", "OTHER"], "live", 0, id="twice"),
        pytest.param(["GIFT5", "GIFT5", "GIFT5"], "draft", 0, id="not yet"),
    ],
)
def test_codes_again_and_again(findings, texts, status, count):
    messages = "".join(
        f"  m{n}: {{channel: push, heading: H, text: {text!r}}}\n" for n, text in enumerate(texts)
    )
    steps = ", ".join(f"{{send: m{n}}}" for n in range(len(texts)))
    chain = f"chains: {{c: {{status: {status}, trigger: bought, steps: [{steps}]}}}}"
    found = findings(repeated_code, SHOP, f"messages:\n{messages}", chain)
    assert len(found) == count


def test_a_choice_is_one_offer(findings):
    source = """
    messages:
      a: {channel: push, heading: H, text: GIFT5}
      b: {channel: push, heading: H, text: GIFT5}
      d: {channel: push, heading: H, text: GIFT5}
    chains: {c: {trigger: bought, steps: [{send: [a, b, d]}]}}
    """
    assert findings(repeated_code, SHOP, source) == []
    assert findings(repeated_code, "events: {bought: {}}") == []


@pytest.mark.parametrize(
    ("rule", "layout"),
    [
        pytest.param(
            deep_template, "{% if profile.age > 1 %}" * 4 + "x" + "{% endif %}" * 4, id="depth"
        ),
        pytest.param(unknown_template_value, "{{ profile.nothing }}", id="a name"),
        pytest.param(
            personal_data_in_link, "https://a.example/?m={{ profile.email }}", id="a link"
        ),
        pytest.param(
            no_alt,
            '<html><body><img src="https://a.example/1.png">{{ slots.content }}</body></html>',
            id="an image",
        ),
    ],
)
def test_what_letters_share_is_told_once(findings, rule, layout):
    letters = f"""
channels: {{email: {{type: email}}}}
layouts: {{frame: {{channel: email, template: {layout!r}}}}}
messages:
  m: {{channel: email, subject: S, body: B, layout: frame}}
  n: {{channel: email, subject: S, body: B, layout: frame}}
chains:
  c: {{trigger: bought, steps: [{{send: m}}, {{send: n}}]}}
  d: {{trigger: looked, steps: [{{send: m}}]}}
"""
    assert len(findings(rule, SHOP, letters)) == 1
