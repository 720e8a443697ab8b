"""What deploying costs: a plan of 10,000 objects, an apply of 1,000 with slow answers.

`python -m tests.bench.deploy [CHAINS [OBJECTS]]`; 0 leaves one out. The sandbox is another process.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests

from crmspec.api.check import check_path
from crmspec.api.deploy import opened
from crmspec.engine.apply import run
from crmspec.ir.target import Target
from crmspec.providers.clock import SystemClock
from crmspec.providers.sandbox.convert import to_native
from crmspec.providers.sandbox.server import Faults, SandboxServer
from crmspec.providers.thread import ThreadExecutor
from tests.bench import loop
from tests.bench.analysis import BIN, measured
from tests.contract.project import program
from tests.contract.rest import CANARY
from tests.contract.world import World
from tests.engine.fake import Recorder
from tests.generate.project import files

CHAINS, OBJECTS = 1250, 1000
"""Of each chain of the generated project come eight objects."""
LATENCY = 0.05
SECRET = "CRMSPEC_BENCH_SECRET"
SETTINGS = """
targets:
  main: {{platform: sandbox, url: "{url}", credentials: {{env: {secret}}}}}
"""


class Account:
    """A sandbox in a process of its own, as a stand-in."""

    platform, traits = "sandbox", frozenset()

    def __init__(self, url, counted):
        self.url, self._counted = url, counted

    @property
    def requests(self):
        return self._counted.value


def serve(folder, latency, queue, counted):
    """Run a sandbox until the process is ended."""

    def observe(phase, *_):
        with counted.get_lock():
            counted.value += phase == "received"

    server = SandboxServer(
        Path(folder, "account.db"), token=CANARY, faults=Faults(latency=latency), observer=observe
    )
    with server:
        queue.put(server.url)
        server.wait()


@contextmanager
def account(folder, latency=0.0):
    context = multiprocessing.get_context("spawn")
    queue, counted = context.Queue(), context.Value("i", 0)
    process = context.Process(target=serve, args=(folder, latency, queue, counted), daemon=True)
    process.start()
    try:
        yield Account(queue.get(timeout=60), counted)
    finally:
        process.terminate()
        process.join()


def write(folder: Path, count: int, url: str) -> None:
    """Write a generated project that is deployed to an address."""
    for path, text in files(count):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    with (folder / "crmspec.yaml").open("a") as file:
        file.write(SETTINGS.format(url=url, secret=SECRET))


def plan(count: int) -> None:
    """Print what an empty plan of a deployed project takes, the whole process."""
    os.environ[SECRET] = CANARY
    with tempfile.TemporaryDirectory() as name, account(name) as running:
        folder = Path(name)
        write(folder, count, running.url)
        with opened(check_path(folder), None) as deployment:
            first = deployment.plan()
            assert deployment.apply(first, Recorder()).complete
        before, told, started = running.requests, loop.told(), time.monotonic()
        seconds, memory = measured([str(BIN / "crmspec"), "plan", "--exit-code", "-q"], folder)
        wall, asked = time.monotonic() - started, running.requests - before
        print(
            f"plan of {len(first.wanted)} objects, nothing to do: {seconds:.1f} CPU s, "
            f"{wall:.1f} s, {memory:.0f} MiB, {asked} requests\n  before: {told}\n"
            f"  after: {loop.told()}"
        )


def apply(count: int) -> None:
    """Print how much longer an apply takes than its calls, were they always as many at once."""
    rows = (f"  a{n}: {{title: Attribute {n}, type: number}}\n" for n in range(count))
    wanted = program("attributes:\n" + "".join(rows))
    with tempfile.TemporaryDirectory() as name, account(name, LATENCY) as running:
        target = Target(id="main", platform="sandbox", url=running.url)
        world = World(running, Path(name), target=target)
        with world.provider() as provider, ThreadExecutor(provider.width) as executor:
            made = world.plan(wanted, provider)
            started, spent = time.monotonic(), time.process_time()
            outcome = run(made, provider, world.store, SystemClock(), Recorder(), executor)
            wall, spent = time.monotonic() - started, time.process_time() - spent
        assert outcome.complete
    floor = bare([change.desired for change in made.changes], provider.width)
    ideal = count * LATENCY / provider.width
    print(
        f"apply of {count} objects, {provider.width} at once, {LATENCY * 1000:.0f} ms each: "
        f"{wall:.2f} s, {wall / ideal:.2f} x the ideal {ideal:.2f} s; {spent:.2f} CPU s\n"
        f"  the same bodies posted by nothing but `requests`: {floor:.2f} s, {floor / ideal:.2f} x"
    )


def bare(wanted: list, width: int) -> float:
    """Return the seconds that the calls take without journal, state, and judgement of answers."""

    def post(number: int) -> None:
        if not hasattr(own, "session"):
            own.session = requests.Session()
            own.session.headers["Authorization"] = f"Bearer {CANARY}"
        body = to_native(wanted[number].body, {}) | {"external_key": f"bare/{number}"}
        own.session.post(address, json=body).raise_for_status()

    own = threading.local()
    with tempfile.TemporaryDirectory() as name, account(name, LATENCY) as running:
        address = f"{running.url}/v1/attributes"
        with ThreadPoolExecutor(width) as pool:
            started = time.monotonic()
            list(pool.map(post, range(len(wanted))))
            return time.monotonic() - started


def main(chains: int = CHAINS, objects: int = OBJECTS) -> None:
    """Print both, and what the machine was like."""
    print(f"\ndeploying; {loop.told()}")
    if objects:
        apply(objects)
    if chains:
        plan(chains)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
