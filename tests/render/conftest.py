"""Programs made from YAML, as the product makes them."""

from __future__ import annotations

import re

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.render import View
from crmspec.schema import validate


def load(files: dict[str, str], templates: dict[str, str] | None = None):
    results = [read(path, text.encode()) for path, text in files.items()]
    documents = [document for result in results for document in result.documents]
    findings = [found for result in results for found in result.diagnostics]
    findings += [found for document in documents for found in validate(document).diagnostics]
    assert not findings, [found.message.english() for found in findings]
    sources = {result.source.path: result.source for result in results}
    return build(documents, frozenset(), templates or {}), sources


@pytest.fixture
def make_view():
    def make(*files: str, lang: str = "en", templates: dict[str, str] | None = None) -> View:
        named = {f"campaigns/example_{n}.yaml": text for n, text in enumerate(files)}
        program, sources = load(named, templates)
        return View(program, lang, sources)

    return make


@pytest.fixture
def load_files():
    return load


_LABEL = r'"((?:[^"#<>&`*$\\|{}\[\]]|#\d+;|<br/>)*)"'
_SHAPES = (("[", "]"), ("(", ")"), ("([", "])"), ("{", "}"), ("{{", "}}"), (">", "]"), ("[[", "]]"))
_NODE = re.compile(
    r"    (n\d+x?)(?:" + "|".join(re.escape(a) + _LABEL + re.escape(b) for a, b in _SHAPES) + ")"
)
_EDGE = re.compile(r"    (n\d+x?) (-->|-\.->)(?:\|" + _LABEL + r"\|)? (n\d+x?)")


@pytest.fixture
def parse_mermaid():
    """Read the part of Mermaid we write, strictly: any other line fails."""

    def parse(source: str):
        first, *lines = source.splitlines()
        assert first in ("flowchart TB", "flowchart LR")
        nodes, edges = {}, []
        for line in lines:
            node, edge = _NODE.fullmatch(line), _EDGE.fullmatch(line)
            assert node or edge, line
            if node:
                assert node[1] not in nodes, line
                nodes[node[1]] = next(label for label in node.groups()[1:] if label is not None)
            else:
                edges.append((edge[1], edge[4], edge[3] or "", edge[2]))
        return nodes, edges

    return parse
