"""The pages for people, one blueprint a subject."""
