"""Small projects as programs, for tests that deploy."""

from __future__ import annotations

from crmspec.document import read
from crmspec.ir import build

SHOP = """
events:
  cart_updated: {title: "Корзина изменена", properties: {total: {type: number}}}
  order_placed: {title: "Заказ оформлен"}
attributes:
  city: {title: "Город", type: string}
  score: {title: "Балл", type: number}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
  sms: {type: sms}
segments:
  buyers: {title: "Покупатели", event: order_placed, within: 90d}
  vip: {title: "VIP", all: [{segment: buyers}, {attribute: score, gte: 80}]}
messages:
  cart_1: {title: "Корзина 1", channel: email, subject: "Корзина ждёт", file: cart.html}
  cart_sms: {title: "Корзина SMS", channel: sms, text: "Ваша корзина ждёт"}
chains:
  abandoned_cart:
    title: "Брошенная корзина"
    trigger: cart_updated
    audience: {not: vip}
    exit: [order_placed]
    steps:
      - {id: pause, wait: 1h}
      - {id: mail, send: cart_1}
      - {id: later, wait: 24h}
      - branch: {if: {attribute: city, eq: Москва}, then: [{id: text, send: cart_sms}]}
      - update: {set: {score: 10}}
broadcasts:
  spring: {title: "Весна", audience: {include: [buyers]}, message: cart_1, at: "2026-04-01T10:00"}
"""
FILES = {"cart.html": "<p>Корзина ждёт вас</p>\n<p>{{ customer.name }}</p>\n"}


def program(source=SHOP, *, files=FILES, project="shop", settings=""):
    head = f"project: {project}\n{settings}".encode()
    documents = [
        *read("crmspec.yaml", head).documents,
        *read("campaigns/shop.yaml", source.encode()).documents,
    ]
    return build(documents, frozenset(), files)
