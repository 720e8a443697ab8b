"""Sentences in the reader's language, from the gettext catalogues in `crmspec/locale`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crmspec.diagnostics.model import Text

if TYPE_CHECKING:
    from gettext import NullTranslations

SOURCE_LANGUAGE = "en"


def language(tag: str) -> str:
    """Return the language of a locale tag: `ru` for `ru`, `ru-RU` and `ru_RU.UTF-8`."""
    return tag.replace("-", "_").partition("_")[0].partition(".")[0].lower()


def translate(sentence: Text, lang: str = SOURCE_LANGUAGE) -> str:
    """Return the sentence in `lang`, or in English if there is no translation."""
    catalogue = _catalogue(language(lang))
    return sentence.english() if catalogue is None else _translated(sentence, catalogue)


def plural(one: str, many: str, count: int, lang: str = SOURCE_LANGUAGE) -> str:
    """Return the form for `count` of a counting phrase, with `{count}` filled in.

    As with `text(...)`, both templates are literals at the call; the first is the message id.
    """
    catalogue = _catalogue(language(lang))
    if catalogue is not None:
        template = catalogue.ngettext(one, many, count)
    else:
        template = one if count == 1 else many
    return template.format(count=count)


def _translated(sentence: Text, catalogue: NullTranslations) -> str:
    template = _template(sentence, catalogue)
    arguments = {
        name: _translated(value, catalogue) if isinstance(value, Text) else value
        for name, value in sentence.arguments.items()
    }
    return template.format(**arguments)


def _template(sentence: Text, catalogue: NullTranslations) -> str:
    """Return the translated template; a part of a thing, as in 1.5 days, counts as a few."""
    if sentence.many is not None:
        count = sentence.arguments["count"]
        number = count if isinstance(count, int) else 2
        return catalogue.ngettext(sentence.template, sentence.many, number)
    # The id "" is the header of a catalogue.
    return catalogue.gettext(sentence.template) if sentence.template else ""


@cache
def _catalogue(lang: str) -> NullTranslations | None:
    if lang == SOURCE_LANGUAGE or not lang.isalpha():
        return None
    from gettext import GNUTranslations
    from importlib.resources import files

    compiled = files("crmspec") / "locale" / lang / "LC_MESSAGES" / "crmspec.mo"
    if not compiled.is_file():
        return None
    with compiled.open("rb") as stream:
        return GNUTranslations(stream)
