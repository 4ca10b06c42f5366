"""argon2id in a pool of its own: hashing takes 100 ms and more of a core, and must not fill the threads of views."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any, TypeVar

from maru_language import t

Answered = TypeVar("Answered")
LEAST_LENGTH = 10


class Passwords:
    """Hashes and checks passwords, at most two at a time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")

    @cached_property
    def _hasher(self) -> Any:
        from argon2 import PasswordHasher  # not needed by any page but the login

        return PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        return self.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The argon2id hash to store."""
        return str(self._hasher.hash(password))

    def fits(self, password_hash: str, password: str) -> bool:
        """Whether `password` is the one; takes as long when there is no hash, so that names cannot be guessed."""
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            self._hasher.verify(password_hash or self._nobody, password)
            return bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False

    async def in_pool(self, work: Callable[..., Answered], *arguments: str) -> Answered:
        """`work(*arguments)`, one of the methods above, without holding up the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)

    def close(self) -> None:
        """Let the pool's threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def password_problem(password: str, username: str) -> str:
    """Why `password` is not good enough; empty when it is. Length counts; rules about symbols do not help."""
    if len(password) < LEAST_LENGTH:
        return t("비밀번호는 {n}자 이상이어야 합니다.", n=LEAST_LENGTH)
    if username.lower() in password.lower() or len(set(password)) < 5:
        return t("아이디가 들어 있거나 같은 글자가 되풀이되는 비밀번호는 쓸 수 없습니다.")
    return ""
