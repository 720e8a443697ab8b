"""All renderers by name; to add one, write a module and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.render import (
    combined_map,
    communication_map,
    data_flow_map,
    event_map,
    flow,
    index_page,
    jobs_map,
)
from crmspec.render.view import DEFAULT_ROOT, View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmspec.ir.program import Program
    from crmspec.render.artifact import Artifact, Renderer
    from crmspec.source import Source

RENDERERS: dict[str, Renderer] = {
    index_page.name: index_page,
    communication_map.name: communication_map,
    event_map.name: event_map,
    combined_map.name: combined_map,
    jobs_map.name: jobs_map,
    data_flow_map.name: data_flow_map,
    flow.name: flow,
}


def render_all(
    program: Program,
    lang: str = "en",
    sources: Mapping[str, Source] | None = None,
    names: Sequence[str] = (),
    root: str = DEFAULT_ROOT,
) -> list[Artifact]:
    """Return the files of all renderers, or of those named.

    `root` leads from the output folder to the project, for links to the sources.

    Raises:
        KeyError: there is no renderer of that name.
        ValueError: the maps do not speak that language.
    """
    view = View(program, lang, sources, root)
    return [artifact for name in names or RENDERERS for artifact in RENDERERS[name].render(view)]
