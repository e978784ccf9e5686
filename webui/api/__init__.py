"""The interface for programs: plans on request, stored plans by key, and its description."""
