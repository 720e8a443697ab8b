"""Texts that do not fit the channel they go out over."""

import pytest

from crmspec.rules import (
    chat_markup,
    near_duplicate,
    onsite_repeat,
    push_length,
    sms_parts,
    template_variables,
)

SHOP = """
events: {bought: {properties: {note: {required: true}}}}
attributes: {first_name: {}, tags: {type: array, items: string}}
personas: {boris: {attributes: {first_name: Боря}}}
consents: {news: {}}
channels:
  sms: {type: sms, cost: {amount: 2, currency: RUB}}
  short: {type: sms, max_segments: 1}
  push: {type: mobile_push}
  web: {type: web_push}
  tg: {type: telegram}
  vk: {type: vk}
  wa: {type: whatsapp}
  site: {type: onsite}
  inside: {type: in_app}
"""


def message(channel, text, more=""):
    return f"messages:\n  m: {{channel: {channel}, text: {text!r}{more}}}\n"


@pytest.mark.parametrize(
    ("channel", "text", "said"),
    [
        pytest.param("sms", "a" * 307, ["`m` is sent in 3 parts"], id="Latin, too long"),
        pytest.param("sms", "a" * 306, [], id="Latin, two parts"),
        pytest.param("sms", "я" * 135, ["`m` is sent in 3 parts"], id="Cyrillic, too long"),
        pytest.param("sms", "я" * 134, [], id="Cyrillic, two parts"),
        pytest.param("short", "a" * 161, ["`m` is sent in 2 parts"], id="the channel allows one"),
        pytest.param("short", "a" * 160, [], id="just one"),
        pytest.param(
            "short",
            "a" * 69 + "{{ profile.first_name | default('a') }}",
            ["`m` is sent in 2 parts"],
            id="for Boris",
        ),
        pytest.param("short", "a" * 69 + "{{ links.a }}", [], id="a value that is not known"),
        pytest.param("push", "a" * 400, [], id="no SMS"),
    ],
)
def test_parts_of_an_sms(findings, channel, text, said):
    found = findings(sms_parts, SHOP, message(channel, text, ", heading: H"))
    assert [one[0] for one in found] == said


def test_an_sms_is_judged_language_by_language(findings):
    source = "messages: {m: {channel: short, locales: {en: {text: Hi}, ru: {text: %s}}}}"
    found = findings(sms_parts, SHOP, source % ("я" * 80))
    assert [one[1] for one in found] == ["я" * 80]


@pytest.mark.parametrize(
    ("channel", "heading", "text", "said"),
    [
        pytest.param(
            "push", "h" * 41, "t", ["`heading` of `m` is more than iOS shows"], id="a heading"
        ),
        pytest.param("push", "h" * 40, "t" * 160, [], id="just fits"),
        pytest.param("push", "h", "t" * 161, ["`text` of `m` is more than iOS shows"], id="a text"),
        pytest.param(
            "web", "h", "t" * 4100, ["`text` of `m` is more than browsers takes"], id="refused"
        ),
        pytest.param(
            "push",
            "h",
            "t" * 161 + "{{ profile.first_name | default('a longer name than his') }}",
            ["`text` of `m` is more than iOS shows"],
            id="for everybody",
        ),
        pytest.param("tg", "h", "t" * 4100, [], id="no notification"),
    ],
)
def test_notifications(findings, channel, heading, text, said):
    source = message(channel, text, f", heading: {heading}")
    assert [one[0] for one in findings(push_length, SHOP, source)] == said


def worded(text):
    return approved("a", values=f"[x], text: {text}")


def approved(id_, name="t", category="UTILITY", values="[x]", own="service"):
    template = f"{{name: {name}, language: ru, category: {category}}}"
    return (
        f"  {id_}: {{channel: wa, category: {own}, external_template: {template},"
        f" variables: {values}}}\n"
    )


