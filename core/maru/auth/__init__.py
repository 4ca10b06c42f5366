"""Who somebody is: passwords, sessions, signing in and out."""

from maru.auth.passwords import Passwords, password_problem
from maru.auth.sessions import begin_session, end_session, prolong, session_of
