"""Failed sign-ins slow down the one who fails, never the one whose name was used."""

from __future__ import annotations

from maru.errors import TooMany
from maru.language import t
from maru.models import SignInFailure

FREE_FAILURES = 8


def refuse_when_throttled(username: str, address: str) -> None:
    """Raises TooMany after eight failures of this name from this address within ten minutes.

    From another address the same name still signs in.
    """
    if SignInFailure.recent_count(username, address) >= FREE_FAILURES:
        raise TooMany(
            t("이 컴퓨터에서 로그인에 여러 번 실패했습니다. 10분 뒤에 다시 시도하거나 관리자에게 알려 주세요.")
        )