@pytest.mark.parametrize(
    ("one", "two", "count"),
    [
        pytest.param(approved("a"), approved("b"), 0, id="alike"),
        pytest.param(approved("a"), approved("b", values="[x, y]"), 1, id="other values"),
        pytest.param(approved("a"), approved("b", name="u", values="[]"), 0, id="another template"),
        pytest.param(approved("a"), approved("b", category="MARKETING"), 1, id="two categories"),
        pytest.param(approved("a", own="marketing"), "", 1, id="advertising as something else"),
        pytest.param(
            approved("a", own="marketing", category="MARKETING"), "", 0, id="advertising as such"
        ),
        pytest.param("  a: {channel: wa, text: T}\n", "", 0, id="without a template"),
        pytest.param(worded("'{{1}} a {{2}}'"), "", 1, id="too few values"),
        pytest.param(worded("'nothing'"), "", 1, id="a value for nothing"),
        pytest.param(worded("'{{1}} a {{1}}'"), "", 0, id="one value twice"),
        pytest.param(worded("'{{ profile.first_name }}'"), "", 0, id="a text of its own"),
        pytest.param(
            worded("T, locales: {ru: {text: '{{1}}'}, en: {text: '{{2}}'}}"), "", 1, id="a language"
        ),
    ],
)
def test_approved_templates(findings, one, two, count):
    assert len(findings(template_variables, SHOP, f"messages:\n{one}{two}")) == count


@pytest.mark.parametrize(
    ("channel", "text", "more", "said"),
    [
        pytest.param("tg", "<b>a</b> <i>b</i>", "", [], id="fine"),
        pytest.param("tg", "{{ profile.first_name | default('<') }}", "", [], id="escaped"),
        pytest.param("tg", "<b>a", "", ["`<b>` is never closed"], id="left open"),
        pytest.param(
            "tg", "<b><i>a</b></i>", "", ["`</b>` closes nothing that is open"], id="crossed"
        ),
        pytest.param("tg", "<b>{{ profile.first_name", "", [], id="a template that is none"),
        pytest.param("tg", "a</b>", "", ["`</b>` closes nothing that is open"], id="closed only"),
        pytest.param("tg", "<p>a</p>", "", ["telegram does not know `<p>`"], id="no such tag"),
        pytest.param(
            "tg", "1 < 2", "", ["a bare `<` makes telegram refuse the message"], id="bare"
        ),
        pytest.param("tg", "1 < 2", ", parse_mode: plain", [], id="as it stands"),
        pytest.param("tg", "*a*", ", parse_mode: markdown", [], id="Markdown"),
        pytest.param(
            "tg",
            "*a",
            ", parse_mode: markdown",
            ["`*` has no partner, so telegram refuses it"],
            id="odd",
        ),
        pytest.param(
            "tg",
            "*Sum* {{ event.note | default('*') }} {{ profile.first_name }}",
            ", parse_mode: markdown",
            ["`*` has no partner, so telegram refuses it"],
            id="a fallback is the author's",
        ),
        pytest.param("vk", "<b>a</b>", "", ["customers will read `<b>` as it stands"], id="tags"),
        pytest.param("vk", "1 < 2", "", [], id="no tag at all"),
        pytest.param("vk", "<b>", ", parse_mode: plain", [], id="meant as it stands"),
        pytest.param("vk", "{{ profile.first_name }}", "", [], id="tags of a customer"),
        pytest.param(
            "tg", "a" * 4097, "", ["`text` of `m` is more than telegram takes"], id="long"
        ),
        pytest.param(
            "tg",
            "a",
            ", buttons: [{label: L, callback: " + "ы" * 33 + "}]",
            ["`callback` is more than 64 bytes"],
            id="a callback",
        ),
        pytest.param("tg", "a", ", buttons: [{label: L, callback: yes_1}]", [], id="a short one"),
        pytest.param(
            "tg",
            "<a href={{ event.note }}>b</a>",
            "",
            None,
            id="a value in the middle of a tag",
        ),
        pytest.param("push", "<b>", ", heading: H", [], id="no messenger"),
    ],
)
def test_messengers(findings, channel, text, more, said):
    chain = "chains: {c: {trigger: bought, steps: [{send: m}]}}"
    found = [one[0] for one in findings(chat_markup, SHOP, message(channel, text, more), chain)]
    assert found if said is None else found == said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "*Sum* {{ event.total | number(2) }} [a](https://x.example) {{ event.note }}",
            [("`*` in a value makes telegram refuse it", "{{ event.note }}")],
            id="a value",
        ),
        pytest.param(
            "{% for one in profile.tags %}{{ one }}{% endfor %}",
            [("`*` in a value makes telegram refuse it", "{{ one }}")],
            id="an item",
        ),
        pytest.param("*Sum* {{ event.total | number(2) }}", [], id="a number has no such sign"),
    ],
)
def test_signs_of_markdown_in_values(findings, text, found):
    written = message("tg", text, ", parse_mode: markdown")
    chain = "chains: {c: {trigger: bought, steps: [{send: m}]}}"
    assert [one[:2] for one in findings(chat_markup, SHOP, written, chain)] == found


