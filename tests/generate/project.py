"""A large, clean, deterministic project: N chains in N files, ten resources in each."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMON = """\
consents:
  email_marketing: {title: E-mail marketing, channel: email, purpose: marketing, opt_in: double}
  push_marketing: {title: Push marketing, channel: push, purpose: marketing}
channels:
  email:
    type: email
    title: E-mail
    from: {name: Shop, email: hello@shop.example}
    consent: email_marketing
    quiet_hours: "22:00-08:00"
  push: {type: mobile_push, title: Push, apps: [ios, android], consent: push_marketing}
frequency:
  daily_cap:
    title: Two marketing messages a day
    applies_to: {channels: [email, push], categories: [marketing]}
    limits: [2 per 1d, 5 per 7d]
events:
  order_placed:
    title: Order placed
    properties:
      order_id: {type: string, required: true}
      total: {type: number, unit: RUB, required: true}
attributes:
  first_name: {type: string, pii: personal}
  city: {type: string}
goals:
  purchase: {title: Purchase, event: order_placed, value: total}
stages:
  choosing: {title: Choosing, order: 1}
"""

PROJECT = """\
project: generated
timezone: Europe/Moscow
currency: RUB
locales: {default: ru, supported: [ru, en]}
defaults: {message: {utm: {source: crm, medium: "{channel}", campaign: "{chain}"}}}
"""

FILE = """\
# Scenario {n}: people who looked at category {n} come back to it.
events:
  viewed_{n}:
    title: Смотрел категорию {n}
    description: Fires when a customer opens the page of category {n}.
    kind: action
    transport: sdk
    stage: choosing
    owner: web
    properties:
      price: {{type: number, unit: RUB, required: true}}
      sku: {{type: string, required: true}}
      available: boolean
attributes:
  interest_{n}:
    title: Interest in category {n}
    type: enum
    values: [cold, warm, hot]
    default: cold
goals:
  return_{n}:
    title: Came back to category {n}
    event: viewed_{n}
    where: {{price: {{gte: {price}}}}}
segments:
  lookers_{n}:
    title: Смотрели категорию {n}
    description: Looked at category {n} at least twice in a month and did not buy.
    all:
      - {{event: viewed_{n}, count: {{gte: 2}}, within: 30d, where: {{price: {{gte: {price}}}}}}}
      - {{not_event: order_placed, within: {silence}d}}
      - any:
          - {{attribute: interest_{n}, in: [warm, hot]}}
          - {{attribute: city, in: [Москва, Казань]}}
      - not: {{segment: buyers_{n}}}
    refresh: realtime
    expected_size: {{min: 100, max: 50000}}
  buyers_{n}:
    title: Купили из категории {n}
    all:
      - {{event: order_placed, count: {{gte: 1}}, within: 90d, where: {{total: {{gte: {price}}}}}}}
messages:
  letter_{n}:
    title: Letter about category {n}
    channel: email
    kind: promo
    subject: "{{{{ profile.first_name | default('Здравствуйте') }}}}, вы смотрели категорию {n}"
    preheader: Подборка похожих товаров и честные отзывы
    body: |
      <mjml><mj-body background-color="#ffffff"><mj-section><mj-column>
        <mj-text>Вы недавно смотрели категорию {n}. Вот что выбирают другие.</mj-text>
        <mj-button href="https://shop.example/c/{n}">Вернуться к выбору</mj-button>
        <mj-text>Вы подписались на письма в магазине.
          <a href="{{{{ links.unsubscribe }}}}">Отписаться</a>,
          <a href="{{{{ links.preferences }}}}">получать реже</a></mj-text>
      </mj-column></mj-section></mj-body></mjml>
  push_{n}:
    title: Push about category {n}
    channel: push
    heading: Ещё думаете?
    text: Товары из категории {n} пока есть в наличии, доставка завтра
    open: {{url: "https://shop.example/c/{n}"}}
  second_{n}:
    title: Second letter about category {n}
    channel: email
    kind: information
    subject: Как выбрать в категории {n}
    preheader: Короткое руководство от наших консультантов
    body: |
      <mjml><mj-body background-color="#ffffff"><mj-section><mj-column>
        <mj-text>Руководство</mj-text>
        <mj-text>Вы подписались на письма в магазине.
          <a href="{{{{ links.unsubscribe }}}}">Отписаться</a>,
          <a href="{{{{ links.preferences }}}}">получать реже</a></mj-text>
      </mj-column></mj-section></mj-body></mjml>
chains:
  browse_{n}:
    title: Брошенный просмотр категории {n}
    description: Brings back those who looked at category {n} and left.
    owner: crm
    stage: choosing
    trigger: {{event: viewed_{n}, where: {{price: {{gte: {price}}}}}}}
    audience: {{all: [{{segment: lookers_{n}}}, {{consent: email_marketing}}]}}
    reentry: after {reentry}d
    exit: [order_placed]
    goal: [{{goal: return_{n}, within: 3d}}, {{goal: purchase, within: 5d, primary: false}}]
    frequency: daily_cap
    priority: {priority}
    steps:
      - wait: {wait}h
      - id: first
        send: letter_{n}
      - wait_for:
          if: {{message: letter_{n}, clicked: true}}
          then: [{{update: {{set: {{interest_{n}: hot}}}}}}]
          timeout: 1d
          otherwise:
            - branch:
                if: {{reachable: push}}
                then: [{{send: push_{n}}}]
      - wait: {{until: {{at: "10:00", weekday: [mon, tue, wed, thu, fri]}}}}
      - send: second_{n}
        unless: {{attribute: interest_{n}, eq: hot}}
"""


def files(count: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Yield `(path, text)` of a project of `count` chains."""
    chance = random.Random(seed)
    yield "crmspec.yaml", PROJECT
    yield "campaigns/common.yaml", COMMON
    for n in range(count):
        yield (
            f"campaigns/chain_{n:05d}.yaml",
            FILE.format(
                n=n,
                price=chance.choice([500, 1000, 3000, 5000]),
                silence=chance.choice([7, 14, 30]),
                reentry=chance.choice([7, 14, 30]),
                priority=chance.randrange(10, 90),
                wait=chance.choice([1, 2, 6, 24]),
            ),
        )
