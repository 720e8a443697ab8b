"""Engines that are other programs, such as Template Toolkit and Handlebars; one line a template."""

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
        absent("Template Toolkit", "bash .ci/engines")
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


@cache
def handlebars_process():
    from tests.dialect.engine import node

    return node("handlebars.cjs", "handlebars")


def handlebars(text, values):
    """Render a text that `named_for` made a pair of, with the helpers of its dialect."""
    return handlebars_process().render(json.loads(text), values)


def named_for(dialect):
    """Return what tells the process which helpers a text is for."""
    return lambda text: json.dumps([dialect, text])


def velocityjs(text, values):
    from tests.dialect.engine import node

    return node("velocity.cjs", "velocityjs").render(text, values)


def mustache(text, values):
    from tests.dialect.engine import node

    return node("mustache.cjs", "mustache").render(text, values)


MORE = {
    "mustache": mustache,
    "velocityjs": velocityjs,
    "template-toolkit": template_toolkit,
    "handlebars": handlebars,
}
PREPARED = {dialect: named_for(dialect) for dialect in ("iterable", "sendgrid", "parcelvoy")}
