"""Templates are read once, wherever they stand."""

from crmspec.content.library import Library


def test_templates_are_read_once(project):
    program = project(
        "blocks: {b: {template: x}, c: {file: c.html}, d: {file: gone}}", {"c.html": "{{ v }}"}
    )
    library = Library(program)
    template = program.blocks["b"].template
    assert library.inline(template) is library.inline(template)
    assert library.of(program.blocks["b"]) is library.inline(template)
    assert library.of(program.blocks["c"]) is library.file("c.html")
    assert library.inline(None) == library.file(None) == library.of(program.blocks["d"])


def test_files_have_their_place_in_the_folder_of_the_project(project):
    written = "project: x\npaths: {templates: letters}"
    library = Library(project(written, {"a.html": "{{ v }}"}))
    assert library.file("a.html").body[0].span.path == "letters/a.html"