def window(id_, show, more="placement: popup"):
    return f"  {id_}: {{channel: site, heading: H, text: T, {more}, show: {{{show}}}}}\n"


@pytest.mark.parametrize(
    ("windows", "count"),
    [
        pytest.param([window("a", "trigger: scroll")], 1, id="on every visit"),
        pytest.param([window("a", "trigger: scroll, repeat: 7d")], 0, id="once a week"),
        pytest.param([window("a", "trigger: load, repeat: 7d")], 1, id="at once"),
        pytest.param(
            [window("a", "trigger: load, repeat: 7d, audience: {consent: news}")], 0, id="for some"
        ),
        pytest.param(
            [window("a", "trigger: load, repeat: 7d", "placement: popup, category: service")],
            0,
            id="must come at once",
        ),
        pytest.param([window("a", "trigger: load", "placement: bar")], 0, id="covers nothing"),
        pytest.param(
            [window("a", "trigger: scroll", "placement: popup, status: draft")], 0, id="x"
        ),
        pytest.param(
            [
                window("a", "trigger: scroll, repeat: 7d"),
                window("b", "trigger: scroll, repeat: 7d"),
            ],
            1,
            id="together",
        ),
        pytest.param(
            [
                window("a", "trigger: scroll, repeat: 7d, pages: [/a]"),
                window("b", "trigger: scroll, repeat: 7d, pages: [/b]"),
            ],
            0,
            id="on other pages",
        ),
        pytest.param(
            [
                window("a", "trigger: scroll, repeat: 7d, device: mobile"),
                window("b", "trigger: scroll, repeat: 7d, device: desktop"),
            ],
            0,
            id="on other devices",
        ),
        pytest.param(
            [
                window("a", "trigger: scroll, repeat: 7d, audience: {consent: news}"),
                window("b", "trigger: scroll, repeat: 7d"),
            ],
            0,
            id="for others",
        ),
    ],
)
def test_windows(findings, windows, count):
    assert len(findings(onsite_repeat, SHOP, f"messages:\n{''.join(windows)}")) == count


WORDS = "write to us and a person will answer within the hour every day of the week"


def test_several_of_the_same_are_one_finding(findings):
    texts = [WORDS, "Another thing, which nobody has said before", WORDS, WORDS + " or so"]
    lines = (f"  m{n}: {{channel: push, text: {one!r}}}\n" for n, one in enumerate(texts))
    steps = ", ".join(f"{{send: m{n}}}" for n in range(len(texts)))
    chain = f"chains: {{c: {{trigger: bought, steps: [{steps}]}}}}\n"
    [found] = findings(near_duplicate, SHOP, f"messages:\n{''.join(lines)}{chain}")
    assert found[:2] == ("`m0`, `m2`, `m3` say almost the same in `c`", "m2")


