"""The intermediate representation: a typed, frozen, located program."""
