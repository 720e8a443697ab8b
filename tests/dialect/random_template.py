"""Random templates of the language and random values for them."""

from crmspec.template.tree import (
    And,
    Branch,
    Comparison,
    Constant,
    Contains,
    Empty,
    Filter,
    For,
    If,
    Not,
    OneOf,
    Or,
    Output,
    Path,
    Present,
    Text,
    With,
)

WORDS = ("gold", "", "Анна", "O'Neil", 'say "hi"', "a b", "new", "sale", "м")
SIGNS = (
    *("{{", "{%", "}}", "{", "%}", "{#", "#}", "{{{", "[%", "%]", "[[", "]]", "*|", "|*", "%%"),
    *("$", "$x", "${x}", "$!x", "#", "##", "#*", "*#", "#[[", "#if($x)", "#end", "@{x}", "-%}"),
    *("{{ profile.city }}", "[% city %]", "%%=v(@x)=%%", "{{/if}}", "{% endraw %}", "]]#"),
)
"""What means something in one of the languages."""
HOSTILE = (
    *SIGNS,
    "0",
    "false",
    "null",
    "&amp;",
    "<script>",
    "a\nb",
    "\r\n",
    "\t",
    "\u202ea",
    "\\",
    "`",
)
SAID = (*WORDS, *WORDS, *HOSTILE)
LITERALS = (" ", ", ", "a", "\n", "🎉", "\\", "\\\\", "<b>", "'", '"', *SIGNS)
NUMBERS = (0, 1, 2, 5, 11, 21, 100, -3, 0.5, 2.5, 99.99, -0.25, 1234.5, 10**13)
DATES = ("", "1990-03-08", "2026-12-31", "2024-02-29T23:05:00+03:00", "1999-01-01T00:00:00Z")
TEXTS = ("first_name", "last_name", "city", "tier")
ITEMS = Path(root="event", keys=("items",))
TAGS = Path(root="profile", keys=("tags",))
DEEP = Path(root="profile", keys=("address", "city", "name"))


def profile(*keys):
    return Path(root="profile", keys=keys)


