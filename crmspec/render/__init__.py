"""Maps, flows and other readable views of a program."""

from crmspec.render.artifact import Artifact, Renderer
from crmspec.render.registry import RENDERERS, render_all
from crmspec.render.view import View
from crmspec.render.vocabulary import LANGUAGES

__all__ = ["LANGUAGES", "RENDERERS", "Artifact", "Renderer", "View", "render_all"]
