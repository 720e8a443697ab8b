"""The schemas say what the IR says: the same keys, the same references, the same choices."""

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

from crmspec import ir
from crmspec.ir import action, condition, data, project, step, trigger
from crmspec.ir.program import KINDS
from crmspec.ir.shorthand import SHORTHANDS
from crmspec.ir.value import FLAT, OPERATORS, Located, PropertyTest, Ref, Resource, Tests
from crmspec.ir.value import Test as Comparison
from crmspec.schema.library import source, sources

# all but the module of scalars, which have no keys
MODULES = [
    import_module(f"crmspec.ir.{found.name}")
    for found in iter_modules(ir.__path__)
    if found.name != "value"
]
ROOTS = {cls: kind for kind, cls in KINDS.values()}
ROOTS |= {data.Identity: "identity", project.Project: "project"}
# written `{if, then, …}` or as a group of such
ARMED = {step.Cases: "cases", step.WaitForEvent: "first_of"}
GROUPS = {condition.All, condition.Any, condition.Nothing, condition.Not}


def structs():
    found = {
        name: cls
        for module in MODULES
        for name, cls in vars(module).items()
        if isinstance(cls, type) and issubclass(cls, Located) and cls.__module__ == module.__name__
    }
    return [pytest.param(cls, id=name) for name, cls in sorted(found.items())]


def key_of(field):
    return field.removesuffix("_")


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def schemas_of(cls):
    """Return every map that describes `cls`, with its file."""
    if cls in ROOTS:
        return [(ROOTS[cls], source(ROOTS[cls]))]
    if cls is action.Step or issubclass(cls, action.Step):
        return [("step", source("step"))]
    if cls in GROUPS:
        return [("condition", source("condition")["$defs"]["group"])]
    name = snake(cls.__name__)
    named = [
        (file, schema["$defs"].get(f"{name}_map") or schema["$defs"].get(name))
        for file, schema in sources().items()
        if "$defs" in schema
    ]
    return [(file, schema) for file, schema in named if schema and "properties" in schema]


def hints(cls):
    found = get_type_hints(cls, include_extras=True)
    return {f.name: (found[f.name], f) for f in msgspec.structs.fields(cls) if f.name != "place"}


def flat(hint):
    return get_args(hint)[0] if get_origin(hint) is Annotated and FLAT in get_args(hint) else None


def expected_keys(cls):
    keys = set()
    for name, (hint, _) in hints(cls).items():
        beside = flat(hint)
        if beside is None:
            keys.add(key_of(name))
        elif beside == Tests:
            keys |= OPERATORS
        elif beside == condition.Condition:
            keys |= {one.subject for one in condition.CONDITIONS}
        else:
            keys |= expected_keys(beside)
    if cls in ARMED:
        keys |= {"if", "then"}
    if issubclass(cls, Resource):
        keys.discard("id")
    if cls is project.Project:
        keys |= {*KINDS, "identity"}
    return keys


@pytest.mark.parametrize("cls", structs())
def test_the_keys_are_the_fields(cls):
    expected = expected_keys(cls)
    found = schemas_of(cls)
    assert found, f"no schema for {cls.__name__}"
    for _, schema in found:
        keys = set(schema["properties"])
        if issubclass(cls, action.Step) or cls in GROUPS:
            assert expected <= keys
        else:
            assert keys == expected


def test_a_step_has_no_other_keys_than_the_steps_together():
    keys = set().union(*(expected_keys(cls) for cls in step.STEPS))
    assert set(source("step")["properties"]) == keys


def is_one_of_several(cls):
    return issubclass(cls, action.Step) or cls in GROUPS


@pytest.mark.parametrize("cls", [p for p in structs() if not is_one_of_several(p.values[0])])
def test_fields_without_default_are_required(cls):
    required = {
        key_of(name)
        for name, (hint, field) in hints(cls).items()
        if field.required and flat(hint) is None
    } - {ARMED.get(cls)}
    if issubclass(cls, Resource):
        required -= {"id"}
    if cls is project.Project:
        required = {"project"}
    for _, schema in schemas_of(cls):
        assert set(schema.get("required", ())) == required


