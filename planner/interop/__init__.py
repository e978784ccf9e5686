"""Doors for other tools: an observation or a plan in their words, and back.

A door never answers the safety question for a person, and never turns an unknown into a no.
"""
