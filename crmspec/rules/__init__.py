"""Rules: what is wrong with a program although every part of it is right."""