@pytest.mark.parametrize(
    ("texts", "steps", "count"),
    [
        pytest.param([WORDS, WORDS + " or so"], "{send: a}, {send: b}", 1, id="almost the same"),
        pytest.param([WORDS, "<b>" + WORDS], "{send: a}, {send: b}", 1, id="tags apart"),
        pytest.param([WORDS, WORDS], "{send: [a, b]}", 0, id="a choice"),
        pytest.param([WORDS, WORDS], "{send: a}, {send: a}", 0, id="one message twice"),
        pytest.param(
            [WORDS, "x"], "{send: a}, {send: unknown}", 0, id="a message that is not there"
        ),
        pytest.param(
            [WORDS, "Now for something else entirely: the shelf"],
            "{send: a}, {send: b}",
            0,
            id="new",
        ),
        pytest.param(["Thank you", "Thank you"], "{send: a}, {send: b}", 0, id="too short to say"),
    ],
)
def test_the_same_again(findings, texts, steps, count):
    one, two = texts
    source = (
        f"messages:\n  a: {{channel: push, text: {one!r}}}\n  b: {{channel: push, text: {two!r}}}\n"
        f"chains: {{c: {{trigger: bought, steps: [{steps}]}}}}\n"
    )
    assert len(findings(near_duplicate, SHOP, source)) == count
    draft = source.replace("trigger", "status: draft, trigger")
    assert findings(near_duplicate, SHOP, draft) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("Tea&nbsp;time", ["customers will read `&nbsp;` as it stands"], id="a name"),
        pytest.param("Tea &amp; &#8212; &lt;", [], id="known"),
        pytest.param("<span>x</span>", ["telegram refuses a `<span>`"], id="a bare span"),
        pytest.param('<span class="tg-spoiler">x</span>', [], id="a spoiler"),
    ],
)
def test_what_only_telegram_refuses(findings, text, said):
    found = findings(chat_markup, SHOP, message("tg", text))
    assert [one[0].startswith(two) for one, two in zip(found, said, strict=True)] == [True] * len(
        said
    )


APPROVED = ", external_template: {name: a, language: en, category: UTILITY}, category: service"


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        pytest.param(r"a\nb", ["line breaks"], id="a line break"),
        pytest.param("a     b", ["line breaks"], id="five spaces"),
        pytest.param("a    b", [], id="four spaces"),
        pytest.param(" ", ["empty"], id="a space"),
        pytest.param("", ["empty"], id="nothing"),
        pytest.param("{{ profile.first_name | default('') }}", ["empty"], id="empty for some"),
        pytest.param("{{ profile.first_name | default('x') }}", [], id="never empty"),
        pytest.param("{{ profile.first_name }}", [], id="that is no fallback"),
        pytest.param("{% if profile.first_name %}x{% endif %}", ["empty"], id="only for some"),
    ],
)
@pytest.mark.parametrize("channel", ["wa", "vk"])
def test_values_that_whatsapp_refuses(findings, channel, variable, said):
    source = f'messages:\n  m: {{channel: {channel}, variables: ["{variable}"]{APPROVED}}}\n'
    found = [one[0] for one in findings(template_variables, SHOP, source)]
    assert len(found) == (len(said) if channel == "wa" else 0)
    assert all(two in one for one, two in zip(found, said, strict=False))


@pytest.mark.parametrize(
    ("size", "count"),
    [pytest.param(2100, 2, id="too much"), pytest.param(2000, 0, id="it fits")],
)
def test_the_data_of_a_push_counts(findings, size, count):
    more = f", heading: H, data: {{x: {'я' * size}}}"
    found = findings(push_length, SHOP, message("push", "t", more))
    assert [one[0].partition(" is")[0] for one in found] == ["`data` of `m`"] * count
