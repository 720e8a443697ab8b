from __future__ import annotations

import pytest

from crmspec.ir.trigger import TRIGGERS

SHOP = """
events:
  order_placed: {title: Order, properties: {total: {type: number, unit: RUB}}}
  viewed: {}
attributes:
  tier: {title: Tier, type: enum, values: [silver, gold]}
  birthday: {title: Birthday, type: date}
channels:
  email: {title: E-mail, type: email}
  bot: {title: Bot, type: telegram}
lists: {beta: {title: Beta}}
messages:
  hello: {title: Hello, channel: email, subject: Hi, body: Hi}
objects: {contract: {title: Contract, properties: {state: string}}}
segments: {vip: {title: VIP, attribute: tier, eq: gold}}
goals: {purchase: {title: Purchase, event: order_placed}}
"""

TABLE = [
    ("event", "order_placed, where: {total: {gte: 20000}}", "“Order” where total ≥ 20,000 RUB",
     "«Order», где total ≥ 20 000 RUB"),
    ("no_event", "viewed, for: 60d", "no viewed for 60 days", "нет события viewed уже 60 дней"),
    ("no_event", "viewed, for: 1h, after: order_placed", "no viewed for 1 hour after “Order”",
     "нет события viewed за 1 час после события «Order»"),
    ("segment", "vip, backfill: true, volume_limit: 5000/d",
     "enters segment “VIP” (and everyone already there), at most 5000/d",
     "вошёл в сегмент «VIP» (и все, кто уже там), не больше 5000/d"),
    ("list", "beta, transition: left", "removed from list “Beta”", "убран из списка «Beta»"),
    ("attribute", "tier, to: gold", "“Tier” changes to = gold", "изменилось «Tier» на = gold"),
    ("date", "birthday, offset: -7d, at: '10:00', recurs: yearly",
     "7 days before “Birthday” at 10:00, every year",
     "за 7 дней до даты «Birthday» в 10:00, каждый год"),
    ("date", "birthday, offset: 2d, recurs: monthly", "2 days after “Birthday”, every month",
     "через 2 дня после даты «Birthday», каждый месяц"),
    ("date", "birthday", "on the day of “Birthday”", "в день «Birthday»"),
    ("schedule", "{rrule: FREQ=WEEKLY;BYDAY=TH, at: '11:00'}",
     "on schedule: every week on Thu at 11:00", "по расписанию: еженедельно, чт в 11:00"),
    ("schedule", "{rrule: FREQ=WEEKLY}", "on schedule: every week",
     "по расписанию: каждую неделю"),
    ("schedule", "{rrule: FREQ=DAILY}", "on schedule: every day", "по расписанию: каждый день"),
    ("schedule", "{rrule: FREQ=MONTHLY;BYMONTHDAY=1}", "on schedule: every month on day 1",
     "по расписанию: каждый месяц, числа: 1"),
    ("schedule", "{rrule: FREQ=MONTHLY;BYDAY=2MO}",
     "on schedule: FREQ=MONTHLY;BYDAY=2MO", "по расписанию: FREQ=MONTHLY;BYDAY=2MO"),
    ("schedule", "{cron: 0 10 * * 1}", "on schedule: 0 10 * * 1", "по расписанию: 0 10 * * 1"),
    ("api", "lead_in", "call `lead_in` from another system", "вызов `lead_in` из другой системы"),
    ("form", "hello", "form sent: “Hello”", "отправлена форма «Hello»"),
    ("message", "hello, reaction: clicked, link: shop", "“Hello”: clicked (link shop)",
     "«Hello»: есть клик (ссылка shop)"),
    ("object", "contract, change: created, where: {state: open}",
     "“Contract” is created where state = open", "создано: «Contract», где state = open"),
    ("product", "price_drop, of: cart, at_least: 10%",
     "the price of a product from the cart drops, by at least 10 %",
     "снижена цена (из корзины), не меньше чем на 10 %"),
    ("inbound", "bot, keyword: [stop, help]", "the customer writes to “Bot”: stop, help",
     "клиент написал в «Bot»: stop, help"),
    ("chain", "other, state: exited", "leaves chain “Other”", "вышел из цепочки «Other»"),
    ("manual", "true", "by hand", "вручную"),
]  # fmt: skip


