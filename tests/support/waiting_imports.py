"""The imports that wait inside functions, each with its reason; `test_house` finds every other.

An import belongs at the top of its module. It may wait where most who come by never need it.
"""

COMMAND = "each command loads what it needs when it runs, so that no other waits for it"
POLARS = "polars takes longer to load than a small batch to plan; only tables need it"
SOLVER = "the solver is an extra, and takes longer to load than the rules to be read"
READER = "rules that were read before are taken as they are, without the YAML reader"
TEXT = "most who import the planner hand over data, and JSON text needs a reader of its own"
TYPES = (
    "the types of an observation need pydantic, which takes longer to load than the rules to plan"
)
REFUSED = "what is wrong with an observation is worked out only where something is"
PEOPLE = "a plan for a program is JSON: the ways to write it for people are not needed"
PAGES = "an application without a database has no accounts, and one without CDS Hooks no clients"
SERVER = "the command line asks every command for its options, and only one of them runs"

WAITING: dict[str, tuple[str, tuple[str, ...]]] = {
    "planner.batch.choosing": (POLARS, ("planner.batch.tables", "planner.batch.workbook")),
    "planner.batch.frame": (POLARS, ("planner.batch.grouping",)),
    "planner.batch.running": (POLARS, ("planner.batch.tabular",)),
    "planner.batch.sinks": (POLARS, ("planner.batch.parts",)),
    "planner.batch.sources": (POLARS, ("planner.batch.frame",)),
    "planner.checking.check": (
        SOLVER,
        (
            "planner.proving.kept",
            "planner.proving.proof",
            "planner.proving.spreading",
            "planner.reading.properties",
        ),
    ),
    "planner.checking.diff": (
        SOLVER,
        (
            "planner.planning.planner",
            "planner.proving.comparing",
            "planner.reading.rulebook",
            "planner.reading.scenarios",
        ),
    ),
    "planner.chosen_rules": (COMMAND, ("planner.planning.planner",)),
    "planner.cli.batch": (COMMAND, ("planner.batch.choosing", "planner.batch.running")),
    "planner.cli.check": (COMMAND, ("planner.checking.check", "planner.errors")),
    "planner.cli.command_line": (COMMAND, ("planner", "planner.errors")),
    "planner.cli.diff": (
        COMMAND,
        ("planner.checking.check", "planner.checking.diff", "planner.checking.revisions"),
    ),
    "planner.cli.explain": (
        COMMAND,
        (
            "planner.checking.explain",
            "planner.checking.explained_data",
            "planner.checking.judgments",
            "planner.checking.scenarios",
            "planner.reading.judgments",
            "planner.reading.properties",
            "planner.reading.shipped",
        ),
    ),
    "planner.cli.fhir": (
        COMMAND,
        (
            "planner.contract.json_text",
            "planner.errors",
            "planner.interop.fhir",
            "planner.chosen_rules",
            "planner.reading.observation_file",
        ),
    ),
    "planner.cli.mcp": (
        COMMAND,
        ("planner.errors", "planner.interop.mcp.asked", "planner.interop.mcp.server"),
    ),
    "planner.cli.plan": (
        COMMAND,
        ("planner.planning.open_to_view", "planner.reading.observation_file"),
    ),
    "planner.cli.practice": (
        COMMAND,
        (
            "planner.contract.values",
            "planner.practice.conversing",
            "planner.practice.practice",
            "planner.reading.shipped",
        ),
    ),
    "planner.cli.schema": (
        COMMAND,
        (
            "planner.batch.flat",
            "planner.contract.schema",
            "planner.plan.plan",
            "planner.reading.rule_schema",
            "planner.reading.shipped",
        ),
    ),
    "planner.cli.terminal": (
        PEOPLE,
        ("planner.errors", "planner.keeping", "planner.plan.rendering"),
    ),
    "planner.contract": (REFUSED, ("planner.contract.refusals",)),
    "planner.contract.observation": (TEXT, ("planner.contract.json_text",)),
    "planner.contract.fields": (TYPES, ("planner.contract.catalogue",)),
    "planner.plan.formats": (PEOPLE, ("planner.plan.rendering",)),
    "planner.plan.plan": (PEOPLE, ("planner.plan.reading_back", "planner.plan.rendering")),
    "planner.planning.planner": (
        TYPES,  # and most planners stay in the process that made them
        ("planner.contract.observation", "planner.planning.sending"),
    ),
    "planner.practice.cases": (
        READER,
        ("planner.contract.observation", "planner.reading.scenarios"),
    ),
    "planner.reading.observation_file": (
        READER,
        ("planner.contract.observation", "planner.reading.nodes", "planner.reading.problems"),
    ),
    "planner.reading.shipped": (READER, ("planner.reading.rulebook", "planner.rulebook.sharing")),
    "webui": (PAGES, ("webui.cds.hooks", "webui.with_database")),
    "webui.commands.backups": (
        SERVER,
        (
            "webui.database.backups.backup",
            "webui.database.backups.backup_file",
            "webui.database.base",
            "webui.database.sealed.key_change",
            "webui.database.sealed.keys",
            "webui.database.modes",
            "webui.database.refusals",
            "webui.database.backups.restoring",
            "webui.database.two_roles",
        ),
    ),
    "webui.commands.database": (
        SERVER,
        (
            "webui.accounts.sign_in",
            "webui.database.address",
            "webui.database.audit.auditing",
            "webui.database.connection",
            "webui.database.refusals",
            "webui.database.two_roles",
            "webui.database.upgrade",
            "webui.database.audit.witness",
        ),
    ),
    "webui.commands.recover": (SERVER, ("webui.accounts.recovery",)),
    "webui.commands.roles": (
        SERVER,
        ("webui.accounts.roles", "webui.database.refusals"),
    ),
    "webui.commands.serve": (
        SERVER,
        (
            "planner.checking.check",
            "planner.checking.diff",
            "planner.checking.revisions",
            "planner.chosen_rules",
            "planner.reading.shipped",
            "webui",
            "webui.access.logs",
            "webui.cds.settings",
            "webui.commands.listening",
            "webui.database.address",
            "webui.database.refusals",
            "webui.pages.security_contact",
        ),
    ),
    "webui.pages.practice": (PAGES, ("webui.access.gate", "webui.store")),
}
"""Each module with the reason why some of its imports wait, and which."""
