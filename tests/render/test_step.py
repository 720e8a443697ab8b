from __future__ import annotations

import pytest

from crmspec.ir.step import STEPS
from crmspec.render.drawing import Drawing
from crmspec.render.step import SIGNS, family

SHOP = """
events: {viewed: {title: Viewed}, bought: {title: Bought}}
attributes:
  tier: {title: Tier, type: string}
  visit: {title: Visit, type: datetime}
  visits: {type: number}
channels:
  email: {title: E-mail, type: email}
  push: {title: Push, type: mobile_push}
  ads: {title: Ads, type: audience_sync}
channel_groups: {loud: {title: Loud, order: [push, email]}}
consents: {news: {title: News, channel: email}}
lists: {beta: {title: Beta}}
coupons: {ten: {title: Ten, code: TEN}}
feeds: {best: {title: Best, url: 'https://shop.example/best.json'}}
experiments: {colour: {title: Colour, variants: {red: {weight: 50}, blue: {weight: 50}}}}
segments: {vip: {title: VIP, attribute: tier, eq: gold}}
messages:
  a: {title: A, channel: email, subject: A, body: A}
  b: {title: B, channel: push, heading: B, text: B}
  lost: {title: Lost, channel: ads, audience: vip, match: [email]}
"""

TABLE = [
    ("send", "send: a", "“A”", "«A»"),
    ("send", "send: [a, b]", "“A” or “B” (first channel that can be reached)",
     "«A» или «B» (первый доступный канал)"),
    ("send", "send: {messages: [a, b], group: loud, choose: cheapest}",
     "“A” or “B” through “Loud” (cheapest channel)",
     "«A» или «B» через «Loud» (самый дешёвый канал)"),
    ("wait", "wait: 2d", "2 d", "2 д"),
    ("wait", "wait: {between: {min: 1h, max: 2h}}", "1 h – 2 h", "1 ч – 2 ч"),
    ("wait", "wait: {until: '10:00', timezone: profile}", "until 10:00 (customer’s time)",
     "до 10:00 (время клиента)"),
    ("wait", "wait: {until: {at: '10:00', weekday: [mon, tue]}, timezone: Europe/Moscow}",
     "until 10:00 (Mon, Tue) (Europe/Moscow)", "до 10:00 (пн, вт) (Europe/Moscow)"),
    ("wait", "wait: {until: {weekday: [mon, tue]}}", "until Mon, Tue", "до ближайшего дня: пн, вт"),
    ("wait", "wait: {until: {at: '10:00', working_day: true}}",
     "until 10:00 on the next working day", "до 10:00 ближайшего рабочего дня"),
    ("wait", "wait: {until: {date: visit, offset: -1d, at: '10:00', if_past: exit}}",
     "until 1 day before the date in “Visit”, 10:00 (leaves if it is past)",
     "до момента за 1 день до даты «Visit», 10:00 (выход, если дата прошла)"),
    ("wait", "wait: {until: {property: starts, offset: 2h}}",
     "until 2 hours after the date in the trigger’s starts",
     "до момента через 2 часа после даты starts из триггера"),
    ("wait", "wait: {until: {day: '2026-11-27'}}", "until 2026-11-27", "до 27.11.2026"),
    ("wait", "wait: {until: {working_day: true}}", "until the next working day",
     "до ближайшего рабочего дня"),
    ("wait_for", "wait_for: {if: {event: bought}, timeout: 1d, since: chain_start}",
     "wait at most 1 day: “Bought” happened (since the start of the chain)",
     "ждать максимум 1 день: было событие «Bought» (с начала цепочки)"),
    ("wait_for", "wait_for: {if: {event: bought}}", "wait: “Bought” happened",
     "ждать: было событие «Bought»"),
    ("branch", "branch: {if: vip, then: [{send: a}]}", "in segment “VIP”?",
     "в сегменте «VIP»?"),
    ("branch", "branch: {cases: [{if: vip}, {if: {list: beta}}]}", "which holds first?",
     "что верно первым?"),
    ("switch", "switch: {value: {attribute: tier}, cases: {gold: [{send: a}]}}", "“Tier” =",
     "«Tier» ="),
    ("switch", "switch: {value: {trigger: kind}, cases: {gold: []}}", "trigger’s kind =",
     "kind из триггера ="),
    ("switch", "switch: {value: {step: {step: x, output: y}}, cases: {gold: []}}",
     "result of step `x` =", "результат шага `x` ="),
    ("switch", "switch: {value: {locale: true}, cases: {ru: []}}", "language =", "язык ="),
    ("split", "split: {arms: {x: {weight: 50}, y: {weight: 50}}}", "random split",
     "случайное деление"),
    ("experiment", "experiment: {id: colour, arms: {red: {weight: 50}, blue: {weight: 50}}}",
     "test “Colour”", "тест «Colour»"),
    ("update",
     "update: {set: {tier: gold}, unset: [visit], increment: {visits: 1}, append: {tags: x}}",
     "set “Tier” = gold; clear “Visit”; visits + 1; tags: add x",
     "записать «Tier» = gold; очистить «Visit»; visits + 1; tags: добавить x"),
    ("list", "list: {add: beta, remove: beta}", "add to list “Beta”; remove from list “Beta”",
     "добавить в список «Beta»; убрать из списка «Beta»"),
    ("consent", "consent: {set: news, status: unsubscribed, topic: tips}",
     "consent “News”: withdrawn on topic tips", "согласие «News»: отозвано на тему tips"),
    ("emit", "emit: bought", "send event “Bought”", "создать событие «Bought»"),
    ("webhook", "webhook: {url: 'https://crm.example/{{ event.id }}'}",
     "call POST https://crm.example/⟨event.id⟩", "вызов POST https://crm.example/⟨event.id⟩"),
    ("fetch", "fetch: {coupon: ten, as: code}", "fetch promo code “Ten” into `code`",
     "получить промокод «Ten» в `code`"),
    ("fetch", "fetch: {feed: best, as: items}", "fetch feed “Best” into `items`",
     "получить подборку «Best» в `items`"),
    ("fetch", "fetch: {request: {url: 'https://x.example', method: GET}, as: answer}",
     "fetch call GET https://x.example into `answer`",
     "получить вызов GET https://x.example в `answer`"),
    ("code", "code: {target: hubspot, source: 'return 1'}", "code for hubspot",
     "код для hubspot"),
    ("task", "task: {title: 'Call {{ profile.name }}', to: care, due: 4h}",
     "task: Call ⟨profile.name⟩ for care, within 4 h",
     "задача: Call ⟨profile.name⟩ для care, срок 4 ч"),
    ("notify", "notify: {to: [a@shop.example], subject: Look}", "tell a@shop.example: Look",
     "сообщить a@shop.example: Look"),
    ("audience_sync", "audience_sync: {message: lost, action: remove}",
     "remove from advertising audience “Lost”", "убрать из рекламной аудитории «Lost»"),
    ("start_chain", "start_chain: c", "start chain “C”", "запустить цепочку «C»"),
    ("stop_chain", "stop_chain: c", "stop chain “C”", "остановить цепочку «C»"),
    ("batch", "batch: {for: 1h, as: items, key: event.id, max_items: 20}",
     "collect events for 1 hour for each event.id, at most 20 items",
     "собирать события 1 час для каждого event.id, не больше 20 элементов"),
    ("throttle", "throttle: {limit: 1, per: 6h, key: event.id}",
     "let through 1 in 6 hours for each event.id",
     "пропустить не больше 1 за 6 часов для каждого event.id"),
    ("jump", "jump: {to: first, max: 2}", "go to `first`", "перейти к `first`"),
    ("exit", "exit: bought", "leave: bought", "выход: bought"),
    ("note", "note: Think twice", "Think twice", "Think twice"),
]  # fmt: skip


