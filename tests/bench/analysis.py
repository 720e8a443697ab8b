"""What the analysis costs: cold, by size, against z3 for every pair, and after one change."""

from __future__ import annotations

import gc
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crmspec.api.check import check_files
from crmspec.api.session import Session
from crmspec.api.workspace import Workspace
from tests.generate import portfolio

BIN = Path(sys.executable).parent
SIZES = (100, 300, 1000, 3000, 10_000)
PAIRS = 200
CHANGES = (
    ("another wait", rb"wait: ", rb"wait: 1"),
    ("another constant", rb"price: \{gte: \d+", rb"price: {gte: 777"),
)


def measured(command: list[str], cwd: Path) -> tuple[float, float]:
    """Run a command and return its CPU seconds and its peak of memory in MiB."""
    environment = {**os.environ, "CRMSPEC_LANG": "en"}
    child = subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        raise SystemExit(f"{command} left with {child.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def write(folder: Path, chains: int, segments: int, variant: portfolio.Variant) -> None:
    """Write a generated project."""
    for path, text in portfolio.files(chains, segments, variant):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def cold(chains: int, segments: int, variant: portfolio.Variant) -> tuple[float, float]:
    """Return CPU seconds and MiB of `crmspec check` on a generated project."""
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), chains, segments, variant)
        return measured([str(BIN / "crmspec"), "check", "-q"], Path(name))


def rules(count: int) -> dict[str, float]:
    """Return the CPU seconds of each rule, by code, in one process."""
    files = {path: text.encode() for path, text in portfolio.files(count)}
    result = check_files(files)
    assert result.examined is not None
    return {cost.code: cost.seconds for cost in result.examined.costs}


def again(
    count: int, old: bytes, new: bytes, variant: portfolio.Variant = portfolio.CLEAN
) -> tuple[float, float, float]:
    """Return CPU seconds of a first check, and the median and worst after one changed chain.

    `old` is a pattern for the bytes of its file that `new` replaces, once.
    """
    files = {path: text.encode() for path, text in portfolio.files(count, variant=variant)}
    session = Session(Workspace(Path(), files))
    started = time.process_time()
    session.check()
    first = time.process_time() - started
    seconds = []
    for number in range(5):
        path = f"campaigns/chain_{number * count // 5:05d}.yaml"
        changed = re.sub(old, new, files[path], count=1)
        started = time.process_time()
        session.recheck({path: changed})
        seconds.append(time.process_time() - started)
    return first, sorted(seconds)[2], max(seconds)


def per_pair(count: int) -> float:
    """Return the CPU seconds that z3 takes for one pair of segments, asked for their overlap.

    A solver of its own for each pair, as one would first write it: both conditions, and that a
    longer window holds no fewer events.
    """
    import z3

    text = "".join(data for path, data in portfolio.files(count) if "segments_" in path)
    segments = [
        re.findall(r"\{(.*)\}$", one, re.MULTILINE) for one in text.split("title: Segment")[1:]
    ]
    chance, started = random.Random(1), time.process_time()
    for _ in range(PAIRS):
        solver = z3.Solver()
        windows: set[tuple[str, int]] = set()
        for atoms in chance.sample(segments, 2):
            solver.add([_formula(z3, atom, windows) for atom in atoms])
        for event, days in windows:
            for other, more in windows:
                if event == other and days < more:
                    solver.add(z3.Int(f"{event} {days}") <= z3.Int(f"{event} {more}"))
        solver.check()
    return (time.process_time() - started) / PAIRS


def _formula(z3, atom, windows):
    """Return one line of a generated segment as a formula."""
    if found := re.fullmatch(r"attribute: (\w+), gte: (\d+), lt: (\d+)", atom):
        value = z3.Int(found[1])
        return z3.And(value >= int(found[2]), value < int(found[3]))
    if found := re.fullmatch(r"attribute: (\w+), in: \[.*\]", atom):
        return z3.And(z3.Int(found[1]) >= 1, z3.Int(found[1]) <= 2)
    if found := re.fullmatch(r"event: (\w+), count: \{gte: (\d)\}, within: (\d+)d", atom):
        windows.add((found[1], int(found[3])))
        return z3.Int(f"{found[1]} {found[3]}") >= int(found[2])
    found = re.fullmatch(r"not_event: (\w+), within: (\d+)d", atom)
    windows.add((found[1], int(found[2])))
    return z3.Int(f"{found[1]} {found[2]}") == 0


def main() -> None:
    """Print the tables."""
    gc.collect()
    print("\nanalysis, whole process, CPU s and peak MiB")
    for name, variant in (("clean", portfolio.CLEAN), ("realistic", portfolio.REALISTIC)):
        seconds, memory = cold(1000, 1000, variant)
        print(f"1,000 chains + 1,000 segments, {name:<10}{seconds:>8.2f} s {memory:>7.0f} MiB")
    print()
    for count in SIZES:
        seconds, memory = cold(count, min(count, 200), portfolio.CLEAN)
        each = 1000 * seconds / count
        print(f"{count:>6} chains {seconds:>9.2f} s {each:>7.2f} ms each {memory:>7.0f} MiB")
    costs = rules(1000)
    print("\n1,000 chains + 1,000 segments, rules alone, CPU s")
    print("  ".join(f"{code} {seconds:.2f}" for code, seconds in sorted(costs.items())))
    pair, pairs = per_pair(1000), 1000 * 999 // 2
    segments = sum(costs.get(f"CRM{code}", 0.0) for code in range(307, 312))
    print(
        f"\nz3 for one pair of segments {1000 * pair:.2f} ms (mean of {PAIRS}); for all {pairs:,} "
        f"pairs that would be {pair * pairs:,.0f} s, {pair * pairs / max(segments, 0.01):,.0f} "
        f"times the {segments:.2f} s of the rules about segments"
    )
    print("\none chain of 1,000 changed, CPU s")
    for name, variant in (("clean", portfolio.CLEAN), ("realistic", portfolio.REALISTIC)):
        for what, old, new in CHANGES:
            first, middle, worst = again(1000, old, new, variant)
            print(
                f"{name:<10} {what:<28} first {first:>6.2f}  again {middle:>5.2f} "
                f"(worst of five {worst:.2f})"
            )


if __name__ == "__main__":
    main()
