"""The rulebook's vocabulary as readers meet it: fields, conditions, sources, cases."""
