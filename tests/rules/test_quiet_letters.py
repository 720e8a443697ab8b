"""Letters and texts that look wrong to a machine and are not, each beside one that is."""

import pytest

from crmspec.rules import (
    chat_markup,
    dark_mode,
    long_subject,
    low_contrast,
    many_calls,
    near_duplicate,
    no_context_line,
    no_fallback,
    not_supplied,
    odd_characters,
    onsite_repeat,
    personal_data_in_link,
    push_length,
    repeated_code,
    spammy_subject,
    unknown_template_value,
    unsupported_css,
)
from tests.rules.test_letters import P, button, levels, said, whole

SHOP = """
events:
  bought: {properties: {note: {}, items: {type: array, items: {type: string}}}}
  looked: {}
attributes:
  city: {}
  size: {missing_as: M}
  birthday: {type: date}
consents: {news: {}}
segments:
  locals: {attribute: city, exists: true}
  readers: {consent: news}
  around: {segment: locals}
coupons: {gift: {code: SALE5}}
channels: {push: {type: mobile_push}, tg: {type: telegram}, site: {type: onsite}}
"""
TWO = f"{{% if event.note %}}{button('https://a.example')}{{% else %}}{button('https://b.example')}"


@pytest.mark.parametrize(
    ("page", "count"),
    [
        pytest.param(f"{TWO}{{% endif %}}", 0, id="one or the other"),
        pytest.param(f"{TWO}{{% endif %}}{button('https://a.example')}", 1, id="one and another"),
        pytest.param(
            f"{{% if event.note %}}{button('https://a.example')}{{% endif %}}"
            f"{{% for i in event.items %}}{{{{ i }}}}{button('https://b.example')}{{% endfor %}}",
            1,
            id="conditions of their own",
        ),
        pytest.param(
            '<a role="button" href="https://a.example">a</a>'
            '<a class="big cta" href="https://b.example">b</a>',
            1,
            id="buttons by their role and class",
        ),
        pytest.param(
            '<mj-button href="https://a.example">a</mj-button>' + button("https://b.example"),
            1,
            id="a button of MJML",
        ),
        pytest.param(
            '<a class="octave" href="https://a.example">a</a>' + button("https://b.example"),
            0,
            id="a class that only looks so",
        ),
    ],
)
def test_calls_that_nobody_gets_together(page, count):
    assert len(said(many_calls, whole(page))) == count


def test_emoji_are_one_sign_each():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert said(long_subject, P, subject=f'"{family * 3}{"s" * 47}"') == []
    assert len(said(long_subject, P, subject=f'"{family * 3}{"s" * 48}"')) == 1


@pytest.mark.parametrize(
    ("subject", "count"),
    [
        pytest.param("👨‍👩‍👧‍👦 Family", 0, id="a family"),
        pytest.param("👍🏽👋🏿 Hi", 0, id="skins"),
        pytest.param("👍🏽👋🏿👍 Hi", 1, id="three hands"),
        pytest.param("✓ ★ ❤ Done", 0, id="signs, no pictures"),
        pytest.param("❤️ ✔️ ☎️ Done", 1, id="pictures"),
        pytest.param("🇩🇪🇫🇷 Hi", 0, id="flags"),
        pytest.param("می‌خواهم خرید", 0, id="Persian"),
        pytest.param("sa‌le", 1, id="the same sign between Latin letters"),
        pytest.param("SMMщик года", 0, id="a derived word"),
        pytest.param("HRка", 0, id="letters that only one alphabet has"),
        pytest.param("Сalе", 1, id="letters that look alike"),
    ],
)
def test_signs_that_belong(subject, count):
    assert len(said(odd_characters, P, subject=subject)) == count


@pytest.mark.parametrize(
    ("subject", "count"),
    [
        pytest.param("NEW IKEA & LEGO", 0, id="names"),
        pytest.param("NEW IKEA LEGO SALE", 1, id="a line of them"),
        pytest.param("OPEN TODAY", 1, id="a word"),
    ],
)
def test_capitals(subject, count):
    assert len(said(spammy_subject, P, subject=subject)) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        pytest.param("Вы получаете это письмо как клиент магазина", 0, id="as a customer"),
        pytest.param("Это письмо пришло вам, так как вы подписаны", 0, id="subscribed"),
        pytest.param("This e-mail was sent to you as a subscriber", 0, id="as a subscriber"),
        pytest.param("As always, a discount", 1, id="as something else"),
    ],
)
def test_lines_that_say_why(line, count):
    assert len(said(no_context_line, whole(f"<p>{line}</p>", ""))) == count


def test_letters_with_colours_for_the_dark():
    page = '<p style="color: #333333">Hello</p>'
    sheet = "<style>@media (prefers-color-scheme: dark) {p {color: #fff !important}}</style>"
    assert said(dark_mode, sheet + page) == []
    assert len(said(dark_mode, sheet.replace("dark", "light") + page)) == 1


