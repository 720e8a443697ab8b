from __future__ import annotations

import pytest

from crmspec.ir.condition import CONDITIONS, Raw

SHOP = """
events:
  order_placed:
    title: Order
    properties: {total: {type: number, unit: RUB, title: Total}, sku: string}
  viewed: {properties: {price: number}}
attributes:
  tier: {title: Tier, type: enum, values: [silver, gold]}
  spent: {type: number, unit: RUB}
  birthday: {type: date}
channels:
  email: {title: E-mail, type: email}
consents:
  news: {title: News, channel: email}
lists:
  beta: {title: Beta}
messages:
  hello: {title: Hello, channel: email, subject: Hi, body: Hi}
tags:
  promo: {title: Promo}
chains:
  welcome: {title: Welcome, trigger: viewed, steps: [{send: hello}]}
experiments:
  colour: {title: Colour, variants: {red: {weight: 50}, blue: {weight: 50}}}
objects:
  contract: {title: Contract, properties: {state: string}}
segments:
  vip: {title: VIP, attribute: tier, eq: gold}
"""

TABLE = [
    ("all", "[vip, {list: beta}]", "in segment “VIP” and on list “Beta”",
     "в сегменте «VIP» и в списке «Beta»"),
    ("any", "[vip, {list: beta}]", "in segment “VIP” or on list “Beta”",
     "в сегменте «VIP» или в списке «Beta»"),
    ("none", "[vip, {list: beta}]", "none of: in segment “VIP”; on list “Beta”",
     "ничего из этого: в сегменте «VIP»; в списке «Beta»"),
    ("not", "vip", "not in segment “VIP”", "не в сегменте «VIP»"),
    ("not", "{list: beta}", "not on list “Beta”", "не в списке «Beta»"),
    ("not", "{reachable: email}", "“E-mail” cannot be reached", "недоступен канал «E-mail»"),
    ("not", "{in_chain: welcome}", "is not in chain “Welcome”", "сейчас не в цепочке «Welcome»"),
    ("not", "{event: viewed}", "not (viewed happened)", "не (было событие viewed)"),
    ("attribute", "tier, in: [silver, gold]", "“Tier” one of: silver, gold",
     "«Tier» одно из: silver, gold"),
    ("attribute", "spent, gte: 50000", "spent ≥ 50,000 RUB", "spent ≥ 50 000 RUB"),
    ("attribute", "spent, gte: 1, lt: 9", "spent ≥ 1 RUB and < 9 RUB",
     "spent ≥ 1 RUB и < 9 RUB"),
    ("attribute", "birthday, anniversary: {within_next: 7d}",
     "anniversary of birthday within the next 7 days",
     "годовщина birthday не позже чем через 7 дней"),
    ("attribute", "birthday, anniversary: {within_last: 7d}",
     "anniversary of birthday within the last 7 days",
     "годовщина birthday не раньше чем 7 дней назад"),
    ("attribute", "birthday, anniversary: today", "anniversary of birthday today",
     "годовщина birthday сегодня"),
    ("attribute", "tier, has_been: {eq: gold, for: 30d}", "“Tier” has been = gold for 30 days",
     "«Tier» уже 30 дней: = gold"),
    ("attribute", "tier, changed: {from: silver, to: gold, within: 1d}",
     "“Tier” changed from = silver to = gold in 1 day",
     "«Tier»: изменилось с = silver на = gold за 1 день"),
    ("attribute", "tier, eq: gold, case: sensitive, missing_as: true",
     "“Tier” = gold (case matters) (unknown counts as yes)",
     "«Tier» = gold (с учётом регистра) (неизвестное считается: да)"),
    ("event", "order_placed", "“Order” happened", "было событие «Order»"),
    ("event", "order_placed, count: {gte: 3}, within: 365d", "“Order” at least 3 times in 365 days",
     "«Order» ≥ 3 раз за 365 дней"),
    ("event", "order_placed, sum: {property: total, gte: 50000}, within: 1y",
     "“Order” the sum of “Total” ≥ 50,000 RUB in 1 year",
     "«Order» сумма «Total» ≥ 50 000 RUB за 1 год"),
    ("event", "order_placed, avg: {property: total, gt: 1}", "“Order” the average “Total” > 1 RUB",
     "«Order» среднее «Total» > 1 RUB"),
    ("event", "order_placed, min: {property: total, gt: 1}", "“Order” the least “Total” > 1 RUB",
     "«Order» наименьшее «Total» > 1 RUB"),
    ("event", "order_placed, max: {property: total, gt: 1}", "“Order” the greatest “Total” > 1 RUB",
     "«Order» наибольшее «Total» > 1 RUB"),
    ("event", "order_placed, distinct: {property: sku, gte: 2}", "“Order” different sku ≥ 2",
     "«Order» разных sku ≥ 2"),
    ("event", "order_placed, where: {total: {gte: 100}, sku: [a, b]}",
     "“Order” happened where “Total” ≥ 100 RUB and sku one of: a, b",
     "было событие «Order», где «Total» ≥ 100 RUB и sku одно из: a, b"),
    ("event", "viewed, between_ago: [7d, 30d]", "viewed happened from 7 days to 30 days ago",
     "было событие viewed в промежутке 7 дней – 30 дней назад"),
    ("event", "viewed, since: '2026-01-02'", "viewed happened since 2026-01-02",
     "было событие viewed с 02.01.2026"),
    ("event", "viewed, since: chain_start", "viewed happened since the start of the chain",
     "было событие viewed с начала цепочки"),
    ("event", "viewed, since: first", "viewed happened since step `first`",
     "было событие viewed с шага `first`"),
    ("not_event", "order_placed, within: 3d", "no “Order” in 3 days",
     "не было события «Order» за 3 дня"),
    ("first_event", "viewed, older_than: 60d", "first viewed more than 60 days ago",
     "первое событие viewed больше чем 60 дней назад"),
    ("last_event", "viewed, within: 2d", "last viewed in the last 2 days",
     "последнее событие viewed не раньше чем 2 дня назад"),
    ("last_event", "viewed, on_day: '2026-01-02'", "last viewed on 2026-01-02",
     "последнее событие viewed 02.01.2026"),
    ("sequence", "[{event: viewed}, {not_event: order_placed, within: 3d}], within: 30d",
     "in order: viewed happened, then no “Order” in 3 days in 30 days",
     "по порядку: было событие viewed, затем не было события «Order» за 3 дня за 30 дней"),
    ("segment", "vip, joined: {within: 7d}", "in segment “VIP” (joined in the last 7 days)",
     "в сегменте «VIP» (попал не раньше чем 7 дней назад)"),
    ("list", "beta, joined: {older_than: 7d}", "on list “Beta” (joined more than 7 days ago)",
     "в списке «Beta» (попал больше чем 7 дней назад)"),
    ("consent", "news", "consent “News”: given", "согласие «News»: есть"),
    ("consent", "news, is: unsubscribed, topic: tips, method: [form, call], changed: {within: 1d}",
     "consent “News”: withdrawn on topic tips given by form or call (changed in the last 1 day)",
     ("согласие «News»: отозвано на тему tips, способ: form или call "
      "(изменено не раньше чем 1 день назад)")),
    ("reachable", "email", "“E-mail” can be reached", "доступен канал «E-mail»"),
    ("suppressed", "email, reason: complaint", "“E-mail” refuses the address (complaint)",
     "канал «E-mail» не принимает адрес (жалоба)"),
    ("message", "hello, opened: true", "“Hello”: opened", "«Hello»: открыто"),
    ("message", "hello, opened: false, clicked: 1", "“Hello”: not opened, clicked exactly 1 time",
     "«Hello»: не открыто, есть клик ровно 1 раз"),
    ("message", "hello, clicked: true, link: shop, since: chain_start",
     "“Hello”: clicked (link shop) since the start of the chain",
     "«Hello»: есть клик (ссылка shop) с начала цепочки"),
    ("message", "any, channel: email, received: {gte: 5}, within: 90d",
     "any message in “E-mail”: received at least 5 times in 90 days",
     "любое сообщение в канале «E-mail»: получено ≥ 5 раз за 90 дней"),
    ("message", "{tag: promo}, replied: true, converted: false, delivered: true",
     "message tagged “Promo”: delivered, replied to, did not lead to the goal",
     "сообщение с меткой «Promo»: доставлено, есть ответ, цель не достигнута"),
    ("channel", "email, opened: {eq: 0}, within: 90d",
     "messages in “E-mail”: not opened in 90 days",
     "сообщения в канале «E-mail»: не открыто за 90 дней"),
    ("in_chain", "welcome, state: completed", "finished chain “Welcome”",
     "прошёл цепочку «Welcome»"),
    ("in_chain", "welcome, is: false, state: goal",
     "did not reach the goal of chain “Welcome”", "не достиг цели цепочки «Welcome»"),
    ("experiment", "colour, variant: red", "variant `red` of “Colour”",
     "вариант `red` теста «Colour»"),
    ("geo", "{country: [RU, KZ], city: Omsk}", "country: RU, KZ; city: Omsk",
     "страна: RU, KZ; город: Omsk"),
    ("geo", "{near: [55.75, 37.62], radius: 30km}", "within 30km of 55.75, 37.62",
     "не дальше 30km от 55.75, 37.62"),
    ("device", "{os: ios, app_version: {gte: 2}, push_enabled: false}",
     "device OS = ios, app version ≥ 2 and push not allowed",
     "ОС устройства = ios, версия приложения ≥ 2 и push не разрешён"),
    ("related", "contract, where: {state: open}, count: {gte: 1}, label: owner",
     "has “Contract” at least 1 time as owner where state = open",
     "есть «Contract» ≥ 1 раз как owner, где state = open"),
    ("rfm", "{recency: [4, 5], frequency: 5, over: 365d, best: low}",
     "RFM over 365 days: R 4, 5; F 5 (1 is best)", "RFM за 365 дней: R 4, 5; F 5 (1 — лучшее)"),
    ("random", "10%, salt: x", "random 10 %", "случайные 10 %"),
    ("trigger", "total, gte: 3", "trigger’s total ≥ 3", "total из триггера ≥ 3"),
    ("step", "first, outcome: skipped", "step `first`: skipped", "шаг `first`: пропущено"),
    ("step", "call, output: status, in: [200]", "step `call`: status one of: 200",
     "шаг `call`: status одно из: 200"),
    ("now", "{weekday: [mon, tue], time: {from: '09:00', to: '18:00'}, working_day: true}",
     "today is Mon, Tue, now between 09:00 and 18:00 and a working day",
     "сегодня пн, вт, сейчас от 09:00 до 18:00 и рабочий день"),
    ("now", "{date: {from: '2026-01-02'}, working_day: false}",
     "from 2026-01-02 and a day off", "с 02.01.2026 и выходной день"),
    ("raw", "{klaviyo: {a: 1}}", "a native condition of klaviyo", "условие на языке klaviyo"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "rest", "english", "russian"),
    [pytest.param(*row, id=f"{row[0]}: {row[1]}") for row in TABLE],
)
def test_conditions_in_words(make_view, subject, rest, english, russian):
    chain = f"  c: {{trigger: viewed, audience: {{{subject}: {rest}}}, steps: [{{send: hello}}]}}"
    shop = SHOP.replace("chains:\n", f"chains:\n{chain}\n")
    for lang, expected in (("en", english), ("ru", russian)):
        view = make_view(shop, lang=lang)
        assert view.words.condition(view.program.chains["c"].audience) == expected


def test_every_kind_of_condition_is_in_the_table():
    assert {kind.subject for kind in CONDITIONS} == {row[0] for row in TABLE}


def test_nested_groups_have_brackets(make_view):
    audience = "{all: [vip, {any: [{list: beta}, {all: [vip, {reachable: email}]}]}]}"
    chain = f"  c: {{trigger: viewed, audience: {audience}, steps: [{{send: hello}}]}}"
    view = make_view(SHOP.replace("chains:\n", f"chains:\n{chain}\n"))
    assert view.words.condition(view.program.chains["c"].audience) == (
        "in segment “VIP” and (on list “Beta” or (in segment “VIP” and “E-mail” can be reached))"
    )


def test_what_is_not_a_condition_is_refused(make_view):
    class Strange(Raw, frozen=True, kw_only=True):
        pass

    view = make_view(SHOP)
    assert "klaviyo" in view.words.condition(Strange(raw={"klaviyo": 1}))
    with pytest.raises(AssertionError):
        view.words.condition(view.program.segments["vip"])
