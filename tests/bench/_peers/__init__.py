"""The board's list as others would build it: each file runs in the environment of `_environment.py`, not in ours."""