@pytest.mark.parametrize(
    ("file", "classes"),
    [
        pytest.param(source("step"), step.STEPS, id="steps"),
        pytest.param(source("trigger")["$defs"]["map"], trigger.TRIGGERS, id="triggers"),
        pytest.param(source("condition")["$defs"]["map"], condition.CONDITIONS, id="conditions"),
        pytest.param(source("segment"), condition.CONDITIONS, id="segments"),
    ],
)
def test_each_subject_is_a_choice(file, classes):
    from crmspec.schema.key import alternatives

    assert set(alternatives(file["oneOf"])) == {cls.subject for cls in classes}


def values(hint):
    """Yield the value types inside of a hint: items of tuples and maps, members of unions."""
    if flat(hint) is not None:
        return
    if get_origin(hint) is Annotated or get_origin(hint) is Literal:
        yield hint
    elif hint != Tests and hint != tuple[PropertyTest, ...]:
        for one in get_args(hint):
            yield from values(one)


def target(reference, here):
    file, _, pointer = reference.partition("#")
    name = file.removesuffix(".schema.json") or here
    found = source(name)
    for part in pointer.strip("/").split("/") if pointer else ():
        found = found[part]
    return found, name


def annotations(schema, key, file):
    """Yield the schemas of a key and of everything it refers to, but for maps of their own."""
    waiting = [(schema["properties"][key], file)]
    while waiting:
        part, here = waiting.pop()
        yield part
        if isinstance(part, dict):
            if "$ref" in part:
                found = target(part["$ref"], here)
                if "properties" not in found[0]:
                    waiting.append(found)
            inner = (part.get(k) for k in ("items", "else", "then", "additionalProperties"))
            waiting.extend(
                (one, here) for one in inner if isinstance(one, dict) and "properties" not in one
            )


@pytest.mark.parametrize("cls", structs())
def test_references_are_to_the_same_kinds(cls):
    for name, (hint, _) in hints(cls).items():
        kinds = {
            get_args(one)[1]
            for one in values(hint)
            if get_origin(one) is Annotated and get_args(one)[0] is Ref
        }
        for file, schema in schemas_of(cls):
            if kinds:
                marked = {
                    part.get("x-crmspec-ref") for part in annotations(schema, key_of(name), file)
                }
                assert kinds & marked, f"{cls.__name__}.{name}"


@pytest.mark.parametrize("cls", structs())
def test_choices_are_the_same(cls):
    for name, (hint, _) in hints(cls).items():
        literals = [one for one in values(hint) if get_origin(one) is Literal]
        for file, schema in schemas_of(cls):
            for literal in literals:
                choices = [
                    part["enum"]
                    for part in annotations(schema, key_of(name), file)
                    if "enum" in part
                ]
                assert list(get_args(literal)) in choices, f"{cls.__name__}.{name}"


@pytest.mark.parametrize("cls", structs())
def test_defaults_are_the_same(cls):
    for name, (hint, field) in hints(cls).items():
        default = field.default
        if (
            flat(hint) is not None
            or not isinstance(default, str | int | float)
            or cls is project.Project
        ):
            continue
        for _, schema in schemas_of(cls):
            assert schema["properties"][key_of(name)].get("default") == default


def test_shorthands_of_the_builder_are_in_the_schemas():
    for cls in SHORTHANDS:
        if cls in ARMED:
            continue
        name = snake(cls.__name__)
        files = [one for one in sources().values() if f"{name}_map" in one.get("$defs", {})]
        assert files, f"{name} has no short form"
        for file in files:
            assert file["$defs"][name]["if"] == {"type": "object"}


def test_schemas_have_no_short_forms_the_builder_does_not_know():
    known = {snake(cls.__name__) for cls in SHORTHANDS} | {"sequence_item"}
    for file in sources().values():
        names = {n.removesuffix("_map") for n in file.get("$defs", {}) if n.endswith("_map")}
        assert names <= known


def test_operators_are_those_of_the_ir():
    from crmspec.ir.value import Operator

    assert list(source("common")["$defs"]["operators"]["properties"]) == list(get_args(Operator))
    assert Comparison.__struct_fields__


def test_files_have_all_kinds():
    assert list(source("file")["properties"]) == [*KINDS, "identity"]
    for key, (kind, _) in KINDS.items():
        entry = source("file")["properties"][key]
        assert entry["additionalProperties"]["$ref"] == f"{kind}.schema.json"
        assert entry["x-crmspec-ids"] == kind


def test_project_settings_are_known_to_stand_elsewhere():
    settings = {key_of(n) for n in project.Project.__struct_fields__} - {"place"}
    assert set(source("file")["x-crmspec-elsewhere"]) == settings
