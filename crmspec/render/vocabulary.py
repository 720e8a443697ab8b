"""The words of the maps in every language they can be read in: one table of headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.render.phrases import PHRASES
from crmspec.render.step_phrases import STEP_PHRASES

if TYPE_CHECKING:
    from collections.abc import Iterable

LANGUAGES = ("en", "ru")

HEADINGS: dict[str, tuple[str, str]] = {
    "map.index": ("Maps", "Карты"),
    "map.event_map": ("Event map", "Карта событий"),
    "map.communication_map": ("Communication map", "Карта CRM-коммуникаций"),
    "map.combined_map": ("Combined map by stage", "Совмещённая карта по этапам"),
    "map.jobs_map": ("Jobs map", "Карта задач клиента (JTBD)"),
    "map.data_flow_map": ("Data flow map", "Карта потоков данных"),
    "map.flow": ("Flows of the chains", "Схемы цепочек"),
    "about.event_map": (
        "What customers do and what happens to them, and which campaigns listen.",
        "Что делают клиенты, что с ними происходит и какие сценарии на это опираются.",
    ),
    "about.communication_map": (
        "Who receives what, on which occasion, how often and why.",
        "Кто, по какому поводу, что и как часто получает и зачем.",
    ),
    "about.combined_map": (
        "The customer's journey: what happens at each stage and what we say there.",
        "Путь клиента: что происходит на каждом этапе и что мы на нём говорим.",
    ),
    "about.jobs_map": (
        "What customers hire us for, and which segments and chains serve it.",
        "Какие задачи решает клиент и какие сегменты и цепочки на них работают.",
    ),
    "about.data_flow_map": (
        "Which systems hold customer data and what travels between them.",
        "Где хранятся данные клиентов и что системы передают друг другу.",
    ),
    "about.flow": (
        "Each chain drawn as a flowchart.",
        "Каждая цепочка в виде блок-схемы.",
    ),
    "section.events": ("Events", "События"),
    "section.scenarios": ("Scenarios", "Сценарии"),
    "section.stages": ("Stages", "Этапы"),
    "section.jobs": ("Jobs", "Задачи"),
    "section.systems": ("Systems", "Системы"),
    "section.flows": ("Flows", "Потоки"),
    "section.gaps": ("Gaps", "Пробелы"),
    "section.details": ("In detail", "Подробно"),
    "section.messages": ("Messages", "Сообщения"),
    "section.legend": ("Legend", "Обозначения"),
    "column.gap": ("Gap", "Пробел"),
    "column.where": ("Where", "Где"),
    "column.map": ("Map", "Карта"),
    "column.rows": ("Rows", "Строк"),
    "column.gaps": ("Gaps", "Пробелов"),
    "column.files": ("Files", "Файлы"),
    "column.number": ("Number", "Количество"),
    "column.resource": ("What", "Что"),
    "column.symbol": ("Sign", "Знак"),
    "column.meaning": ("Meaning", "Значение"),
    "column.title": ("Title", "Название"),
    "column.id": ("ID", "ID"),
    "column.source": ("Declared in", "Где описано"),
    "column.description": ("Description", "Описание"),
    "column.kind": ("Kind", "Вид"),
    "column.systems": ("Source systems", "Источники"),
    "column.identifiers": ("Identifiers", "Идентификаторы"),
    "column.parameters": ("Parameters", "Параметры"),
    "column.transport": ("Transport", "Способ передачи"),
    "column.owner": ("Owner", "Ответственный"),
    "column.stage": ("Stage", "Этап"),
    "column.used": ("Where used", "Где используется"),
    "column.status": ("Status", "Статус"),
    "column.who": ("Who", "Кому"),
    "column.trigger": ("Trigger", "Триггер"),
    "column.channels": ("Channels", "Каналы"),
    "column.chain": ("Chain", "Цепочка"),
    "column.goal": ("Goal", "Цель"),
    "column.metric": ("Metric", "Метрика"),
    "column.caps": ("Frequency caps", "Лимиты частоты"),
    "column.quiet_hours": ("Quiet hours", "Тихие часы"),
    "column.exclusions": ("Exclusions", "Исключения"),
    "column.exits": ("Exits", "Выходы"),
    "column.reentry": ("Re-entry", "Повторный вход"),
    "column.limits": ("Other limits", "Прочие ограничения"),
    "column.priority": ("Priority", "Приоритет"),
    "column.job": ("Job", "Задача клиента"),
    "column.flow": ("Flow", "Схема"),
    "column.messages": ("Messages", "Сообщения"),
    "column.after": ("After entry", "После входа"),
    "column.channel": ("Channel", "Канал"),
    "column.order": ("Order", "Порядок"),
    "column.segment": ("Segment", "Сегмент"),
    "column.customer_goal": ("Customer goal", "Цель клиента"),
    "column.question": ("Question", "Вопрос"),
    "column.emotion": ("Emotion", "Эмоция"),
    "column.barriers": ("Barriers", "Барьеры"),
    "column.drop_off": ("Drop-off point", "Точка отвала"),
    "column.touchpoints": ("Touchpoints", "Точки контакта"),
    "column.moves_to": ("Moves on to", "Куда переходит"),
    "column.events": ("Events", "События"),
    "column.scenarios": ("Scenarios", "Сценарии"),
    "column.needs": ("Parameters needed", "Нужные параметры"),
    "column.not_when": ("Must not start", "Когда не запускать"),
    "column.when": ("When I", "Когда я"),
    "column.want": ("I want", "Я хочу"),
    "column.so_that": ("So that", "Чтобы"),
    "column.segments": ("Segments", "Сегменты"),
    "column.chains": ("Chains", "Цепочки"),
    "column.region": ("Region", "Регион"),
    "column.holds": ("Attributes it holds", "Хранит атрибуты"),
    "column.sends": ("Sends to", "Отдаёт в"),
    "column.receives": ("Receives from", "Получает из"),
    "column.from": ("From", "Откуда"),
    "column.to": ("To", "Куда"),
    "column.method": ("Method", "Способ"),
    "column.carries": ("Carries", "Что передаёт"),
    "column.freshness": ("Freshness", "Свежесть данных"),
    "gap.event_map.unused": ("Events nobody uses", "События, которые никто не использует"),
    "gap.event_map.undeclared": (
        "Events used but never declared",
        "События используются, но не описаны",
    ),
    "gap.event_map.no_identifier": (
        "Events without an identifier: they cannot reach a profile",
        "События без идентификатора: они не попадут в профиль",
    ),
    "gap.event_map.stage_without_event": ("Stages with no event", "Этапы без событий"),
    "gap.event_map.same": (
        "Likely the same thing under two names",
        "Похоже, одно и то же под двумя названиями",
    ),
    "gap.event_map.not_captured": (
        "Key actions not captured: a goal or a step between stages without an event",
        "Ключевые действия не фиксируются: цель или переход между этапами без события",
    ),
    "gap.communication_map.duplicate": (
        "Possible duplicates for one person: same trigger, same audience",
        "Возможные дубли для одного человека: тот же триггер и та же аудитория",
    ),
    "gap.communication_map.same_segment": (
        "Segments with the same logic under two names",
        "Сегменты с одинаковой логикой под разными названиями",
    ),
    "gap.communication_map.shared_segment": (
        "Segments that several chains with the same trigger share",
        "Сегменты, которые делят несколько цепочек с одним триггером",
    ),
    "gap.communication_map.empty_stage": (
        "Stages of the journey without any scenario",
        "Этапы пути клиента без сценариев",
    ),
    "gap.communication_map.no_metric": (
        "Scenarios without a goal or a metric",
        "Сценарии без цели и метрики",
    ),
    "gap.communication_map.no_owner": ("Scenarios without an owner", "Сценарии без ответственного"),
    "gap.communication_map.unsent": (
        "Messages nobody sends",
        "Сообщения, которые никто не отправляет",
    ),
    "gap.communication_map.no_exit": (
        "Chains of several touches without an exit",
        "Цепочки из нескольких касаний без условия выхода",
    ),
    "gap.combined_map.no_event": ("Stages with no event", "Этапы без событий"),
    "gap.combined_map.no_scenario": ("Stages without any scenario", "Этапы без сценариев"),
    "gap.combined_map.no_metric": ("Stages without a metric", "Этапы без метрики"),
    "gap.combined_map.no_customer_goal": (
        "Stages without a customer goal",
        "Этапы, у которых не описана цель клиента",
    ),
    "gap.combined_map.unreachable": (
        "Stages no other stage leads to",
        "Этапы, в которые ничто не ведёт",
    ),
    "gap.combined_map.scenario_without_stage": ("Scenarios without a stage", "Сценарии без этапа"),
    "gap.combined_map.event_without_stage": ("Events without a stage", "События без этапа"),
    "gap.combined_map.undeclared_parameter": (
        "Parameters scenarios need but events do not declare",
        "Параметры нужны сценариям, но не описаны в событиях",
    ),
    "gap.jobs_map.no_segment": ("Jobs without a segment", "Задачи без сегмента"),
    "gap.jobs_map.no_chain": ("Jobs without a chain", "Задачи без цепочки"),
    "gap.jobs_map.segment_without_job": (
        "Job segments that name no job",
        "JTBD-сегменты, у которых не указана задача",
    ),
    "gap.jobs_map.chain_without_job": ("Chains without a job", "Цепочки без задачи клиента"),
    "gap.data_flow_map.no_events": (
        "Flows that carry no events",
        "Потоки, которые не передают события",
    ),
    "gap.data_flow_map.stuck": (
        "Systems whose events are carried nowhere",
        "Системы, события которых никуда не передаются",
    ),
    "gap.data_flow_map.no_identifier": (
        "Flows without the shared identifier",
        "Потоки без общего идентификатора",
    ),
    "gap.data_flow_map.no_consents": (
        "Contacts travel, consents and unsubscribes do not",
        "Контакты передаются, а согласия и отписки нет",
    ),
    "gap.data_flow_map.manual": (
        "Systems connected by hand only",
        "Системы связаны только вручную",
    ),
    "gap.data_flow_map.isolated": ("Systems without any flow", "Системы без потоков данных"),
    "none": ("none", "нет"),
    "no_gaps": ("No gaps found.", "Пробелов не найдено."),
    "empty_map": ("Nothing declared yet.", "Пока ничего не описано."),
    "made_from": (
        "Made by crmspec from the configuration; edit the sources, not this page.",
        "Построено crmspec по конфигурации: правьте исходные файлы, а не эту страницу.",
    ),
    "part": ("Part {n} of {total}", "Часть {n} из {total}"),
}

PLURALS: dict[str, tuple[tuple[str, str], tuple[str, str, str]]] = {
    "second": (("second", "seconds"), ("секунду", "секунды", "секунд")),
    "minute": (("minute", "minutes"), ("минуту", "минуты", "минут")),
    "hour": (("hour", "hours"), ("час", "часа", "часов")),
    "day": (("day", "days"), ("день", "дня", "дней")),
    "week": (("week", "weeks"), ("неделю", "недели", "недель")),
    "month": (("month", "months"), ("месяц", "месяца", "месяцев")),
    "year": (("year", "years"), ("год", "года", "лет")),
    "times": (("time", "times"), ("раз", "раза", "раз")),
    "message": (("message", "messages"), ("сообщение", "сообщения", "сообщений")),
    "up_to_messages": (("message", "messages"), ("сообщения", "сообщений", "сообщений")),
    "possible": (("possible", "possible"), ("возможного", "возможных", "возможных")),
    "gap": (("gap", "gaps"), ("пробел", "пробела", "пробелов")),
    "round": (("round", "rounds"), ("круга", "кругов", "кругов")),
    "item": (("item", "items"), ("элемента", "элементов", "элементов")),
    "event": (("event", "events"), ("событие", "события", "событий")),
    "segment": (("segment", "segments"), ("сегмент", "сегмента", "сегментов")),
    "chain": (("chain", "chains"), ("цепочка", "цепочки", "цепочек")),
    "broadcast": (("broadcast", "broadcasts"), ("рассылка", "рассылки", "рассылок")),
    "channel": (("channel", "channels"), ("канал", "канала", "каналов")),
    "goal": (("goal", "goals"), ("цель", "цели", "целей")),
    "stage": (("stage", "stages"), ("этап", "этапа", "этапов")),
    "job": (("job", "jobs"), ("задача", "задачи", "задач")),
    "system": (("system", "systems"), ("система", "системы", "систем")),
    "flow": (("flow", "flows"), ("поток", "потока", "потоков")),
}

TABLE: dict[str, tuple[str, str]] = PHRASES | STEP_PHRASES | HEADINGS
"""Every heading and phrase by key, in the order of `LANGUAGES`."""


def russian_form(number: int) -> int:
    """Return which of the forms for one, few and many goes with a number."""
    ten, hundred = abs(number) % 10, abs(number) % 100
    if ten == 1 and hundred != 11:  # noqa: PLR2004 - eleven declines like many
        return 0
    return 1 if ten in (2, 3, 4) and hundred not in (12, 13, 14) else 2


class Vocabulary:
    """The words of one language."""

    def __init__(self, lang: str) -> None:
        if lang not in LANGUAGES:
            raise ValueError(f"maps speak {', '.join(LANGUAGES)}, not {lang}")
        self.lang = lang
        self._at = LANGUAGES.index(lang)

    def say(self, key: str, /, **arguments: str | int) -> str:
        """Return a heading or phrase with its arguments filled in."""
        template = TABLE[key][self._at]
        return template.format(**arguments) if arguments else template

    def knows(self, key: str) -> bool:
        """Say whether there is such a heading or phrase."""
        return key in TABLE

    def word(self, family: str, value: str) -> str:
        """Return the word for one value of a closed set, or the value itself."""
        key = f"{family}.{value}"
        return self.say(key) if self.knows(key) else value

    def form(self, key: str, number: int) -> str:
        """Return the word in the form that goes with a number, without the number."""
        english, russian = PLURALS[key]
        if self.lang == "ru":
            return russian[russian_form(number)]
        return english[0 if abs(number) == 1 else 1]

    def count(self, key: str, number: int) -> str:
        """Return a number with its word in the right form."""
        return f"{number} {self.form(key, number)}"

    def quote(self, title: str) -> str:
        """Put a title in the language's quotation marks."""
        return f"«{title}»" if self.lang == "ru" else f"“{title}”"

    def either(self, items: Iterable[str]) -> str:
        """Join alternatives: a, b or c."""
        *head, last = items
        return self.say("join.or", head=", ".join(head), last=last) if head else last
