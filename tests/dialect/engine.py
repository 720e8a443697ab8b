"""Real engines of template languages, to run what the printers print."""

import hashlib
import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path
from shutil import which

import pytest

from crmspec.dialect.names import load
from crmspec.dialect.registry import DIALECTS
from tests.dialect.more_engines import MORE, PREPARED
from tests.dialect.place import NAMELESS, placed

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("CRMSPEC_ENGINES_DIR", HERE.parent / ".engines"))
REQUIRED = os.environ.get("CRMSPEC_ENGINES") == "required"


class EngineError(Exception):
    """The engine refused a template."""


def absent(engine, advice):
    """Fail where engines are required, skip elsewhere."""
    sentence = f"the engine {engine} is not installed: {advice}"
    if REQUIRED:
        pytest.fail(sentence)
    pytest.skip(sentence)


def hashed(kind):
    return lambda value: hashlib.new(kind, str(value).encode()).hexdigest()


class Node:
    """A Node.js program that renders one line at a time."""

    def __init__(self, program, package):
        node = which("node")
        if node is None or not (FOLDER / "node_modules" / package).is_dir():
            absent(package, "bash .ci/engines")
        self.process = subprocess.Popen(
            [node, HERE / program, FOLDER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "TZ": "UTC"},
        )

    def render(self, text, values):
        self.process.stdin.write(json.dumps([text, values]) + "\n")
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline())
        if "error" in reply:
            raise EngineError(reply["error"])
        return reply["text"]


@cache
def node(program, package):
    return Node(program, package)


def liquidjs(text, values):
    return node("liquidjs.cjs", "liquidjs").render(text, values)


@cache
def liquid_environment():
    liquid = pytest.importorskip("liquid") if not REQUIRED else __import__("liquid")
    environment = liquid.Environment()
    environment.filters.update(
        md5=hashed("md5"), sha1=hashed("sha1"), sha2=hashed("sha256"), sha256=hashed("sha256")
    )
    environment.filters["truncate"] = truncated
    return environment


def truncated(value, length=50, end="..."):
    """Truncate as Ruby and JavaScript do: python-liquid cuts texts of exactly that length too."""
    value = "" if value is None else str(value)
    return value if len(value) <= length else value[: length - len(end)] + end


@cache
def liquid_template(text):
    return liquid_environment().from_string(text)


def python_liquid(text, values):
    from liquid.exceptions import LiquidError

    try:
        return liquid_template(text).render(**values)
    except LiquidError as error:
        raise EngineError(str(error)) from error


@cache
def django_engine():
    if REQUIRED:
        import django
    else:
        django = pytest.importorskip("django")
    from django.conf import settings
    from django.template import Engine, Library

    if not settings.configured:
        settings.configure(USE_I18N=False, USE_TZ=False)
        django.setup()
    engine = Engine()
    engine.template_libraries["klaviyo"] = library = Library()
    library.filter("lookup", lambda value, key: value.get(key) if hasattr(value, "get") else None)
    library.filter("floatadd", lambda value, number: float(value) + float(number))
    library.filter("multiply", lambda value, number: float(value) * float(number))
    engine.template_builtins.append(library)
    return engine


@cache
def django_template(text):
    from django.template import TemplateSyntaxError

    try:
        return django_engine().from_string(text)
    except TemplateSyntaxError as error:
        raise EngineError(str(error)) from error


def django(text, values):
    from django.template import Context

    try:
        return django_template(text).render(Context(values))
    except Exception as error:
        raise EngineError(str(error)) from error


@cache
def jinja_environment():
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(keep_trailing_newline=True)
    environment.filters["md5"] = hashed("md5")
    return environment


@cache
def jinja_template(text):
    from jinja2 import TemplateError

    try:
        return jinja_environment().from_string(text)
    except TemplateError as error:
        raise EngineError(str(error)) from error


def jinja2(text, values):
    try:
        return jinja_template(text).render(values)
    except Exception as error:
        raise EngineError(str(error)) from error


ENGINES = {
    "jinja2": jinja2,
    "django": django,
    "python-liquid": python_liquid,
    "liquidjs": liquidjs,
    **MORE,
}


def braze(text):
    """Return Braze's Liquid with the `${name}` in its tags as ordinary keys."""
    return re.sub(r"\{\{.*?\}\}+|\{%.*?%\}", lambda tag: _keyed(tag[0]), text, flags=re.DOTALL)


def _keyed(tag):
    tag = re.sub(r"(\w+)\.\$\{([^}]*)\}", r'\1["\2"]', tag)
    return re.sub(r"\$\{([^}]*)\}", rf'{NAMELESS}["\1"]', tag)


PREPARE = {"braze": braze, **PREPARED}


class Bare:
    """A mapping without methods, as languages other than Python have them."""

    def __init__(self, values):
        self.values_by_key = {key: bare(value) for key, value in values.items()}

    def __getitem__(self, key):
        return self.values_by_key[key]

    def __len__(self):
        return len(self.values_by_key)


def bare(value):
    if isinstance(value, dict):
        return Bare(value)
    return [bare(item) for item in value] if isinstance(value, list) else value


SHAPE = {"brevo": lambda context: {key: bare(value) for key, value in context.items()}}


def whole(value):
    """Return JSON values as systems keep them: 5.0 is 5, null is not there."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items() if item is not None}
    return value


def render(dialect_id, text, values, names=None):
    """Return what each engine of a dialect makes of a text, by the name of the engine."""
    dialect = DIALECTS[dialect_id]
    context = placed(whole(values), names or load(dialect_id))
    text, context = PREPARE.get(dialect_id, str)(text), SHAPE.get(dialect_id, dict)(context)
    return {name: ENGINES[name](text, context) for name in dialect.engines}
