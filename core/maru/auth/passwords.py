"""argon2id in a pool of its own: hashing takes 100 ms and more of a core, and must not fill the threads of views."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

from maru.language import t

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST_LENGTH = 10


class Passwords:
    """Hashes and checks passwords, at most two at a time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher  # not needed by any page but the login

        return PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The argon2id hash to store."""
        return self._hasher.hash(password)

    def fits(self, password_hash: str, password: str) -> bool:
        """Whether `password` is the one; takes as long when there is no hash, so that names cannot be guessed."""
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            self._hasher.verify(password_hash or self._nobody, password)
            return bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False

    async def hash_in_pool(self, password: str) -> str:
        """`hash`, without holding up the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.hash, password)

    async def fits_in_pool(self, password_hash: str, password: str) -> bool:
        """`fits`, without holding up the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.fits, password_hash, password)

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
