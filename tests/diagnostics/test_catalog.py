"""Translations: every sentence in the code is in the catalogue, and the catalogue is compiled."""

import ast
import string

import pytest
from babel.messages.mofile import read_mo

from crmspec.diagnostics import amount, text
from crmspec.diagnostics.catalog import language, plural, translate
from tests.generate.catalog import LANGUAGES, calls, load, message_id, mo, sentences


def strings(lang):
    """Return each translated form with the English form it stands for."""
    for message in load(lang):
        if message.id:
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            english = message.id if isinstance(message.id, tuple) else (message.id,)
            yield from ((english[-1], form) for form in forms if form)


def forms(catalogue):
    return sorted((list(message.id), list(message.string)) for message in catalogue if message.id)


def fields(template):
    return sorted(
        {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_translated(lang):
    known = {
        message.id
        for message in load(lang)
        if all(message.string if isinstance(message.string, tuple) else [message.string])
    }
    missing = [f"{places[0]}: {name}" for name, places in sentences().items() if name not in known]
    assert not missing, "run `make i18n`, then translate:\n" + "\n".join(missing)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_else_is_in_the_catalogue(lang):
    known = {message.id for message in load(lang) if message.id}
    assert known - sentences().keys() == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_translations_keep_the_names_in_braces(lang):
    for english, translated in strings(lang):
        assert fields(translated) == fields(english), english


@pytest.mark.parametrize("lang", LANGUAGES)
def test_translations_keep_the_style(lang):
    for english, translated in strings(lang):
        assert translated.count("`") == english.count("`"), english
        assert translated.endswith(".") == english.endswith("."), english
        assert translated == translated.strip(), english
        begins_with_a_name = english.split()[0] == translated.split()[0]
        assert begins_with_a_name or translated[0] == translated[0].lower(), english


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_compiled_catalogue_is_up_to_date(lang):
    with mo(lang).open("rb") as stream:
        compiled = read_mo(stream)
    assert forms(compiled) == forms(load(lang)), "run `make i18n`"


def is_template(argument):
    """Tell whether it is the template of a sentence that was a literal where it was made."""
    return isinstance(argument, ast.Attribute) and argument.attr == "template"


def test_templates_are_literals():
    """A template that is put together at run time could not be found and translated."""
    assert [
        f"{place}:{call.lineno}"
        for place, call in calls()
        if message_id(call) is None and not is_template(call.args[0])
    ] == []


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        pytest.param("ru", "ru", id="bare"),
        pytest.param("ru-RU", "ru", id="with a country"),
        pytest.param("ru_RU.UTF-8", "ru", id="a locale"),
        pytest.param("RU.UTF-8", "ru", id="upper case"),
        pytest.param("../ru", "", id="not a language"),
    ],
)
def test_language(tag, expected):
    assert language(tag) == expected


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        pytest.param("en", "help: no findings", id="English"),
        pytest.param("ru", "подсказка: замечаний нет", id="Russian"),
        pytest.param("de", "help: no findings", id="no catalogue"),
        pytest.param("../ru", "help: no findings", id="not a language"),
        pytest.param("", "help: no findings", id="nothing"),
    ],
)
def test_a_sentence_in_a_sentence(lang, expected):
    assert translate(text("help: {advice}", advice=text("no findings")), lang) == expected


def test_arguments_are_not_translated():
    assert translate(text("help: {advice}", advice="no findings"), "ru") == "подсказка: no findings"


def test_an_unknown_sentence_stays_english():
    assert translate(text("never {x} seen", x=1), "ru") == "never 1 seen"


def test_an_empty_sentence_is_not_the_header():
    assert translate(text(""), "ru") == ""


@pytest.mark.parametrize(
    ("count", "russian"),
    [(1, "1 ошибка"), (2, "2 ошибки"), (5, "5 ошибок"), (11, "11 ошибок"), (21, "21 ошибка")],
)
def test_plurals(count, russian):
    assert plural("{count} error", "{count} errors", count, "ru") == russian
    english = plural("{count} error", "{count} errors", count)
    assert english == f"{count} error{'s' * (count != 1)}"


@pytest.mark.parametrize(
    ("count", "english", "russian"),
    [
        pytest.param(1, "1 day", "1 день", id="one"),
        pytest.param(3, "3 days", "3 дня", id="a few"),
        pytest.param(11, "11 days", "11 дней", id="many"),
        pytest.param(1.5, "1.5 days", "1.5 дня", id="a part"),
    ],
)
def test_counting_phrases_within_a_sentence(count, english, russian):
    told = text("help: {advice}", advice=amount("{count} day", "{count} days", count))
    assert translate(told, "en") == f"help: {english}"
    assert translate(told, "ru") == f"подсказка: {russian}"
    assert translate(told, "de") == f"help: {english}"
