"""Made-up customers to see messages with: the project's personas, and the awkward ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, get_args

import msgspec

from crmspec.content.mark import Senders
from crmspec.content.parts import facts
from crmspec.resolve.catalog import Catalog, Payload
from crmspec.template.namespace import LINKS, common, passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.ir.trial import Persona
    from crmspec.template.shape import Shape

NOW: Final = "2026-03-01T10:00:00+03:00"
"""When made-up customers read."""

Trait: TypeAlias = Literal[
    "typical", "missing", "empty", "zero", "short", "long", "cyrillic", "rtl", "hostile"
]
TRAITS: Final[tuple[Trait, ...]] = get_args(Trait)
_TEXTS: Final[Mapping[str, str]] = {
    "typical": "Anna",
    "short": "Я",
    "long": "Anna-Maria Konstantinopolskaya-Wolfeschlegelsteinhausenbergerdorff",
    "cyrillic": "Александра Щёголева",
    "rtl": "\u05e9\u05dc\u05d5\u05dd \u0639\u0644\u064a\u0643\u0645",
    "hostile": "</p></td><script>alert('1')</script>\"'&amp;<b>{{ 7 * 7 }}{% if %}\r\n"
    "Bcc: a@example.com",
    "empty": "",
}
_NUMBERS: Final[Mapping[str, float]] = {"zero": 0, "long": 12345678.9, "short": 1}
_COUNTS: Final[Mapping[str, int]] = {"empty": 0, "short": 1, "long": 12}
_DEPTH: Final = 8


class Look(NamedTuple):
    """How made-up values look: what is odd about them, and the language of their words."""

    trait: Trait
    language: str


class Fixture(msgspec.Struct, frozen=True, kw_only=True):
    """A customer and an event; `values` are what templates see, by namespace.

    `persona` is the one of the project that it is made from, if any.
    """

    id: str
    title: str
    values: dict[str, object]
    persona: str | None = None
    trait: Trait | None = None


class Crowd:
    """What made-up customers are, whichever message of a program they are sent."""

    def __init__(self, program: Program) -> None:
        self._names = common(program)
        self._of: dict[Look, dict[str, object]] = {}

    def values(self, look: Look) -> Mapping[str, object]:
        """Return the values of the customer with a trait, in a language; nobody changes them."""
        if look not in self._of:
            values = {name: _value(shape, look) for name, shape in self._names.items()}
            self._of[look] = values | {"links": links(), "now": NOW}
        return self._of[look]


class Fixtures:
    """The fixtures of a project's messages; `crowd` is for several of the same customers."""

    def __init__(self, program: Program, crowd: Crowd | None = None) -> None:
        self.program = program
        self.crowd = crowd or Crowd(program)
        self.senders = Senders(program)
        self.catalog = Catalog(program)
        self._of: dict[tuple[str, tuple[str, ...]], tuple[Fixture, ...]] = {}

    def of(self, message: Message, locale: str | None = None) -> tuple[Fixture, ...]:
        """Return the fixtures of a message: personas first, then one for each trait."""
        senders = tuple(sorted(self.senders.chains.get(message.id, ())))
        language = self._language(locale)
        if (language, senders) not in self._of:
            self._of[language, senders] = tuple(self._from(senders, language))
        known: dict[str, object] = dict(facts(self.program, message, locale))
        return tuple(
            msgspec.structs.replace(one, values={**one.values, **known})
            for one in self._of[language, senders]
        )

    def _language(self, locale: str | None) -> str:
        """Return the language of a locale, by default that of the project."""
        locales = self.program.project.locales
        return (locale or (locales.default if locales else "en")).partition("-")[0]

    def _from(self, senders: tuple[str, ...], language: str) -> Iterator[Fixture]:
        """Yield the fixtures of messages with the same senders, in one language."""
        payloads = self._payloads(senders)
        names = self._names(senders, payloads)
        typical = self._made(Look("typical", language), names, payloads)
        for one in self.program.personas.values():
            yield self._persona(one, typical)
        for trait in TRAITS:
            values = self._made(Look(trait, language), names, payloads)
            yield Fixture(id=trait, title=trait, trait=trait, values=values)

    def payloads(self, message: Message) -> tuple[Payload, ...]:
        """Return what the triggers of the chains carry that send a message."""
        return self._payloads(sorted(self.senders.chains.get(message.id, ())))

    def _payloads(self, senders: Iterable[str]) -> tuple[Payload, ...]:
        found: dict[tuple[str, str], Payload] = {}
        for id_ in senders:
            chain = self.program.chains.get(id_)
            for payload in (self.catalog.triggers(chain) if chain is not None else ()) or ():
                found[payload.kind, payload.id] = payload
        return tuple(found.values())

    def _names(
        self, senders: tuple[str, ...], payloads: tuple[Payload, ...]
    ) -> Mapping[str, Shape]:
        """Return what the templates of a message see of the passage."""
        chain = self.program.chains.get(senders[0]) if senders else None
        return passage(self.program, payloads[:1] or None, chain)

    def _made(
        self, look: Look, names: Mapping[str, Shape], payloads: tuple[Payload, ...]
    ) -> dict[str, object]:
        """Return the values of a customer with one trait."""
        values = {
            **self.crowd.values(look),
            **{name: _value(shape, look) for name, shape in names.items()},
        }
        for name in ("event", "chain", "profile"):
            values[name] = values[name] if isinstance(values.get(name), dict) else {}
        example = self._example(payloads)
        if look.trait == "typical" and example:
            values["event"] = {**_mapping(values["event"]), **example}
        return values

    def _example(self, payloads: tuple[Payload, ...]) -> dict[str, object]:
        event = self.program.events.get(payloads[0].id) if payloads else None
        return dict(event.example) if event is not None else {}

    def _persona(self, persona: Persona, typical: dict[str, object]) -> Fixture:
        event = {**_mapping(typical["event"]), **persona.event}
        values = {**typical, "profile": dict(persona.attributes), "event": event}
        return Fixture(
            id=persona.id, title=persona.title or persona.id, values=values, persona=persona.id
        )


