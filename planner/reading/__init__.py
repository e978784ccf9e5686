"""From YAML to a rulebook, with every mistake told by file and line.

The order is: bytes to nodes (`nodes`), names gathered from all files (`names`), value sets and
premises (`sets`, `premises`), shapes (`shapes`, `shaping`), then rules, words and references with
every name resolved and every `when` spelled out (`spelling_out`), all of it called by `rulebook`.
`packs` holds what is special to a clinic's own rules, `shipped` where the rules are and what was
read of them before. Nothing here matches or plans, and `import planner` imports `shipped` alone.
"""
