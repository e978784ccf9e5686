"""The planner as tools for an assistant, by the Model Context Protocol (MCP) over stdio.

`told` and `quotes` read what an assistant took from a narrative, without the protocol; `safety`
and `denials` ask the person; `tools` are the three tools and `knowledge` what can be read beside
them; `server` puts them together. All but the first two need the extra `[mcp]`.
"""
