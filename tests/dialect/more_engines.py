"""Engines that are other programs: Template Toolkit, Handlebars, Velocity; one line a template."""

import json
import subprocess
from functools import cache
from shutil import which


@cache
def perl():
    from tests.dialect.engine import HERE, absent

    program = which("perl")
    found = (
        program
        and not subprocess.run(
            [program, "-MTemplate", "-MJSON::PP", "-e", "1"], capture_output=True, check=False
        ).returncode
    )
    if not found:
        absent("Template Toolkit", "apt-get install libtemplate-perl")
    return subprocess.Popen(
        [program, HERE / "toolkit.pl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def asked(process, text, values):
    """Send one line to a process and return the text of its reply."""
    from tests.dialect.engine import EngineError

    process.stdin.write(json.dumps([text, values]) + "\n")
    process.stdin.flush()
    reply = json.loads(process.stdout.readline())
    if "error" in reply:
        raise EngineError(reply["error"])
    return reply["text"]


def template_toolkit(text, values):
    return asked(perl(), text, values)


MORE = {"template-toolkit": template_toolkit}
