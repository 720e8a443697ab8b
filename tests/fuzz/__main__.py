"""`make fuzz`: hostile input to `check`, which must answer with findings and nothing else.

Each input is a mutation of the example project's files or plain noise. An exception, or more
than two seconds for one input, stops the run and leaves the input in `out/fuzz`.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from pathlib import Path

from crmspec.api import check_files
from crmspec.diagnostics.format import DEFAULT, FORMATS

ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 2
TOKENS = [
    b"{", b"}", b"[", b"]", b": ", b"- ", b"\n", b"  ", b"\t", b"|", b">", b"&a ", b"*a", b"!!str ",
    b"? ", b"---\n", b"...\n", b"#", b'"', b"'", b"{{ x }}", b"<<: ", b"null", b"true", b".inf",
    b"010", b"9" * 40, b"1e999", b"\xff\xfe", b"\x00", b"\xef\xbb\xbf",
    "ё".encode(), b"\xf0\x9f\x98\x80",
    b"all: ", b"any: ", b"event: ", b"send: ", b"wait: ", b"steps: ", b"chains:\n", b"-1h", b"P1M",
    b"24:00", b"2026-02-30", b"${vars.x}", b"${env.X}", b"# crmspec: ignore[CRM1] x\n", b"\r\n",
    b"%YAML 1.2\n", b"\xc2\x85", b"\xe2\x80\xa8", b"\\", b"x-y: ", b"~",
]  # fmt: skip


def mutate(chance: random.Random, seeds: list[bytes]) -> bytes:
    """Return a seed with a few cuts, copies, swaps, bits and tokens changed, or plain noise."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(200))
    if chance.random() < 0.05:
        return b"".join(chance.choice(TOKENS) for _ in range(chance.randrange(60)))
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        _change(chance, data, seeds)
    return bytes(data)


def _change(chance: random.Random, data: bytearray, seeds: list[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    length = min(chance.choice([1, 2, 5, 20, 100]), len(data) - at)
    match chance.randrange(7):
        case 0:
            del data[at : at + length]
        case 1:
            data[at:at] = chance.choice(TOKENS)
        case 2:
            data[at:at] = data[at : at + length] * chance.choice([1, 2, 30])
        case 3 if data:
            data[min(at, len(data) - 1)] = chance.randrange(256)
        case 4:
            data[at : at + length] = chance.choice(TOKENS)
        case 5:
            other = chance.choice(seeds)
            start = chance.randrange(len(other) + 1)
            data[at : at + length] = other[start : start + chance.randrange(200)]
        case _:
            words = bytes(data).split()
            if words:
                word, new = chance.choice(words), chance.choice(words)
                data[:] = bytes(data).replace(word, new, 1)


def seeds() -> list[bytes]:
    """Return the example project's files, in pieces of a size that mutates fast."""
    found = [ROOT / "crmspec.yaml", *sorted((ROOT / "campaigns").rglob("*.yaml"))]
    whole = [path.read_bytes() for path in found]
    return [data for data in whole if len(data) < 6000] or whole


def _alarm(*_: object) -> None:
    raise TimeoutError


def main() -> None:
    """Run the number of inputs given as the first argument, from the seed given as the second."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    chance = random.Random(seed)
    corpus = seeds()
    signal.signal(signal.SIGALRM, _alarm)
    started, findings, slowest = time.monotonic(), 0, 0.0
    for number in range(count):
        data = mutate(chance, corpus)
        name = "crmspec.yaml" if chance.random() < 0.1 else "campaigns/x.yaml"
        begun = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, LIMIT_SECONDS)
        try:
            report = check_files({name: data}).report
            findings += len(report.findings)
            if number % 10 == 0:
                FORMATS["text"](report, DEFAULT)
        except BaseException:
            kept = ROOT / "out" / "fuzz" / f"{seed}-{number}.yaml"
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(data)
            print(f"input {number} of seed {seed} as {name}: {kept}", file=sys.stderr)
            raise
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        slowest = max(slowest, time.monotonic() - begun)
    spent = time.monotonic() - started
    print(
        f"{count} inputs, {findings} findings, no exception, no hang; "
        f"slowest {slowest:.2f} s, {spent:.0f} s in all"
    )


if __name__ == "__main__":
    main()
