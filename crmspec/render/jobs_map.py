"""The jobs map (JTBD): what customers want to get done, and which segments and chains help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.render.publish import publish
from crmspec.render.table import Column, Gap, Map, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.ir.journey import Job
    from crmspec.ir.value import Resource
    from crmspec.render.artifact import Artifact
    from crmspec.render.view import View

name = "jobs_map"

_COLUMNS = (
    ("description", False, False),
    ("kind", False, True),
    ("when", False, True),
    ("want", False, True),
    ("so_that", False, True),
    ("stage", True, True),
    ("segments", True, True),
    ("chains", True, True),
    ("owner", False, True),
)


def render(view: View) -> Iterable[Artifact]:
    """Return the jobs map in all formats."""
    return publish(view.map(name, build), view)


def build(view: View) -> Map:
    """Return the jobs map as data."""
    say = view.vocabulary.say
    columns = tuple(Column(k, say(f"column.{k}"), many, short) for k, many, short in _COLUMNS)
    rows = tuple(_row(job, view) for job in view.program.jobs.values())
    section = Section("jobs", say("section.jobs"), columns, rows)
    return Map(name, say(f"map.{name}"), say(f"about.{name}"), (section,), _gaps(view))


def _row(job: Job, view: View) -> Row:
    cells = {
        "description": view.text(job.description),
        "kind": view.word("job", job.kind),
        "when": view.text(job.when),
        "want": view.text(job.want),
        "so_that": view.text(job.so_that),
        "stage": tuple(view.item("stage", stage) for stage in view.journey.of("job", job.id)),
        "segments": tuple(view.item("segment", it) for it in _serving(job, "segment", view)),
        "chains": tuple(view.item("chain", it) for it in _serving(job, "chain", view)),
        "owner": view.text(job.owner),
    }
    return Row(view.item("job", job), cells, job.id)


def _serving(job: Job, kind: str, view: View) -> list[Resource]:
    """Return the segments or chains that name a job as theirs, by id."""
    return [use.owner for use in view.index.of("job", job.id) if use.kind == kind]


def _gaps(view: View) -> tuple[Gap, ...]:
    program = view.program
    jobs, chains = program.jobs.values(), program.chains.values()
    segments = (it for it in program.segments.values() if it.kind == "jtbd" and not it.job)
    jobless = (it for it in chains if jobs and not it.job and it.status != "deprecated")
    lists = {
        "no_segment": (view.item("job", it) for it in jobs if not _serving(it, "segment", view)),
        "no_chain": (view.item("job", it) for it in jobs if not _serving(it, "chain", view)),
        "segment_without_job": (view.item("segment", it) for it in segments),
        "chain_without_job": (view.item("chain", it) for it in jobless),
    }
    say = view.vocabulary.say
    return tuple(Gap(key, say(f"gap.jobs_map.{key}"), tuple(items)) for key, items in lists.items())
