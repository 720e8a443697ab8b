"""`make bench`: what check costs on a generated project, as ratios to tools people know.

CPU seconds of whole processes are compared, because wall time on a shared machine says little.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench import analysis, deploy, letters, loop
from tests.generate.project import files

RUNS = 3
BIN = Path(sys.executable).parent

BARE_YAML = """
import sys, pathlib
from yaml.cyaml import CParser
from yaml import StreamEndEvent
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.yaml")):
    parser = CParser(path.read_text())
    while parser.get_event().__class__ is not StreamEndEvent:
        pass
"""
LOAD_YAML = """
import sys, pathlib, yaml
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.yaml")):
    yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
"""


def cpu_seconds(command: list[str], cwd: Path, *, codes: tuple[int, ...] = (0,)) -> float:
    """Run a command and return the user and system seconds it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "CRMSPEC_LANG": "en"}
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False, env=environment)
    if done.returncode not in codes:
        raise SystemExit(f"{command} left with {done.returncode}\n{done.stderr.decode()[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(command: list[str], cwd: Path, runs: int = RUNS, **options: tuple[int, ...]) -> float:
    """Return the median of several runs."""
    return median(cpu_seconds(command, cwd, **options) for _ in range(runs))


def write(folder: Path, count: int) -> int:
    """Write a generated project and return how many bytes of YAML it has."""
    size = 0
    for path, text in files(count):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        size += len(text.encode())
    return size


def main() -> None:
    """Print the table."""
    print(loop.told(), end="\n\n")
    crmspec = str(BIN / "crmspec")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = 1000
        size = write(folder, count)
        print(f"{count} chains, {count * 10} resources, {size / 1e6:.1f} MB of YAML\n")
        campaigns = str(folder / "campaigns")
        check = measure([crmspec, "check", "-q"], folder)
        rows = [
            ("crmspec check", check),
            (
                "libyaml events, nothing else",
                measure([sys.executable, "-c", BARE_YAML, campaigns], folder),
            ),
            (
                "yaml.load, CSafeLoader",
                measure([sys.executable, "-c", LOAD_YAML, campaigns], folder),
            ),
            (
                "check-jsonschema, the same schema",
                measure(
                    [
                        str(BIN / "check-jsonschema"),
                        "--schemafile",
                        str(_schema(folder)),
                        *map(str, sorted(Path(campaigns).glob("*.yaml"))),
                    ],
                    folder,
                    runs=1,
                    codes=(0, 1),
                ),
            ),
            (
                "yamllint -d relaxed",
                measure(
                    [str(BIN / "yamllint"), "-d", "relaxed", campaigns],
                    folder,
                    runs=1,
                    codes=(0, 1),
                ),
            ),
        ]
        print(f"{'whole process':<36}{'CPU s':>8}{'check is':>14}")
        for label, seconds in rows:
            print(f"{label:<36}{seconds:>8.2f}{check / seconds:>11.2f} x")
    print()
    for count in (100, 300, 1000, 3000):
        with tempfile.TemporaryDirectory() as name:
            write(Path(name), count)
            seconds = measure([crmspec, "check", "-q"], Path(name), runs=1)
            print(
                f"check, {count:>5} chains {seconds:>8.2f} CPU s "
                f"{1000 * seconds / count:>7.2f} ms per chain"
            )
    version = measure([crmspec, "--version"], Path.cwd(), runs=9)
    bare = measure([sys.executable, "-c", "pass"], Path.cwd(), runs=9)
    print(f"\ncrmspec --version {version:.3f} CPU s, bare Python {bare:.3f} CPU s")
    analysis.main()
    letters.main()
    deploy.main()


def _schema(folder: Path) -> Path:
    """Write the schema as one file, as `crmspec schema` prints it."""
    target = folder / "file.schema.json"
    printed = subprocess.run([str(BIN / "crmspec"), "schema"], capture_output=True, check=True)
    target.write_bytes(printed.stdout)
    return target


if __name__ == "__main__":
    main()