@pytest.mark.parametrize(
    ("page", "count"),
    [
        pytest.param('<div style="display:none;opacity:0">x</div>', 0, id="a preheader"),
        pytest.param('<div style="opacity:0">x</div>', 1, id="seen where it is not known"),
        pytest.param(
            '<!--[if mso]><style>a {display:grid}</style><b style="opacity:0">x</b><![endif]-->',
            0,
            id="for Outlook",
        ),
        pytest.param(
            '<!--[if !mso]><!--><b style="opacity:0">x</b><!--<![endif]-->', 1, id="for others"
        ),
    ],
)
def test_what_is_hidden(page, count):
    assert len(said(unsupported_css, page)) == count


@pytest.mark.parametrize(
    ("style", "count"),
    [
        pytest.param("color:{% if event.note %}#333{% else %}#bbb{% endif %}", 1, id="the others"),
        pytest.param("color:{% if event.note %}#bbb{% endif %}", 1, id="some"),
        pytest.param("color:{% if event.note %}#333{% else %}#444{% endif %}", 0, id="nobody"),
        pytest.param(
            "{% if event.note %}color:#fff;background:#000"
            "{% else %}color:#000;background:#fff{% endif %}",
            0,
            id="both change",
        ),
    ],
)
def test_colours_for_some(style, count):
    page = f"{{% if event.note %}}<b>x</b>{{% endif %}}<p style='{style}'>Hello</p>"
    assert len(said(low_contrast, page)) == count


@pytest.mark.parametrize(
    ("address", "count"),
    [
        pytest.param("mailto:a@example.com?body={{ profile.mail }}", 0, id="a letter"),
        pytest.param("tel:{{ profile.mail }}", 0, id="a call"),
        pytest.param("/mailto:{{ profile.mail }}", 1, id="a page"),
    ],
)
def test_addresses_that_are_no_pages(address, count):
    assert len(said(personal_data_in_link, f'<a href="{address}">x</a>')) == count


def test_links_that_no_system_has():
    assert levels(unknown_template_value, whole("{{ links.unsubscrib }}")) == ["error"]
    assert levels(unknown_template_value, whole("{{ links.view_online }}")) == []


def push(text, id_="m"):
    return f"  {id_}: {{channel: push, heading: H, text: {text!r}}}\n"


@pytest.mark.parametrize(
    ("value", "chains", "count"),
    [
        pytest.param(
            "event.note",
            "c: {trigger: {event: bought, where: {note: {exists: true}}}, steps: [{send: m}]}",
            0,
            id="its trigger asks",
        ),
        pytest.param(
            "event.note",
            "c: {trigger: {event: bought, where: {note: abc}}, steps: [{send: m}]}",
            0,
            id="its trigger compares",
        ),
        pytest.param(
            "event.note",
            "c: {trigger: {event: bought, where: {note: {neq: abc}}}, steps: [{send: m}]}",
            1,
            id="a test that holds of nothing too",
        ),
        pytest.param(
            "event.note",
            "c: {trigger: [bought, {event: bought, where: {note: abc}}], steps: [{send: m}]}",
            1,
            id="one trigger of two asks",
        ),
        pytest.param(
            "profile.city",
            "c: {trigger: looked, audience: {all: [{attribute: city, exists: true}]},"
            " steps: [{send: m}]}",
            0,
            id="the audience asks",
        ),
        pytest.param(
            "profile.city",
            "c: {trigger: looked, audience: {any: [{attribute: city, exists: true},"
            " {consent: news}]}, steps: [{send: m}]}",
            1,
            id="the audience asks some",
        ),
        pytest.param(
            "profile.city",
            "c: {trigger: looked, audience: {attribute: city, missing: true}, steps: [{send: m}]}",
            1,
            id="the audience is all the others",
        ),
        pytest.param(
            "profile.size",
            "c: {trigger: looked, audience: {attribute: size, eq: M}, steps: [{send: m}]}",
            1,
            id="what stands in for it",
        ),
        pytest.param(
            "profile.city",
            "c: {trigger: {segment: around}, steps: [{send: m}]}",
            0,
            id="a segment of a segment",
        ),
        pytest.param(
            "profile.birthday | date('%d')",
            "c: {trigger: {date: birthday}, steps: [{send: m}]}",
            0,
            id="the date that starts it",
        ),
        pytest.param(
            "profile.city",
            "c: {trigger: {segment: around, transition: left}, steps: [{send: m}]}",
            1,
            id="those who leave",
        ),
        pytest.param(
            "profile.city",
            "c: {trigger: looked, steps: [{send: m, only: {attribute: city, exists: true}}]}",
            0,
            id="the step asks",
        ),
        pytest.param(
            "event.note",
            "c: {trigger: bought, steps: [{send: m, only: {trigger: note, exists: true}}]}",
            0,
            id="the step asks about the event",
        ),
        pytest.param(
            "chain.code",
            "a: {trigger: looked, steps: [{start_chain: {chain: c, pass: {code: '1'}}}]}\n"
            "  c: {trigger: {manual: true}, steps: [{send: m}]}",
            0,
            id="each starter passes it",
        ),
        pytest.param(
            "chain.code",
            "a: {trigger: looked, steps: [{start_chain: {chain: c, pass: {code: '1'}}}]}\n"
            "  b: {trigger: looked, steps: [{start_chain: c}]}\n"
            "  c: {trigger: {manual: true}, steps: [{send: m}]}",
            1,
            id="one starter does not",
        ),
        pytest.param(
            "chain.code",
            "a: {trigger: looked, steps: [{start_chain: {chain: c, pass: {code: '1'}}}]}\n"
            "  c: {trigger: looked, steps: [{send: m}]}",
            1,
            id="it starts by itself",
        ),
    ],
)
def test_values_that_all_have(findings, value, chains, count):
    source = f"messages:\n{push(f'{{{{ {value} }}}}')}chains:\n  {chains}\n"
    assert len(findings(no_fallback, SHOP, source)) == count


