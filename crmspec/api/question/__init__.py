"""The questions of `ask`: each module has `ask(project, …)`, which gives an `Answer`."""
