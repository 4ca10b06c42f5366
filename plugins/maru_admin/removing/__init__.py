"""제거와 복원: uninstalling a function into an archive that it can be restored from, and restoring it.

`tables` reads and writes rows of any table; `holdings` says what goes with a function; `archive` is the zip file;
`uninstalling` and `restoring` do it; `shelf` knows the archives there are.
"""
