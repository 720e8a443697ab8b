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


def test_a_file_is_joined_by_all_that_it_takes_in_each_once(project):
    files = {
        "mail/a.mjml": 'a<mj-include path="b.mjml" />'
        '{% if event.x %}<mj-include path="c.mjml"/>{% endif %}',
        "mail/b.mjml": 'b<mj-include path="a.mjml" /><mj-include path="gone.mjml" />',
        "c.mjml": "c",
        "d.mjml": "d",
    }
    library = Library(project("blocks: {b: {file: mail/a.mjml}}", files))
    joined = library.joined(library.file("mail/a.mjml"), "mail/a.mjml")
    assert joined == tuple(map(library.file, ("mail/a.mjml", "mail/b.mjml", "c.mjml")))
    assert library.joined(library.file(None), None) == (library.file(None),)
