"""The process side of Maru: the `maru` command, the parent that watches its workers, the pulse, the demonstration.

`maru` imports nothing of this package but two names on its public list, `DemoSite` and `WorkerState`, and those when
somebody asks for them; `python -m maru` hands over. What a plugin needs of it has such a name.
"""
