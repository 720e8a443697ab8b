"""A deterministic project of messages: letters in MJML that share layouts and blocks."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYOUTS = 12
BLOCKS = 18
PER_CHAIN = 8

PROJECT = """\
project: letters
timezone: Europe/Moscow
currency: RUB
locales: {default: en, supported: [en, ru]}
"""
COMMON = """\
consents:
  news: {title: News by e-mail, channel: email, purpose: marketing}
channels:
  email:
    type: email
    title: E-mail
    from: {name: Shop, email: hello@shop.example}
    consent: news
attributes:
  first_name: {type: string, pii: personal}
  city: {type: string}
  points: {type: integer, minimum: 0}
  tier: {type: enum, values: [basic, silver, gold], default: basic}
personas:
  regular: {title: Regular, attributes: {first_name: Anna, city: Kazan, points: 120, tier: gold}}
  newcomer: {title: Newcomer, attributes: {tier: basic}}
events:
"""
EVENT = """\
  action_{n}:
    title: Action {n}
    properties:
      total: {{type: number, minimum: 0, required: true}}
      sku: {{type: string, required: true}}
      items:
        type: array
        items:
          type: object
          properties: {{name: {{type: string}}, price: {{type: number}}, url: {{type: string}}}}
    example: {{total: 1200, sku: L-{n}, items: [{{name: Lamp, price: 1200, url: l}}]}}
"""
CHAIN = """\
  chain_{n}:
    title: Chain {n}
    owner: crm
    trigger: {{event: action_{event}}}
    audience: {{consent: news}}
    steps:
{steps}
"""
SHORT = """\
consents:
  sms_news: {title: News by SMS, channel: sms, purpose: marketing}
  push_news: {title: News by push, channel: push, purpose: marketing}
  chat_news: {title: News in the chat, channel: chat, purpose: marketing}
channels:
  sms: {type: sms, title: SMS, sender: SHOP, consent: sms_news}
  push: {type: mobile_push, title: Push, apps: [shop], consent: push_news}
  chat: {type: telegram, title: Chat, consent: chat_news}
"""
"""What a project has besides if half of its messages are no letters."""
NOTES = (
    """\
    channel: sms
    text: "{{{{ profile.first_name | default('Hi') }}}}: {thing} {n} shop.example/{n} STOP"
""",
    """\
    channel: push
    heading: "A {thing} for {{{{ profile.city | default('you') }}}}"
    text: "{{% if profile.points > 0 %}}You have {{{{ profile.points }}}} points{{% endif %}} {n}"
    open: {{url: "https://shop.example/p/{n}"}}
    utm: {{source: crm, medium: push, campaign: '{{chain}}'}}
""",
    """\
    channel: chat
    text: "{{{{ profile.first_name | default('Hello') }}}}, {thing} {n} costs {{{{ event.total }}}}"
    buttons:
      - {{label: See it, url: "https://shop.example/p/{n}?sku={{{{ event.sku | url_encode }}}}"}}
    utm: {{source: crm, medium: chat, campaign: '{{chain}}'}}
""",
)
"""Messages of other channels, without their titles."""
LAYOUT = """\
<mjml lang="en">
  <mj-head>
    <mj-preview>{{{{ message.preheader }}}}</mj-preview>
    <mj-attributes>
      <mj-all font-family="Arial, Helvetica, sans-serif" />
      <mj-text font-size="16px" line-height="24px" color="#2b2b2b" />
      <mj-button background-color="#1f{n:02d}5c" color="#ffffff" font-size="16px" />
      <mj-class name="title" font-size="26px" line-height="32px" font-weight="bold" />
      <mj-class name="quiet" font-size="13px" line-height="19px" color="#595959" />
    </mj-attributes>
    {style}
  </mj-head>
  <mj-body background-color="#f3f1ec" width="600px">
    <mj-section padding="24px 0 8px">
      <mj-column>
        <mj-image src="https://shop.example/i/logo_{n}.png" alt="Shop" width="140px" />
        <mj-text align="center" font-size="20px">
          <a href="https://shop.example/d/{n}" style="color: #1f6f5c">Department {n}</a>
        </mj-text>
      </mj-column>
    </mj-section>
    <mj-wrapper background-color="#ffffff" padding="16px 8px">
      {{{{ slots.content }}}}
    </mj-wrapper>
    {{% include "block_{foot}" %}}
    <mj-section padding="16px 0 32px">
      <mj-column>
        <mj-text mj-class="quiet" align="center">{{{{ slots.why }}}}</mj-text>
        <mj-text mj-class="quiet" align="center">
          Any questions? Answer this letter or write to
          <a href="mailto:care@shop.example">care@shop.example</a>
        </mj-text>
        <mj-text mj-class="quiet" align="center">
          <a href="{{{{ links.view_online }}}}">Open in a browser</a>
          <a href="{{{{ links.preferences }}}}">Choose your letters</a>
          <a href="{{{{ links.unsubscribe }}}}">Unsubscribe</a>
        </mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
