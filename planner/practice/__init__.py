"""Told cases to practice on: a learner answers first, then the plan is laid beside."""
