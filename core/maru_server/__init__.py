"""The process side of Maru: the `maru` command, the parent that watches its workers, the pulse, the demonstration.

Nothing in `maru` imports this package; a plugin has no business here.
"""