"""
STYLE = '<mj-style inline="inline">a { color: #1f6f5c; } .fine a { color: #595959; }</mj-style>'
ITEMS = """\
<mj-section padding="0">
  <mj-column>
    {{% for item in event.items | limit({limit}) %}}
    <mj-text padding="6px 25px">
      {{{{ item.name | default('An article') }}}}{{% if item.price > 0 %}},
      <b>{{{{ item.price | number(0) }}}} RUB</b>{{% endif %}}
    </mj-text>
    {{% else %}}
    <mj-text>All is in <a href="https://shop.example/cart/{n}">your cart</a>.</mj-text>
    {{% endfor %}}
  </mj-column>
</mj-section>
"""
PROMISES = """\
<mj-section>
  <mj-column width="50%">
    <mj-text><b>Delivery {n}</b><br />From one day on, and you see when before you pay.</mj-text>
  </mj-column>
  <mj-column width="50%">
    <mj-text><b>Returns</b><br />Within {limit} days, and we pay the way back.</mj-text>
  </mj-column>
</mj-section>
"""
TEXTS = {
    "en": (
        "Hello",
        "here is what goes with your {thing}",
        "We looked through {count} {thing}s and kept those that people come back for.",
        "You have {{ profile.points | default(0) | number(0) }} points to spend.",
        "Members of the gold club get it a day before all others.",
        "See every {thing}",
        "You get this letter because you signed up in our shop.",
        "What others choose with a {thing}",
    ),
    "ru": (
        "Здравствуйте",
        "вот что подходит к вашей покупке",
        "Мы посмотрели {count} товаров и оставили те, за которыми возвращаются.",
        "На счёте {{ profile.points | default(0) | number(0) }} баллов.",
        "Участникам золотого клуба они доступны на день раньше.",
        "Посмотреть все",
        "Вы получили это письмо, потому что подписались в магазине.",
        "Что выбирают вместе с этим",
    ),
}
BODY = """\
<mj-section>
  <mj-column>
    <mj-text mj-class="title">{{{{ profile.first_name | default('{hello}') }}}}, {lead}</mj-text>
    <mj-text>{story}</mj-text>
    <mj-text>{points} {{% if profile.tier == 'gold' %}}{club}{{% endif %}}</mj-text>
  </mj-column>
</mj-section>
{blocks}<mj-section>
  <mj-column width="{width}%">
    <mj-image src="https://shop.example/i/{n}.png" alt="{thing} {n}" href="{page}" />
  </mj-column>
  <mj-column width="{rest}%">
    <mj-text>{story}</mj-text>
    <mj-button href="{page}?sku={{{{ event.sku | url_encode }}}}">{button}</mj-button>
  </mj-column>
