"""Proves what must hold for every possible observation, or shows one for which it does not.

The rulebook, both stages and the composition, is written as formulas (`logic`, `model`, `standing`)
over every observation that the contract allows (`world`). A property of `properties.yaml`
(`claims`), a demand on any plan (`structure`) or something dead (`liveness`) is then a question
(`asking`): to observations that are known already (`points`), to what was proved before (`kept`),
and to Z3 (`terms`). What it finds is made small (`examples`) and shown to the planner itself before
anyone is told of it. Several processes share the questions (`spreading`).

Its modules need `z3-solver`, the extra `proof`; nothing else in the planner does.
"""
