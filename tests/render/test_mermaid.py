from __future__ import annotations

import os
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.render.mermaid import MAX_CHARACTERS, MAX_EDGES, SHAPES, Graph, escape

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("order_placed", "order_placed", id="an id stays readable"),
        pytest.param("_a_ __b", "#95;a#95; #95;#95;b", id="emphasis"),
        pytest.param('say "hi"', "say #34;hi#34;", id="quotes"),
        pytest.param("a <b> & #1;", "a #60;b#62; #38; #35;1;", id="markup and entities"),
        pytest.param("50 %", "50 %", id="one percent sign"),
        pytest.param("%%{init}%%", "#37;#37;#123;init#125;#37;#37;", id="directive"),
        pytest.param("{{ x }}", "#123;#123; x #125;#125;", id="braces"),
        pytest.param("`code` $x$ *b*", "#96;code#96; #36;x#36; #42;b#42;", id="markdown"),
        pytest.param("1. first", "1#46; first", id="numbered list"),
        pytest.param("- first", "#45; first", id="bullet list"),
        pytest.param("a\nb\tc", "a b c", id="white space"),
        pytest.param("", " ", id="nothing"),
        pytest.param("x ≥ 10 000", "x ≥\u00a010\u00a0000", id="numbers keep together"),
    ],
)
def test_labels_are_escaped(text, expected):
    assert escape(text) == expected


def test_long_labels_are_broken_and_cut():
    assert escape("aaaa bbbb cccc", 9) == "aaaa bbbb<br/>cccc"
    assert escape("x" * 50) == "x" * 50
    assert escape("word " * 100).count("<br/>") == 5
    assert escape("word " * 100).endswith(" …")


@given(st.text(), st.text(), st.sampled_from(sorted(SHAPES)), st.booleans())
def test_any_label_gives_valid_source(label, arrow, shape, dotted):
    graph = Graph()
    start, end = graph.node(shape, label), graph.node("box", arrow)
    graph.edge(start, end, arrow, dotted=dotted)
    lines = graph.source().split("\n")
    assert len(lines) == 5
    quoted = re.findall(r'"([^"]*)"', graph.source())
    assert all(re.sub(r"<br/>|#\d+;", "", text).isprintable() or text for text in quoted)
    assert graph.source().count('"') == 2 * len(quoted)


@pytest.mark.parametrize(
    ("nodes", "parts"),
    [
        pytest.param(MAX_EDGES, 1, id="as many arrows as fit"),
        pytest.param(MAX_EDGES + 2, 2, id="one arrow too many, plus one"),
        pytest.param(2000, None, id="a very long chain"),
    ],
)
def test_big_charts_come_in_parts(parse_mermaid, nodes, parts):
    graph = Graph()
    ids = [graph.node("box", f"step {n}") for n in range(nodes)]
    for start, end in pairwise(ids):
        graph.edge(start, end)
    made = graph.parts("part {n}: {node}")
    assert parts is None or len(made) == parts
    seen = set()
    for source in made:
        found, edges = parse_mermaid(source)
        assert len(edges) <= MAX_EDGES
        assert len(source) <= MAX_CHARACTERS + 10_000
        seen |= {(a.removesuffix("x"), b.removesuffix("x")) for a, b, _, _ in edges}
        assert {end for edge in edges for end in edge[:2]} <= set(found)
    assert len(seen) == nodes - 1


def test_stand_ins_name_the_other_part(parse_mermaid):
    graph = Graph()
    ids = [graph.node("box", f"step {n}") for n in range(MAX_EDGES + 2)]
    for start, end in pairwise(ids):
        graph.edge(start, end)
    first, _ = parse_mermaid(graph.parts("part {n}: {node}")[0])
    stand_in = next(label for id_, label in first.items() if id_.endswith("x"))
    assert stand_in.startswith("part 2: step")


def test_golden_charts_follow_the_grammar(parse_mermaid):
    charts = [
        chart
        for path in sorted(GOLDEN.rglob("*.md"))
        for chart in re.findall(r"```mermaid\n(.*?)\n```", path.read_text(), re.DOTALL)
    ]
    assert len(charts) > 6
    for chart in charts:
        parse_mermaid(chart)


MERMAID = os.environ.get("CRMSPEC_MERMAID", "")
SCRIPT = """
const {JSDOM} = require('jsdom');
const fs = require('fs');
const dom = new JSDOM('');
global.window = dom.window;
global.document = dom.window.document;
import('mermaid').then(async ({default: mermaid}) => {
  for (const file of process.argv.slice(2)) {
    const text = fs.readFileSync(file, 'utf8');
    for (const chart of text.matchAll(/```mermaid\\n([^]*?)```/g)) await mermaid.parse(chart[1]);
  }
}).catch(error => { console.error(error.message); process.exit(1); });
"""


@pytest.mark.slow
@pytest.mark.skipif(
    not (MERMAID and shutil.which("node")),
    reason="set CRMSPEC_MERMAID to a folder in which npm installed mermaid and jsdom",
)
def test_mermaid_itself_reads_the_golden_charts(tmp_path):
    script = tmp_path / "check.cjs"
    script.write_text(SCRIPT)
    (tmp_path / "node_modules").symlink_to(Path(MERMAID) / "node_modules")
    files = [str(path) for path in sorted(GOLDEN.rglob("*.md"))]
    run = subprocess.run(
        ["node", script.name, *files], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
