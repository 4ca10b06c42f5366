"""`python -m maru`: serve, demo, routes, plugins, migrate, user, doctor."""

import sys

if __name__ == "__main__":
    from maru_server.commands import main  # only here: a worker imports this module by another name

    sys.exit(main())
