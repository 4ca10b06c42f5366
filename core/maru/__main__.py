"""`python -m maru` is the `maru` command; its words are listed in core/maru_server/commands/__init__.py."""

import sys

if __name__ == "__main__":
    from maru_server.commands import main  # only here: a worker imports this module by another name

    sys.exit(main())