class Maker:
    """Makes trees out of a random source; all comparisons are of values of one kind."""

    def __init__(self, random):
        self.random = random
        self.items = []
        self.words = []
        self.loops = 0

    def pick(self, *options):
        return self.random.choice(options)

    def body(self, depth):
        return tuple(self.piece(depth) for _ in range(self.random.randint(1, 3)))

    def piece(self, depth):
        if depth <= 0:
            return self.pick(self.text, self.output, self.output)()
        make = self.pick("text", "output", "output", "choice", "choice", "loop", "bound")
        if make in ("text", "output"):
            return getattr(self, make)()
        return getattr(self, make)(depth - 1)

    def text(self):
        return Text(text="".join(self.random.choices(LITERALS, k=self.random.randint(1, 3))))

    def output(self):
        return Output(expression=self.value())

    def choice(self, depth):
        branches = tuple(
            Branch(condition=self.condition(2), body=self.body(depth))
            for _ in range(self.random.randint(1, 2))
        )
        return If(branches=branches, otherwise=self.pick((), self.body(depth)))

    def loop(self, depth):
        if self.loops == 2:
            return self.output()
        self.loops += 1
        over = self.pick("items", "words")
        name = self.pick("item", "tag", "person", "customer", "x")
        getattr(self, over).append(name)
        body = self.body(depth)
        getattr(self, over).pop()
        self.loops -= 1
        of = ITEMS if over == "items" else TAGS
        limit = self.pick(None, None, 1, 2, 3)
        return For(
            variable=name, of=of, body=body, limit=limit, otherwise=self.pick((), (Text(text="-"),))
        )

    def bound(self, depth):
        name = self.pick("a", "b", "tag")
        value = self.words_value()
        self.words.append(name)
        body = self.body(depth)
        self.words.pop()
        return With(bindings=((name, value),), body=body)

    # -- values -------------------------------------------------------------------------------

    def value(self):
        return self.pick(
            self.words_value, self.words_value, self.number_shown, self.date, self.of_list
        )()

    def word_path(self):
        options = [profile(self.random.choice(TEXTS)), DEEP]
        options += [Path(root=name, keys=("name",)) for name in self.shown(self.items)]
        options += [Path(root=name) for name in self.shown(self.words)]
        return self.random.choice(options)

    def shown(self, names):
        """Return the names that no inner name of another kind hides."""
        return [name for name in names if name not in self.hidden(names)]

    def hidden(self, names):
        others = self.words if names is self.items else self.items
        return set(others)

    def words_value(self):
        value = self.word_path()
        for _ in range(self.random.randint(0, 2)):
            value = self.pick(self.changed, self.defaulted)(value)
        return value

    def changed(self, value):
        name = self.pick("upper", "lower", "truncate", "capitalize")
        arguments = (Constant(value=self.random.randint(1, 9)),) if name == "truncate" else ()
        return Filter(name=name, of=value, arguments=arguments)

    def defaulted(self, value):
        said = self.random.choice(self.pick(WORDS, WORDS, HOSTILE))
        other = self.pick(Constant(value=said), profile("city"))
        return Filter(name="default", of=value, arguments=(other,))

    def number_path(self):
        options = [profile("points"), profile("balance"), Path(root="event", keys=("total",))]
        options += [Path(root=name, keys=("price",)) for name in self.shown(self.items)]
        return self.random.choice(options)

    def number_value(self):
        path = self.number_path()
        if self.random.random() < 0.3:
            name = self.pick("plus", "minus", "times")
            return Filter(name=name, of=path, arguments=(Constant(value=self.pick(1, 3, 0.5)),))
        return path

    def number_shown(self):
        value = self.number_value()
        form = self.pick("number", "number", "plural", "default", "plain")
        if form == "number":
            value = Filter(name="number", of=value, arguments=(Constant(value=self.pick(0, 1, 2)),))
        if form == "plural":
            forms = tuple(Constant(value=word) for word in ("день", "дня", "дней"))
            value = Filter(name="plural", of=value, arguments=self.pick(forms, forms[1:]))
        if form == "default":
            value = Filter(name="default", of=self.number_path(), arguments=(Constant(value="—"),))
        return value

    def date(self):
        pattern = self.pick("%d.%m.%Y", "%d.%m.%y", "%d %B", "%H:%M")
        named = (("locale", Constant(value="ru")),) if "%B" in pattern else ()
        path = self.date_path()
        value = Filter(name="date", of=path, arguments=(Constant(value=pattern),), named=named)
        return self.pick(value, self.defaulted(value))

    def date_path(self):
        return self.pick(profile("birthday"), Path(root="event", keys=("placed",)))

    def of_list(self):
        of = self.pick(TAGS, Filter(name="limit", of=TAGS, arguments=(Constant(value=2),)))
        name = self.pick("join", "length", "first", "last")
        arguments = (Constant(value=self.pick(", ", " & ")),) if name == "join" else ()
        return Filter(name=name, of=of, arguments=arguments)

    # -- conditions -----------------------------------------------------------------------------

    def condition(self, depth):
        if depth and self.random.random() < 0.6:
            kind = self.pick(And, Or, Or, Not)
            if kind is Not:
                return Not(of=self.condition(depth - 1))
            return kind(parts=tuple(self.condition(depth - 1) for _ in range(self.pick(2, 2, 3))))
        return self.pick(
            *(self.truth, self.of_words, self.of_numbers, self.of_items, self.known),
            self.of_dates,
        )()

    def truth(self):
        return self.pick(self.word_path(), TAGS, profile("vip"), ITEMS, self.words_value())

    def of_words(self):
        left = self.words_value()
        if self.random.random() < 0.3:
            values = tuple(Constant(value=w) for w in self.random.sample(WORDS, 2))
            return OneOf(of=left, values=values)
        said = self.random.choice(self.pick(WORDS, WORDS, HOSTILE))
        right = self.pick(Constant(value=said), self.word_path())
        return Comparison(operator=self.pick("==", "!="), left=left, right=right)

    def of_numbers(self):
        right = self.pick(Constant(value=self.random.choice(NUMBERS)), self.number_path())
        operator = self.pick("<", "<=", ">", ">=", "==", "!=")
        return Comparison(operator=operator, left=self.number_value(), right=right)

    def of_dates(self):
        """Compare dates of one form: those with a time are not the same text in another zone."""
        operator = self.pick("<", "<=", ">", ">=")
        return Comparison(
            operator=operator, left=self.date_path(), right=Constant(value="2000-01-01")
        )

    def of_items(self):
        return Contains(
            item=self.pick(Constant(value=self.random.choice(WORDS)), self.word_path()), of=TAGS
        )

    def known(self):
        path = self.pick(
            *(self.word_path(), TAGS, profile("vip"), profile("points"), self.date_path()),
        )
        return self.pick(Present, Empty)(of=path)


def values(random):
    """Return random values, any of them missing or empty."""

    def some(options):
        return random.choice((None, *options, *options, *options))

    def items():
        return [
            {"name": some(SAID), "price": some(NUMBERS), "qty": some((1, 2, 5))}
            for _ in range(random.choice((0, 1, 2, 5)))
        ]

    def tags():
        return [random.choice(SAID) for _ in range(random.choice((0, 1, 2, 5)))]

    inside = {
        **{name: some(SAID) for name in TEXTS},
        "address": some(({"city": {"name": random.choice(SAID)}}, {"city": {}}, {})),
        "points": some((0, 1, 2, 5, 11, 21, 104, -2)),
        "balance": some(NUMBERS),
        "vip": some((True, False)),
        "birthday": some(DATES),
        "tags": some((tags(), [])),
    }
    event = {"items": some((items(), [])), "total": some(NUMBERS), "placed": some(DATES)}
    return {
        "profile": {key: value for key, value in inside.items() if value is not None},
        "event": {key: value for key, value in event.items() if value is not None},
    }
