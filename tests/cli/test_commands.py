"""The smaller commands."""

import json

import pytest

from crmspec.ir import KINDS


def test_explain_prints_the_page(crmspec):
    code, out, _ = crmspec("explain", "crm101")
    assert code == 0
    assert out.startswith("CRM101 unknown-key\n")


def test_explain_lists_all_codes(crmspec):
    code, out, _ = crmspec("explain")
    assert code == 0
    assert out.count("\n") >= 60


def test_explain_an_unknown_code(crmspec):
    assert crmspec("explain", "CRM999")[0] == 2


@pytest.mark.parametrize("kind", ["file", "condition", *(kind for kind, _ in KINDS.values())])
def test_schema_is_self_contained(crmspec, kind):
    import jsonschema

    code, out, _ = crmspec("schema", kind)
    assert code == 0
    schema = json.loads(out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "https" not in {ref.split(":")[0] for ref in _refs(schema)}


def _refs(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _refs(value)
    elif isinstance(node, list):
        for value in node:
            yield from _refs(value)


def test_schema_of_an_unknown_kind(crmspec):
    code, _, err = crmspec("schema", "chian")
    assert code == 2
    assert "did you mean chain?" in err


@pytest.mark.usefixtures("project")
def test_show_one_resource_with_places(crmspec):
    code, out, _ = crmspec("show", "chain.welcome")
    shown = json.loads(out)
    assert code == 0
    assert shown["address"] == "chain.welcome"
    assert shown["trigger"][0]["event"] == "signup"
    assert shown["steps"][0]["wait"]["for"] == "1h"
    assert shown["$at"]["file"] == "campaigns/all.yaml"
    assert shown["$at"]["start"] == {"line": 11, "column": 5}


def test_show_without_places_is_the_language_again(project, crmspec):
    _, out, _ = crmspec("show", "--no-spans")
    assert "$at" not in out
    (project / "campaigns" / "all.yaml").unlink()
    data = json.loads(out)
    data.pop("project")
    (project / "campaigns" / "again.yaml").write_text(json.dumps(data))
    assert json.loads(crmspec("show", "--no-spans")[1]) == json.loads(out)


@pytest.mark.parametrize(("address", "hint"), [("chain.welcom", "chain.welcome"), ("x", "KIND.ID")])
@pytest.mark.usefixtures("project")
def test_show_a_wrong_address(crmspec, address, hint):
    code, _, err = crmspec("show", address)
    assert code == 2
    assert hint in err


def test_fix_applies_safe_fixes_and_keeps_the_rest(project, edit, crmspec):
    edit("    title: Welcome", "    titel: Welcome  # our first chain")
    code, _, err = crmspec("fix")
    assert code == 0
    assert "changed campaigns/all.yaml" in err
    assert "    title: Welcome  # our first chain\n" in (project / "campaigns/all.yaml").read_text()
    assert crmspec("check")[0] == 0


def test_fix_diff_writes_nothing(project, edit, crmspec):
    edit("    title: Welcome", "    titel: Welcome")
    before = (project / "campaigns/all.yaml").read_bytes()
    code, out, _ = crmspec("fix", "--diff")
    assert code == 1
    assert "+    title: Welcome\n" in out
    assert (project / "campaigns/all.yaml").read_bytes() == before


def test_fix_keeps_encoding_and_line_ends(project, crmspec):
    text = "events:\r\n  later: {titel: Позже, status: draft}\r\n"
    path = project / "campaigns" / "more.yaml"
    path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    assert crmspec("fix")[0] == 0
    expected = text.replace("titel", "title")
    assert path.read_bytes() == b"\xff\xfe" + expected.encode("utf-16-le")


def test_init_makes_a_clean_project(tmp_path, monkeypatch, crmspec):
    monkeypatch.chdir(tmp_path)
    assert crmspec("init", "shop")[0] == 0
    monkeypatch.chdir(tmp_path / "shop")
    code, out, _ = crmspec("check", "--lang", "en")
    assert code == 0
    assert out.endswith("no findings\n")
    assert crmspec("test")[1].splitlines()[-1].startswith("2 tests passed")
    assert crmspec("plan", "--lang", "en")[0] == 0


def test_init_never_overwrites(project, crmspec):
    before = (project / "crmspec.yaml").read_bytes()
    code, _, err = crmspec("init")
    assert code == 2
    assert "crmspec.yaml" in err
    assert (project / "crmspec.yaml").read_bytes() == before


def test_render_writes_maps(project, crmspec):
    code, _, err = crmspec("render", "-o", "maps")
    assert code == 0
    assert (project / "maps" / "index.md").is_file()
    assert "index.md" in err


@pytest.mark.usefixtures("project")
def test_render_an_unknown_map(crmspec):
    code, _, err = crmspec("render", "event_mpa")
    assert code == 2
    assert "did you mean" in err