def chain(**parts: str) -> str:
    body = {"trigger": "viewed", "steps": "[{send: hello}]"} | parts
    keys = ", ".join(f"{key}: {value}" for key, value in body.items())
    other = "  other: {title: Other, trigger: viewed, steps: [{send: hello}]}\n"
    return f"{SHOP}chains:\n  c: {{{keys}}}\n{other}"


@pytest.mark.parametrize(
    ("subject", "rest", "english", "russian"),
    [pytest.param(*row, id=f"{row[0]}: {row[1]}") for row in TABLE],
)
def test_triggers_in_words(make_view, subject, rest, english, russian):
    for lang, expected in (("en", english), ("ru", russian)):
        view = make_view(chain(trigger=f"{{{subject}: {rest}}}"), lang=lang)
        assert view.triggers.say(view.program.chains["c"].trigger[0]) == expected


def test_every_kind_of_trigger_is_in_the_table():
    assert {kind.subject for kind in TRIGGERS} == {row[0] for row in TABLE}


@pytest.mark.parametrize(
    ("written", "english", "russian"),
    [
        pytest.param("never", "once only", "только один раз", id="never"),
        pytest.param("always", "any number of times", "без ограничений", id="always"),
        pytest.param(
            "after 7d",
            "not sooner than 7 days after entry",
            "не раньше чем через 7 дней после входа",
            id="after entry",
        ),
        pytest.param(
            "after_exit 7d",
            "not sooner than 7 days after leaving",
            "не раньше чем через 7 дней после выхода",
            id="after leaving",
        ),
        pytest.param(
            "{mode: after_exit, after: 7d, limit: 2, concurrent: true, key: event.id}",
            "not sooner than 7 days after leaving, at most 2 in all, "
            "separately for each event.id, even while inside",
            "не раньше чем через 7 дней после выхода, всего не больше 2, "
            "отдельно для каждого event.id, "
            "даже пока клиент внутри",
            id="everything",
        ),
    ],
)
def test_reentry_in_words(make_view, written, english, russian):
    for lang, expected in (("en", english), ("ru", russian)):
        view = make_view(chain(reentry=written), lang=lang)
        assert view.triggers.reentry(view.program.chains["c"].reentry) == expected


def test_without_a_rule_nobody_comes_again(make_view):
    assert make_view(SHOP).triggers.reentry(None) == "once only"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("order_placed", "“Order”", id="event"),
        pytest.param(
            "{event: order_placed, where: {total: {gt: 1}}, when: step_end}",
            "“Order” where total > 1 RUB (checked between steps)",
            id="event with a filter",
        ),
        pytest.param("{if: vip}", "in segment “VIP”", id="condition"),
        pytest.param("{no_longer: audience}", "no longer in the audience", id="audience"),
    ],
)
def test_exits_in_words(make_view, written, expected):
    view = make_view(chain(exit=f"[{written}]"))
    assert view.triggers.exit(view.program.chains["c"].exit[0]) == expected


def test_goals_hours_and_figures_in_words(make_view):
    view = make_view(
        chain(
            goal="[purchase, {goal: purchase, within: 5d}]",
            quiet_hours="{from: '22:00', to: '09:00', weekdays: [sat, sun], fallback: exit}",
            metrics="[{metric: cr, target: 12%, alarm: 5}, ctr]",
        )
    )
    found = view.program.chains["c"]
    assert [view.triggers.goal(goal) for goal in found.goal] == [
        "“Purchase”",
        "“Purchase” within 5 days",
    ]
    assert view.triggers.quiet_hours(found.quiet_hours) == (
        "22:00–09:00 (Sat, Sun), leaves the chain"
    )
    assert [view.triggers.metric(m) for m in found.metrics] == ["cr (target 12 %, alarm 5)", "ctr"]
