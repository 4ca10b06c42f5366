"""`maru`: serve, demo, routes, plugins, migrate, user, doctor."""

import sys

from maru.commands import main

if __name__ == "__main__":
    sys.exit(main())
