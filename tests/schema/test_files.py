"""The schema files are sound, complete and explained, and their examples hold."""

import json
import re
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.ir.program import KEYS
from crmspec.schema import kinds, load, validate
from crmspec.schema.example import to_yaml
from crmspec.schema.library import source, sources
from crmspec.schema.reference import render_language
from crmspec.schema.violation import resolve

ROOT = Path(__file__).parents[2]


def maps(part, where="#"):
    """Yield every `properties` of a schema with its place."""
    if isinstance(part, dict):
        if isinstance(part.get("properties"), dict) and isinstance(part.get("title"), str):
            yield where, part["properties"]
        for key, value in part.items():
            if key not in ("examples", "default"):
                yield from maps(value, f"{where}/{key}")
    elif isinstance(part, list):
        for index, item in enumerate(part):
            yield from maps(item, f"{where}/{index}")


def described(prop, here):
    if "$ref" in prop and not {"title", "description"} <= prop.keys():
        file, _, pointer = prop["$ref"].partition("#")
        found = source(file.removesuffix(".schema.json") or here)
        for step in pointer.strip("/").split("/") if pointer else ():
            found = found[step]
        return found
    return prop


@pytest.mark.parametrize("name", sorted(sources()))
def test_a_schema_is_valid(name):
    jsonschema.Draft202012Validator.check_schema(source(name))


@pytest.mark.parametrize("name", sorted(sources()))
def test_every_key_has_title_and_description(name):
    for where, properties in maps(source(name)):
        for key, prop in properties.items():
            if prop is not True:
                found = described(prop, name)
                assert found.get("title"), f"{where}/{key}"
                assert found.get("description"), f"{where}/{key}"


@pytest.mark.parametrize("name", sorted(sources()))
def test_references_lead_to_files_that_exist_beside(name):
    text = json.dumps(source(name))
    for reference in (piece.partition('"')[0] for piece in text.split('"$ref": "')[1:]):
        file = reference.partition("#")[0]
        assert not file or (ROOT / "schemas" / file).is_file()


@cache
def validator(kind):
    return jsonschema.Draft202012Validator(load(kind))


def references(part):
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for key, value in part.items():
            if key != "examples":
                yield from references(value)
    elif isinstance(part, list):
        for item in part:
            yield from references(item)


@pytest.mark.parametrize("kind", kinds())
def test_a_bundle_stands_alone(kind):
    bundle = load(kind)
    for reference in set(references(bundle)):
        assert reference.startswith("#/$defs/")
        assert isinstance(resolve(bundle, reference), dict)


def test_there_is_no_bundle_of_an_unknown_kind():
    with pytest.raises(KeyError):
        load("sausage")


def example_file(kind):
    schema = source(kind)
    if kind == "project":
        return schema["examples"][0]
    if kind == "identity":
        return {"identity": schema["examples"][0]}
    return {KEYS[kind]: {schema["x-crmspec-example"]: schema["examples"][0]}}


def wrapped(kind, value):
    """Return a file in which an example of a condition, trigger or step stands."""
    if kind == "condition":
        return {"segments": {"s": {"all": [value]}}}
    chain = {"trigger": "order_placed", "steps": [{"send": "m"}]}
    chain |= {"trigger": value} if kind == "trigger" else {"steps": [value]}
    return {"chains": {"c": chain}}


def examples():
    for kind in (*KEYS, "identity", "project"):
        yield pytest.param(example_file(kind), id=kind)
    for kind in ("condition", "trigger", "step"):
        for index, value in enumerate(source(kind)["examples"]):
            yield pytest.param(wrapped(kind, value), id=f"{kind} {index}")


@pytest.mark.parametrize("data", list(examples()))
def test_an_example_is_valid_and_builds(data):
    result = read("campaigns/example.yaml", to_yaml(data).encode())
    (document,) = result.documents
    assert document.data == data
    assert validate(document).diagnostics == ()
    assert build(result.documents, frozenset()) is not None


def property_examples():
    """Yield a small schema for each key with examples, and the examples."""
    for name, schema in sorted(sources().items()):
        for where, properties in maps(schema):
            for key, prop in properties.items():
                if prop is not True and "examples" in prop:
                    yield pytest.param(
                        name, where, key, prop["examples"], id=f"{name}{where}/{key}"
                    )


@pytest.mark.parametrize(("name", "where", "key", "values"), list(property_examples()))
def test_examples_of_keys_are_valid(name, where, key, values):
    bundle = "project" if name == "project" else "file"
    pointer = f"#/$defs/{name}{where.removeprefix('#')}/properties/{key}"
    schema = resolve(load(bundle), pointer)
    for value in values:
        validator(bundle).evolve(schema=schema).validate(value)


def test_the_language_reference_is_up_to_date():
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    assert text == render_language(sources()), "run `make docs`"


def test_the_language_reference_has_no_dead_links():
    text = render_language(sources())
    anchors = set(re.findall(r'<a id="([^"]+)"', text))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


def test_the_language_reference_says_where_comparisons_stand():
    text = render_language(sources())
    for part in ("attribute_is", "has_been", "aggregate", "trigger_property", "step_result"):
        section = text.partition(f'<a id="condition-{part}"></a>')[2].partition("<a id=")[0]
        assert "| a comparison | [comparisons](#common-operators) |" in section


def test_a_target_manages_kinds():
    assert set(source("target")["properties"]["manages"]["else"]["enum"]) <= set(KEYS.values())
