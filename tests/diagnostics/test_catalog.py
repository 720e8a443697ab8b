"""Translations: every sentence in the code is in the catalogue, and the catalogue is compiled."""

import ast
import string
from functools import cache
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import crmspec
from crmspec.diagnostics import text
from crmspec.diagnostics.catalog import language, plural, translate

PACKAGE = Path(crmspec.__file__).parent
LOCALE = PACKAGE / "locale"
LANGUAGES = sorted(path.name for path in LOCALE.iterdir() if path.is_dir())
FUNCTIONS = {"text": 1, "plural": 2}


@cache
def templates() -> dict[str, str]:
    """Return every template in the package, and where it is."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for template in of_call(node):
                found.setdefault(template, f"{path.relative_to(PACKAGE)}:{node.lineno}")
    return found


def of_call(node):
    """Yield the literal templates of a call of `text` or `plural`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        for argument in node.args[: FUNCTIONS[node.func.id]]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


@cache
def catalogue(lang):
    with (LOCALE / lang / "LC_MESSAGES" / "crmspec.po").open("rb") as stream:
        return read_po(stream, locale=lang)


def translations(lang):
    """Return the translations of each message id; plurals also under their second form."""
    found = {}
    for message in catalogue(lang):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for one in ids:
            found[one] = strings
    return found


def fields(template):
    return sorted({name for _, name, _, _ in string.Formatter().parse(template) if name is not None})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_translated(lang):
    known = translations(lang)
    missing = [
        f"{place}: {template}"
        for template, place in templates().items()
        if template and not all(known.get(template, ("",)))
    ]
    assert not missing, "run `make i18n` and translate:\n" + "\n".join(missing)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_translation_is_fuzzy_or_for_nothing(lang):
    assert [message.id for message in catalogue(lang) if message.id and message.fuzzy] == []
    assert sorted(set(translations(lang)) - set(templates())) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_translations_keep_the_names_in_braces(lang):
    for template, strings in translations(lang).items():
        for one in strings:
            assert fields(one) == fields(template), template


@pytest.mark.parametrize("lang", LANGUAGES)
def test_translations_keep_the_style(lang):
    for template, strings in translations(lang).items():
        for one in strings:
            assert one.count("`") == template.count("`"), template
            assert one.endswith(".") == template.endswith("."), template
            assert one[:1].isspace() == template[:1].isspace(), template


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_compiled_catalogue_is_up_to_date(lang, tmp_path):
    fresh = tmp_path / "crmspec.mo"
    with fresh.open("wb") as stream:
        write_mo(stream, catalogue(lang))
    committed = LOCALE / lang / "LC_MESSAGES" / "crmspec.mo"
    assert committed.read_bytes() == fresh.read_bytes(), "run `make i18n`"


def test_templates_are_literals():
    """A template that is put together at run time could not be translated."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                literal = node.args and isinstance(node.args[0], ast.Constant)
                wanted = node.func.id in FUNCTIONS and path.name != "catalog.py"
                assert not wanted or literal, f"{path}:{node.lineno}"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        pytest.param("ru", "ru", id="bare"),
        pytest.param("ru-RU", "ru", id="with a country"),
        pytest.param("ru_RU.UTF-8", "ru", id="a locale"),
        pytest.param("RU.UTF-8", "ru", id="upper case"),
        pytest.param("../ru", "../ru", id="not a language"),
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
