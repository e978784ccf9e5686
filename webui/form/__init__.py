"""The form: its questions, their order, and the way from answers to an observation."""
