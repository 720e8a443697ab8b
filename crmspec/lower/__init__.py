"""From what the language can say to what a target can take: passes over the program.

Design. A target is a table (`capability.Capabilities`), never code. A pass is a pure function
`(program, scene) -> (program, outcomes)`: IR in, IR out, so that the reference interpreter can run
both sides; what a pass makes keeps the place of what made it. `lowering.PASSES` has them in order;
a pass runs if a row of the table names it in `by`, or if the target's form asks for it. A pass that
cannot keep the meaning leaves the element alone and says why: what is left over counts as `none`.
`survey` then looks at what remains, resource by resource: an `Outcome` for each element, and an
`Absence` for each resource kept off by `on_unsupported` or by a reference to an absent one.
`finding` turns these into diagnostics; `graph` lays a chain out as nodes and named edges.
The law of everything `lowered`: same sends, same exits for every customer (tests/lower).
"""
