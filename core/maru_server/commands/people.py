"""`maru user`: the first administrator, and whoever lost a password."""

from __future__ import annotations

import argparse
import getpass
import sys

from maru import Actor, Department, Post, Role, RoleMember, User, write_as
from maru.auth import password_problem
from maru.errors import MaruError
from maru_db import connected
from maru_server.commands.opening import opened


def user(given: argparse.Namespace) -> int:
    """Add a person or change password, post and role of one."""
    password = sys.stdin.readline().rstrip("\r\n") if given.password_stdin else getpass.getpass("Password: ")
    if problem := password_problem(password, given.username):
        raise MaruError(problem)
    portal = opened()
    try:
        set_user(given, portal.passwords.hash(password))
    finally:
        portal.close()
    print(f"{given.username}: saved")
    return 0


def set_user(given: argparse.Namespace, password_hash: str) -> None:
    """Save the person that `given` speaks of. Raises MaruError for an unknown department or role."""
    with connected(), write_as(Actor(None, "user", request="maru user")):
        person = User.get_or_none(User.username == given.username) or User(username=given.username, name=given.username)
        person.name, person.password_hash = given.name or person.name, password_hash
        person.save()
        if given.unit:
            unit = Department.get_or_none(Department.name == given.unit)
            if unit is None:
                raise MaruError(f'There is no department "{given.unit}".')
            Post.get_or_create(user=person, department=unit)
        if given.role:
            if not Role.select().where(Role.key == given.role).exists():
                raise MaruError(f'There is no role "{given.role}".')
            RoleMember.get_or_create(user=person, role=given.role)
