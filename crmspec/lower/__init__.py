"""From what the language can say to what a target can take: passes over the program."""
