"""Questions as people write them, in English or Russian, as arguments of `ask`."""

from __future__ import annotations

import re

_ID = r"`?([a-z][a-z0-9_]*)`?"
_WORDS = r"hours?|days?|weeks?|час\w*|дн\w*|день|сут\w*|недел\w*"
_LENGTH = rf"(\d+ ?[hdwm]|(?:\d+ ?|an? )?(?:{_WORDS}))"
_SAID = r"(?:(?! in | within | за |\d).)*?"
"""What else a question says; no length of time, so that none is passed over."""
_FORMS = (
    (rf"(?:can|could) (?:one|a|the same) customer be in {_ID} and (?:in )?{_ID}", "together"),
    (rf"может ли .*(?:в|во) {_ID} и (?:в |во )?{_ID}", "together"),
    (rf"(?:does|is) (?:segment )?{_ID} (?:imply|in|inside|part of) (?:segment )?{_ID}", "implies"),
    (rf"(?:все ли|входит ли|следует ли) .*?{_ID} .*?{_ID}", "implies"),
    (rf"(?:which|what) chains (?:can )?reach {_ID}", "reach"),
    (rf"какие цепочки .*?{_ID}", "reach"),
    (rf"who (?:can )?(?:receives?|gets?) {_ID}(?: after {_ID})?", "receives"),
    (rf"кто .*?получ\w+ {_ID}(?: после {_ID})?", "receives"),
    (rf"what does a (?:typical )?new customer (?:get|receive)(?: in {_LENGTH})?", "new-customer"),
    (rf"что получ\w+ новый \w+(?: за {_LENGTH})?", "new-customer"),
    (
        rf"how many messages{_SAID}(?: (?:in|within) {_LENGTH})?(?: after (?:at most )?(\d+) \w+)?",
        "worst",
    ),
    (rf"сколько (?:сообщений|писем){_SAID}(?: за {_LENGTH})?(?: после (\d+) \w+)?", "worst"),
)
_OPTIONS = {"receives": (None, "--after"), "new-customer": ("--days",)}
_OPTIONS |= {"worst": ("--window", "--actions")}
_UNITS = (("h", 1), ("час", 1), ("w", 168), ("недел", 168), ("d", 24), ("д", 24), ("сут", 24))


def understand(sentence: str) -> list[str] | None:
    """Return the question and its arguments, None if the sentence is none that is known."""
    plain = re.sub(r"\s+", " ", sentence).strip(" ?.!").replace("ё", "е")
    for pattern, question in _FORMS:
        match = re.fullmatch(pattern, plain, re.IGNORECASE)
        if match is not None:
            return [question, *_arguments(question, match.groups())]
    return None


def _arguments(question: str, found: tuple[str | None, ...]) -> list[str]:
    options = _OPTIONS.get(question, (None,) * len(found))
    made: list[str] = []
    for option, value in zip(options, found, strict=True):
        if value is not None and option is None:
            made.append(value)
        elif value is not None and option is not None:
            made += [option, _value(option, value)]
    return made


def _value(option: str, value: str) -> str:
    """Return a length of time in hours, or in days for `--days`."""
    if option not in {"--window", "--days"}:
        return value
    match = re.match(r"(\d*)(?: |an? )*(.*)", value.lower())
    number, unit = match.groups() if match is not None else ("", value)
    amount = int(number or 1)
    if unit == "m":
        return f"{amount}m"
    hours = amount * next(size for start, size in _UNITS if unit.startswith(start))
    return str(max(hours // 24, 1)) if option == "--days" else f"{hours}h"