@pytest.mark.parametrize(
    ("segment", "count"),
    [
        pytest.param("locals", 0, id="a segment that asks"),
        pytest.param("{include: [locals, readers]}", 1, id="one that does not"),
    ],
)
def test_values_that_all_of_a_broadcast_have(findings, segment, count):
    mailed = f"broadcasts: {{b: {{audience: {segment}, message: m, at: '2026-11-27T12:00'}}}}"
    source = f"messages:\n{push('{{ profile.city }}')}{mailed}"
    assert len(findings(no_fallback, SHOP, source)) == count


def test_a_broadcast_has_no_chain(findings):
    text = push("{{ chain.entered_at | date('%d') }}")
    mailed = "broadcasts: {b: {audience: readers, message: m, at: '2026-11-27T12:00'}}"
    chain = "chains: {c: {trigger: looked, steps: [{send: m}]}}"
    assert len(findings(not_supplied, SHOP, f"messages:\n{text}{mailed}")) == 1
    assert findings(not_supplied, SHOP, f"messages:\n{text}{chain}") == []


@pytest.mark.parametrize(
    ("texts", "count"),
    [
        pytest.param(("SALE5", "SALE5!", "SALE5."), 1, id="spelled"),
        pytest.param(("SALE5", "SALE5!", "SALE50"), 0, id="another number"),
        pytest.param(("SALE5", "SALE5!", "X-SALE5"), 0, id="the end of another"),
        pytest.param(("SALE5", "SALE5!", "SALE5-NEW"), 0, id="the beginning of another"),
    ],
)
def test_codes_are_words(findings, texts, count):
    messages = "".join(push(one, f"m{at}") for at, one in enumerate(texts))
    chain = "chains: {c: {trigger: looked, steps: [{send: m0}, {send: m1}, {send: m2}]}}"
    assert len(findings(repeated_code, SHOP, f"messages:\n{messages}{chain}")) == count


@pytest.mark.parametrize(
    ("text", "more", "count"),
    [
        pytest.param(f"<b>{'a' * 4000}</b>{'&amp;' * 96}", "", 0, id="without its tags"),
        pytest.param(f"<b>{'a' * 4000}</b>{'&amp;' * 97}", "", 1, id="too long without them"),
        pytest.param(
            f"[{'a' * 4090}](https://shop.example) *b*", ", parse_mode: markdown", 0, id="Markdown"
        ),
        pytest.param(f"<b>{'a' * 4094}", ", parse_mode: plain", 1, id="no markup"),
    ],
)
def test_telegram_counts_what_is_read(findings, text, more, count):
    source = f"messages:\n  m: {{channel: tg, text: {text!r}{more}}}\n"
    chain = "chains: {c: {trigger: looked, steps: [{send: m}]}}"
    found = [one[0] for one in findings(chat_markup, SHOP, source + chain) if "takes" in one[0]]
    assert len(found) == count


def test_phones_show_signs(findings):
    heading = "👨‍👩‍👧‍👦" + "a" * 39
    source = "messages:\n  m: {{channel: push, heading: '{}', text: T}}\n"
    assert findings(push_length, SHOP, source.format(heading)) == []
    assert len(findings(push_length, SHOP, source.format(f"{heading}a"))) == 1


def test_two_spellings_are_one(findings):
    words = "Придёт ещё один счёт за наш самый тёплый плед"
    plain = words.replace("ё", "е")
    chain = "chains: {c: {trigger: looked, steps: [{send: m}, {send: n}]}}"
    two = f"messages:\n{push(words)}{push(plain, 'n')}{chain}"
    assert len(findings(near_duplicate, SHOP, two)) == 1
    other = f"messages:\n{push(words)}{push('Вот и всё, что мы хотели вам рассказать', 'n')}{chain}"
    assert findings(near_duplicate, SHOP, other) == []


@pytest.mark.parametrize(
    ("repeat", "count"),
    [pytest.param("0s", 1, id="at once again"), pytest.param("1mo", 0, id="in a month")],
)
def test_a_pause_of_no_time(findings, repeat, count):
    source = (
        "messages: {m: {channel: site, placement: popup, heading: H, text: T,"
        f" show: {{trigger: scroll, repeat: {repeat}}}}}}}"
    )
    assert len(findings(onsite_repeat, SHOP, source)) == count