</mj-section>
"""
THINGS = ("lamp", "chair", "table", "carpet", "kettle", "mirror", "shelf", "blanket")


class Letter(NamedTuple):
    """A letter: its number, layout, blocks, and languages."""

    n: int
    layout: int
    blocks: tuple[int, ...]
    locales: tuple[str, ...]


def letters(count: int, seed: int = 7) -> Iterator[Letter]:
    """Yield what letters are made of; half of them are in two languages."""
    chance = random.Random(seed)
    for n in range(count):
        blocks = chance.sample(range(BLOCKS), chance.choice([0, 1, 2]))
        locales = chance.choice([("en",), ("en", "ru")])
        yield Letter(n, chance.randrange(LAYOUTS), tuple(blocks), locales)


def files(count: int, seed: int = 7, *, mixed: bool = False) -> Iterator[tuple[str, str]]:
    """Yield `(path, text)` of a project with so many e-mails; every second is none if `mixed`."""
    events = max(5, count // 100)
    made = list(letters(count, seed))
    yield "crmspec.yaml", PROJECT
    yield "campaigns/common.yaml", COMMON + "".join(EVENT.format(n=n) for n in range(events))
    yield "campaigns/frames.yaml", _frames()
    yield from [("campaigns/short.yaml", SHORT)] if mixed else []
    yield from ((f"templates/{name}", text) for name, text in templates())
    for start in range(0, count, PER_CHAIN):
        some = made[start : start + PER_CHAIN]
        steps = "\n".join(f"      - send: letter_{one.n}\n      - wait: 3d" for one in some)
        chain = CHAIN.format(n=start // PER_CHAIN, event=start // PER_CHAIN % events, steps=steps)
        text = "".join(_note(one) if mixed and one.n % 2 else _message(one) for one in some)
        yield f"campaigns/chain_{start:06d}.yaml", f"chains:\n{chain}messages:\n{text}"


def templates() -> Iterator[tuple[str, str]]:
    """Yield the files of the layouts and the blocks."""
    for n in range(LAYOUTS):
        style = STYLE if n % 2 else ""
        yield f"layouts/frame_{n}.mjml", LAYOUT.format(n=n, style=style, foot=2 * n % BLOCKS)
    for n in range(BLOCKS):
        yield f"blocks/block_{n}.mjml", (ITEMS if n % 2 else PROMISES).format(n=n, limit=3 + n % 3)


def body(letter: Letter, locale: str) -> str:
    """Return the MJML of a letter in a language, without its layout."""
    hello, lead, story, points, club, button, _, _ = _texts(letter, locale)
    blocks = "".join(f'{{% include "block_{n}" %}}\n' for n in letter.blocks)
    width = 30 + letter.n % 5 * 10
    return BODY.format(
        n=letter.n,
        hello=hello,
        lead=lead,
        story=story,
        points=points,
        club=club,
        button=button,
        blocks=blocks,
        width=width,
        rest=100 - width,
        thing=THINGS[letter.n % len(THINGS)],
        page=f"https://shop.example/p/{letter.n}",
    )


def why(letter: Letter, locale: str) -> str:
    """Return why a letter is sent, for the slot of that name."""
    return _texts(letter, locale)[6]


def preheader(letter: Letter, locale: str) -> str:
    """Return what inboxes show beside the subject."""
    return _texts(letter, locale)[7]


def _texts(letter: Letter, locale: str) -> tuple[str, ...]:
    thing, count = THINGS[letter.n % len(THINGS)], 20 + letter.n % 1000
    return tuple(
        one.replace("{thing}", thing).replace("{count}", str(count)) for one in TEXTS[locale]
    )


def _frames() -> str:
    lines = ["layouts:"]
    for n in range(LAYOUTS):
        file = f"layouts/frame_{n}.mjml"
        lines.append(f"  frame_{n}: {{title: Frame {n}, file: {file}, slots: [content, why]}}")
    lines.append("blocks:")
    lines += [
        f"  block_{n}: {{title: Block {n}, file: blocks/block_{n}.mjml}}" for n in range(BLOCKS)
    ]
    return "\n".join(lines) + "\n"


def _message(letter: Letter) -> str:
    lines = [
        f"  letter_{letter.n}:",
        f"    title: Letter {letter.n}",
        "    channel: email",
        "    category: marketing",
        f"    layout: frame_{letter.layout}",
        "    utm: {source: crm, medium: email, campaign: '{chain}'}",
    ]
    if len(letter.locales) == 1:
        return "\n".join([*lines, *_content(letter, letter.locales[0], "    ")]) + "\n"
    lines.append("    locales:")
    for locale in letter.locales:
        lines += [f"      {locale}:", *_content(letter, locale, "        ")]
    return "\n".join(lines) + "\n"


def _note(letter: Letter) -> str:
    """Return a message of the same id in another channel."""
    note = NOTES[letter.n // 2 % len(NOTES)]
    head = f"  letter_{letter.n}:\n    title: Note {letter.n}\n    category: marketing\n"
    return head + note.format(n=letter.n, thing=THINGS[letter.n % len(THINGS)])


def _content(letter: Letter, locale: str, indent: str) -> list[str]:
    name = f"{{{{ profile.first_name | default('{_texts(letter, locale)[0]}') }}}}"
    written = body(letter, locale).splitlines()
    return [
        f'{indent}subject: "{name}, {letter.n} {THINGS[letter.n % len(THINGS)]}"',
        f'{indent}preheader: "{preheader(letter, locale)}"',
        f'{indent}slots: {{why: "{why(letter, locale)}"}}',
        f"{indent}body: |",
        *(f"{indent}  {line}" for line in written),
    ]
