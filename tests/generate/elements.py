"""Write crmspec/content/data/mjml.json, the elements and attributes of MJML.

    npm install mjml@4
    python tests/generate/elements.py node_modules

The tables are those of the npm packages mjml-core and mjml-validator (MIT, Mailjet).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

OUTPUT = Path(__file__).parents[2] / "crmspec" / "content" / "data" / "mjml.json"
SCRIPT = """
const load = name => require(process.argv[1] + '/' + name)
load('mjml')
const {components} = load('mjml-core')
const validator = load('mjml-validator')
const children = validator.dependencies || load('mjml-preset-core').dependencies
const elements = {}
for (const [name, one] of Object.entries(components))
  elements[name] = {
    attributes: one.allowedAttributes || {},
    ending: Boolean(one.endingTag),
    children: (children[name] || []).filter(child => typeof child === 'string'),
  }
console.log(JSON.stringify({version: load('mjml/package.json').version, elements}))
"""


def main() -> None:
    modules = Path(sys.argv[1]).resolve()
    done = subprocess.run(
        ["node", "-e", SCRIPT, str(modules)], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    found["elements"]["mjml"] = {
        "attributes": {"lang": "string", "dir": "string", "owa": "string"},
        "ending": False,
        "children": ["mj-head", "mj-body", "mj-raw"],
    }
    table = {
        "source": f"npm mjml {found['version']}, MIT, Copyright (c) Mailjet",
        "elements": dict(sorted(found["elements"].items())),
    }
    OUTPUT.write_text(json.dumps(table, indent=1, sort_keys=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
