from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest

from crmspec.ir import Program
from crmspec.render import RENDERERS, render_all

PROJECT = Path(__file__).parent / "golden" / "project"


@pytest.fixture
def shop(load_files):
    paths = sorted(PROJECT.rglob("*.yaml"))
    return load_files({path.relative_to(PROJECT).as_posix(): path.read_text() for path in paths})


def text(artifact) -> str:
    found = artifact.content
    return found if isinstance(found, str) else found.decode("utf-8-sig")


def test_names_are_the_registered_ones():
    assert {name: module.name for name, module in RENDERERS.items()} == {n: n for n in RENDERERS}


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_an_empty_project_renders(lang):
    made = {artifact.path: text(artifact) for artifact in render_all(Program(), lang)}
    assert "index.md" in made
    assert not any(path.startswith("flows/") for path in made)


def test_only_the_named_maps_are_made(shop):
    program, sources = shop
    made = render_all(program, "en", sources, ("event_map",))
    assert {artifact.path for artifact in made} == {
        "event_map.md",
        "event_map.csv",
        "event_map.gaps.csv",
        "event_map.json",
    }


def test_unknown_names_and_languages_are_refused(shop):
    with pytest.raises(KeyError):
        render_all(shop[0], "en", names=("nothing",))
    with pytest.raises(ValueError, match="maps speak"):
        render_all(shop[0], "fr")


def test_every_link_leads_somewhere(shop):
    program, sources = shop
    made = {it.path: text(it) for it in render_all(program, "ru", sources, root="../..")}
    for path, page in made.items():
        for link in re.findall(r"\]\(([^)]+)\)", page) if path.endswith(".md") else ():
            target, _, anchor = link.partition("#")
            resolved = resolve(path, unquote(target))
            if resolved.startswith("../../"):
                source = sources[resolved.removeprefix("../../")]
                assert 1 <= int(anchor.removeprefix("L")) <= source.line_count, link
            else:
                assert resolved in made, link
                assert not anchor or f'<a id="{anchor}"></a>' in made[resolved], link


def resolve(page: str, target: str) -> str:
    """Follow a relative link; `..` above the output folder stays."""
    if not target:
        return page
    parts: list[str] = []
    for part in (*PurePosixPath(page).parent.parts, *target.split("/")):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def test_links_show_the_line_of_the_id(shop):
    program, sources = shop
    (page,) = (text(it) for it in render_all(program, "ru", sources) if it.path == "event_map.md")
    (line,) = set(re.findall(r"### \[Заказ оформлен\]\([^)]*#L(\d+)\)", page))
    assert sources["campaigns/data.yaml"].line(int(line)).strip() == "order_placed:"


def test_json_is_versioned_and_has_machine_values(shop):
    program, sources = shop
    made = {it.path: text(it) for it in render_all(program, "ru", sources)}
    events = json.loads(made["event_map.json"])
    assert (events["format"], events["version"], events["language"]) == (
        "crmspec.event_map",
        1,
        "ru",
    )
    row = next(r for r in events["sections"]["events"] if r["about"]["id"] == "ticket_closed")
    assert (row["kind"], row["status"], row["identifiers"]) == ("system", "live", ["email"])
    chains = json.loads(made["communication_map.json"])["sections"]["scenarios"]
    cart = next(r for r in chains if r["about"]["id"] == "abandoned_cart")
    assert (cart["priority"], cart["chain"]["most"]) == (60, 2)
    assert cart["chain"]["after"][0] == {"minutes": 60, "exact": True}


def test_without_sources_links_lead_to_files_only(shop):
    (page,) = (text(it) for it in render_all(shop[0], "ru") if it.path == "event_map.md")
    assert "#L" not in page
    assert "campaigns/data.yaml)" in page