def fixtures(program: Program, message: Message, locale: str | None = None) -> tuple[Fixture, ...]:
    """Return the fixtures of one message; `Fixtures` is faster for many."""
    return Fixtures(program).of(message, locale)


def links() -> dict[str, object]:
    """Return made-up service links."""
    return {name: f"https://links.example.com/{name}" for name in LINKS}


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _value(shape: Shape, look: Look, depth: int = 0, name: str = "") -> object:
    """Return a value of a shape; None where it may be missing and is."""
    if depth > _DEPTH or (look.trait == "missing" and shape.optional):
        return None
    if shape.kind == "list":
        return _items(shape, look, depth, name)
    if shape.kind == "object":
        parts = {key: _value(one, look, depth + 1, key) for key, one in shape.parts.items()}
        return {key: made for key, made in parts.items() if made is not None}
    return _scalar(shape, look, name)


def _scalar(shape: Shape, look: Look, name: str) -> object:
    if shape.kind == "number":
        return _number(shape, _NUMBERS.get(look.trait, 5))
    if shape.kind == "boolean":
        return look.trait not in {"zero", "empty"}
    if shape.kind == "date":
        return "" if look.trait == "empty" and shape.optional else NOW
    return _text(shape, look, name)


def _number(shape: Shape, wanted: float) -> float:
    """Return the number nearest to the one wanted of those that are declared to be possible."""
    low, high = shape.minimum, shape.maximum
    if shape.whole:
        wanted = math.floor(wanted)
        low, high = low and math.ceil(low), high and math.floor(high)
    least = wanted if low is None else max(wanted, low)
    return least if high is None else min(least, high)


def _items(shape: Shape, look: Look, depth: int, name: str) -> object:
    if shape.items is None:
        return []
    made = _value(shape.items, look, depth + 1, name)
    return [] if made is None else [made] * _COUNTS.get(look.trait, 3)


def _text(shape: Shape, look: Look, name: str) -> object:
    if shape.values:
        return "" if look.trait == "empty" and shape.optional else shape.values[0]
    if shape.kind == "any" and not shape.optional:
        return None
    if shape.kind == "any" and look.trait == "typical" and name in _GOODS:
        goods = _GOODS[name]
        return goods.get(look.language, goods["en"])
    words = (*name.split("_"), *([shape.format] if shape.format else ()))
    given = next((value for word, value in _ADDRESSES.items() if word in words), None)
    if given is not None and look.trait not in {"empty", "hostile"}:
        return given
    return _TEXTS.get(look.trait, _TEXTS["typical"])


_GOODS: Final[Mapping[str, Mapping[str, object]]] = {
    "name": {"en": "Table lamp", "ru": "Настольная лампа"},
    "price": {"en": 1990},
}
"""What the items of feeds hold, of which no types are known, by language."""
_ADDRESSES: Final = {
    **dict.fromkeys(("image", "picture", "photo", "img"), "https://shop.example.com/i/1.png"),
    **dict.fromkeys(("url", "link", "href", "uri"), "https://shop.example.com/page?id=1&from=feed"),
    "email": "anna@example.com",
    "phone": "+15550100",
    "code": "PROMO10",
}
"""What texts with such words in their names hold: links of made-up letters are not broken."""