def shop(step: str) -> str:
    steps = f"      - id: first\n        send: a\n      - {step}\n      - send: b\n"
    return f"{SHOP}chains:\n  c:\n    title: C\n    trigger: viewed\n    steps:\n{steps}"


@pytest.mark.parametrize(
    ("subject", "step", "english", "russian"),
    [pytest.param(*row, id=row[1]) for row in TABLE],
)
def test_steps_in_words(make_view, subject, step, english, russian):
    for lang, expected in (("en", english), ("ru", russian)):
        view = make_view(shop(step), lang=lang)
        found = view.program.chains["c"].steps[1]
        assert found.subject == subject
        assert view.steps.say(found) == expected
        assert family(found) in SIGNS


def test_every_kind_of_step_is_in_the_table():
    assert {kind.subject for kind in STEPS} == {row[0] for row in TABLE}


@pytest.mark.parametrize("step", [pytest.param(row[1], id=row[1]) for row in TABLE])
def test_every_kind_of_step_is_drawn(make_view, step, parse_mermaid):
    view = make_view(shop(step))
    drawing = Drawing(view.program.chains["c"], view)
    for part in drawing.graph.parts():
        nodes, edges = parse_mermaid(part)
        assert {end for edge in edges for end in edge[:2]} <= set(nodes)
        reached = {edge[1] for edge in edges}
        skipped = step.startswith(("exit", "jump"))
        assert len(set(nodes) - reached) == (2 if skipped else 1)
    for sign in drawing.families:
        assert view.vocabulary.say(f"sign.{sign}")
