"""CDS Hooks 2.0: a clinic's record sends the answered form and gets cards. Off unless set up."""
