"""Templates made to break out, to hang, or to fill the memory.

Refused ones have a problem; harmless ones say nothing that is not written in them.
"""

LARGE = 200_000

REFUSED = {
    "the character NUL": "a\x00b",
    "the character NUL in quotes": r"{{ 'a\x00b' }}",
    "the class of a text": "{{ ''.__class__ }}",
    "the class of a value": "{{ profile.__class__.__mro__[1].__subclasses__() }}",
    "the class by its name in quotes": "{{ profile['__class__'] }}",
    "a call of an innocent name": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "globals of a function": "{{ lipsum.__globals__['os'].system('id') }}",
    "joiner": "{{ joiner() }}",
    "a namespace": "{% set ns = namespace(x=1) %}{{ ns.x }}",
    "the template itself": "{{ self.__init__() }}",
    "the filter attr": "{{ profile | attr('__class__') }}",
    "the filter map": "{{ [1] | map('upper') }}",
    "the filter format": "{{ '%s' | format(profile) }}",
    "the filter pprint": "{{ profile | pprint }}",
    "the filter tojson": "{{ profile | tojson }}",
    "a range bomb": "{% for i in range(1000000000) %}x{% endfor %}",
    "a text bomb": "{{ 'a' * 10**9 }}",
    "a number bomb": "{{ 9**9**9**9 }}",
    "endless digits": "{{ " + "9" * LARGE + " }}",
    "an import": "{% import 'os' as os %}{{ os.system('id') }}",
    "an include of a file": "{% include '/etc/passwd' ignore missing %}",
    "an include by value": "{% include profile.name %}",
    "extends": "{% extends '/etc/passwd' %}",
    "a macro that calls itself": "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "a recursive loop": "{% for a in b recursive %}{{ loop(a) }}{% endfor %}",
    "a call block": "{% call a() %}{% endcall %}",
    "the debug tag": "{% debug %}",
    "line statements": "{% # for a in b %}",
    "deep brackets": "{{ " + "(" * 10_000 + "a" + ")" * 10_000 + " }}",
    "deep lists": "{% if a in " + "[" * 5_000 + "]" * 5_000 + " %}{% endif %}",
    "deep ifs": "{% if a %}" * 5_000 + "{% endif %}" * 5_000,
    "deep withs": "{% with a = b %}" * 2_000 + "{% endwith %}" * 2_000,
    "a thousand nots": "{% if " + "not " * 1_000 + "a %}{% endif %}",
    "a thousand signs": "{{ " + "-" * 1_000 + "1 }}",
    "a thousand filters": "{{ a" + " | upper" * 1_000 + " }}",
    "a thousand keys": "{{ a" + ".a" * 1_000 + " }}",
    "a thousand ternaries": "{{ " + "a if b else " * 1_000 + "c }}",
    "a thousand sums": "{{ a" + " + a" * 1_000 + " }}",
    "too many outputs": "{{ a }}" * 30_000,
    "too many tags": "{% if a %}{% endif %}" * 10_000,
    "open outputs": "{{" * LARGE,
    "open comments": "{#" * LARGE,
    "open natives": "{% native 'a' %}" * 15_000,
    "open raws": "{% raw %}" * 20_000,
    "a megabyte": "a" * 2**20,
    "a megabyte of Cyrillic": "я" * 2**18,
    "half a character": r"{{ '\ud83d' }}",
    "a zero byte in a tag": "{{ a\x00b }}",
    "a quote in a name of a block": "{% include 'a' ~ 'b' %}",
}

HARMLESS = {
    "a name of Jinja2": ("{{ self }}{{ cycler }}{{ lipsum }}{{ range }}{{ dict }}", ""),
    "a name of Python": ("{{ os }}{{ __name }}".replace("{{ __name }}", "{{ _name }}"), ""),
    "a method without brackets": ("{{ profile.keys }}{{ profile.items }}{{ name.upper }}", ""),
    "a format string": ("{{ '{0.__class__}' }}{{ format }}", "{0.__class__}"),
    "a format string as a value": ("{{ format_string | replace('a', 'b') }}", "{0.__clbss__}"),
    "a template as a value": ("{{ template }}", "{{ 7 * 7 }}{% raw %}"),
    "a template in a text": ("{{ '{{ profile }}' }}", "{{ profile }}"),
    "a percent format": ("{{ '%s%n%x' | date('%d') }}{{ '%n' }}", "%n"),
    "control characters": ("a\x1bc{{ 'd\x07' }}", "a\x1bcd\x07"),
    "turned text": ("\u202e{{ '\u2066x' }}", "\u202e\u2066x"),
    "an include of a file": ("{% include '/etc/passwd' %}", ""),
    "an include above": ("{% include '../../crmspec.yaml' %}", ""),
    "a native escape of another": ("{% native 'jinja' %}{{ self.__class__ }}{% endnative %}", ""),
    "an object of Python": ("{{ thing }}{{ thing.secret }}{% for a in thing %}x{% endfor %}", ""),
    "a list of objects": (
        "{{ things | join(',') }}{{ things[0].secret }}{{ things | first }}",
        ",",
    ),
    "a regular expression": ("{{ aaaa | replace('(a+)+$', 'b') }}", "a" * 50_000),
    "a huge number": ("{{ huge }}{{ huge | plus(1) }}{{ huge | number(2) }}", ""),
}
"""Template and what it says in `WORLD`."""


class Thing:
    secret = "secret"

    def __str__(self):
        return self.secret

    def __iter__(self):
        return iter([self.secret])


WORLD = {
    "profile": {"name": "Ann"},
    "name": "Ann",
    "format_string": "{0.__class__}",
    "template": "{{ 7 * 7 }}{% raw %}",
    "thing": Thing(),
    "things": [Thing(), Thing()],
    "aaaa": "a" * 50_000,
    "huge": 10**5000,
}

BOMBS = {
    "a block in itself": ("{% include 'a' %}", {"a": "{% include 'a' %}"}),
    "blocks in a circle": (
        "{% include 'a' %}",
        {"a": "{% include 'b' %}", "b": "x{% include 'a' %}"},
    ),
    "a billion laughs of blocks": (
        "{% include 'a0' %}",
        {f"a{n}": f"{{% include 'a{n + 1}' %}}" * 10 for n in range(12)} | {"a12": "ha"},
    ),
    "a billion laughs of names": (
        "{% with a = l | join('l') %}"
        + "{% with a = a | replace('l', 'llllllllll') %}" * 12
        + "{{ a }}"
        + "{% endwith %}" * 13,
        {},
    ),
    "loops over loops": (
        "{% for a in l %}{% for b in l %}{% include 'c' %}{% endfor %}{% endfor %}",
        {"c": "{% for d in l %}{% for e in l %}x{% endfor %}{% endfor %}"},
    ),
}
"""Template and blocks; `l` is a list of 100."""
