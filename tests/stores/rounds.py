"""Two applies at once, many times over: `python -m tests.stores.rounds 100 [STORE …]`.

After each round every record that a process wrote is in the state, the state says what is on the
target, and nothing was made twice. In even rounds the later one waits, in odd ones it is refused.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import msgspec

from crmspec.engine.plan import known
from tests.contract.world import SandboxStandIn
from tests.stores.child import apply, provider_of, worker
from tests.stores.kept import NAMES, PROCESSES, place, servers


class Tally(msgspec.Struct):
    rounds: int = 0
    applied: int = 0
    refused: int = 0
    records: int = 0


def play(kept, rounds):
    """Return what happened, or raise at the first lost update."""
    with SandboxStandIn(Path(kept.root)) as stand_in:
        tally = Tally(records=apply(kept, stand_in.url, "VIP"))
        barrier, answers = PROCESSES.Barrier(3), PROCESSES.Queue()
        workers = [
            PROCESSES.Process(
                target=worker, args=(kept, stand_in.url, name, rounds, barrier, answers)
            )
            for name in "ab"
        ]
        for process in workers:
            process.start()
        for number in range(rounds):
            barrier.wait(300)
            count(tally, [answers.get(timeout=300), answers.get(timeout=300)], number)
            agrees(kept, stand_in, tally.records)
        for process in workers:
            process.join(60)
            assert process.exitcode == 0
        return tally


def count(tally, written, number):
    done = [records for records in written if records is not None]
    assert done, "both were refused"
    assert number % 2 or len(done) == 2, "one was refused though it waits"
    tally.rounds += 1
    tally.applied += len(done)
    tally.refused += 2 - len(done)
    tally.records += sum(done)


def agrees(kept, stand_in, records):
    keys = [key for key, _ in stand_in.objects()]
    assert len(keys) == len(set(keys)) == 10, "an object was made twice or lost"
    with kept.store() as store, provider_of(stand_in.url, kept.root) as provider:
        assert store.holder() is None
        state = store.load()
        there = {str(a): one.fingerprint for a, one in provider.read(known(state)).items()}
    assert state.serial == records, "an update was lost"
    assert state.pending == {}
    assert {name: entry.fingerprint for name, entry in state.entries.items()} == there


def main(rounds, names):
    for name in names:
        began = time.monotonic()
        with servers(name) as running, tempfile.TemporaryDirectory() as folder:
            tally = play(place(name, Path(folder), running), rounds)
        sys.stdout.write(
            f"{name}: {tally.rounds} rounds, {tally.applied} applies, {tally.refused} refused, "
            f"{tally.records} records, none lost, {time.monotonic() - began:.0f} s\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:] or NAMES)
