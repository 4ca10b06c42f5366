"""A plugin that does what the switch beside it says; the hooks are added by tests/faults/making.py."""
