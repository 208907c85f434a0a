"""Selections of ground: units, conditions, and the algebra of results."""
