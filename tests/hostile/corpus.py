"""Values that somebody chose to break a message, a page or a template language."""

SCRIPTS = {
    "a script": "<script>document.title='owned'</script>",
    "an image that fails": "<img src=x onerror=\"document.title='owned'\">",
    "the end of an attribute": "\" onmouseover=\"document.title='owned'",
    "the end of an attribute in single quotes": "' onfocus='document.title=1' autofocus='",
    "the end of a title": "</title></style></script><script>document.title='owned'</script>",
    "the end of a frame": "</iframe><svg onload=\"document.title='owned'\">",
    "a comment": "--><!--<script>",
    "entities": "&lt;b&gt; &amp;amp; &#60;script&#62;",
}
ADDRESSES = {
    "a script for an address": "javascript:document.title='owned'",
    "a script in disguise": " \tJaVa\nScript:alert(1)",
    "a page for an address": "data:text/html,<script>alert(1)</script>",
    "another site": "//elsewhere.example/",
}
BREAKS = {
    "another header": "Anna\r\nBcc: spy@example.com",
    "a header after a bare feed": "Anna\nBcc: spy@example.com",
    "a header after a bare return": "Anna\rBcc: spy@example.com",
    "the end of the headers": "Anna\r\n\r\n<script>",
    "line ends of Unicode": "Anna\u2028Bcc: a\u2029b\x85c\x0bd\x0ce",
}
SIGNS = {
    "this language": "{{ profile.city }}{% if 1 %}{# x #}{% native 'klaviyo' %}",
    "Handlebars": "{{{city}}}{{/if}}{{#each x}}",
    "Template Toolkit": "[% city %]%][% PERL %]",
    "Velocity": "$city ${city} $!{city} #set($x=1) #if(1)#end ## #* *# #[[x]]#",
    "AMPscript": "%%city%% %%=v(@city)=%% %%[ SET @x = 1 ]%%",
    "Quokka": "${ city } @{ if x }",
    "merge tags": "*|CITY|* [[city]] %%CITY%% {city} |CITY|",
    "what ends a text": "'\"`\\' \\\" \\",
    "ends of tags alone": "}} %} #} %] =%% ]%% |* ]]",
}
LETTERS = {
    "from right to left": "\u202egnp.exe דנה \u2066x",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "no width": "a\u200bb\ufeffc",
    "a half of a pair": "a\ud800b",
    "very long": "я" * 5000,
    "a null": "An\x00na",
    "nothing": "",
    "blanks": " \t ",
}
TEXTS = {**SCRIPTS, **ADDRESSES, **BREAKS, **SIGNS, **LETTERS}
OTHERS = {
    "a million of millions": 10**15,
    "below zero": -(10**15),
    "zero": 0,
    "false": False,
    "a null value": None,
    "a list": ["<b>", 1, None],
    "deep": {"a": {"b": {"c": [{"d": "<script>"}]}}},
}
