"""Plugins on for one department, off and on again: what a person sees of them, and what comes back."""
