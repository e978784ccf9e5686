"""How long what a person types or lists may be, and of which letters."""

LONGEST_LIST = 100
"""Members of a list; each answer counts once, however often it is given."""
MOST_SESSIONS = 9999
"""The highest number of a session."""
LONGEST_CASE = 64
LONGEST_NOTES = 4000
"""Characters of a case code, and of notes."""
ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
SEVERAL_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
