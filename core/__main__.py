"""The door of a checkout: `python3 core demo`, `python3 core test` (`py core demo` on Windows).

Written so that any Python can read it: an old one shall answer with a sentence, not with a syntax error.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells an older Python that it is too old
    sys.exit(
        "Maru needs Python 3.11 or newer; this is %d.%d (%s).\n"  # noqa: UP031 - Python 3.5 has no f-strings
        "Install a newer one and name it: python3.12 core demo (on Windows: py -3.12 core demo)."
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

from checkout import main  # only now: an older Python could not even compile it

sys.exit(main(sys.argv[1:]))
