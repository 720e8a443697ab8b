"""`import`: read what is on a target into files of the project."""
