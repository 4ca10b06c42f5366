"""Habits of this repository that a machine can check."""
