"""Keys of columns: plain ASCII names made from Korean headings, the same every time."""

import re

from maru_records.api import romanized

OFFICE_WORDS = {
    "연번": "number", "순번": "number", "번호": "number", "읍면동": "township", "부서": "department",
    "부서명": "department", "기관": "agency", "기관명": "agency", "시군구": "district", "실과": "department",
    "사업명": "project", "사업": "project", "분야": "field", "예산": "budget", "예산액": "budget", "시비": "city_share",
    "도비": "province_share", "국비": "state_share", "집행": "spent", "집행액": "spent", "집행률": "spent_rate",
    "잔액": "balance", "착수일": "started_on", "준공일": "completed_on", "기간": "period",
    "담당자": "contact", "담당자연락처": "contact", "연락처": "phone", "전화번호": "phone", "비고": "remarks",
    "성명": "name", "이름": "name", "직급": "rank", "주소": "address", "수량": "quantity", "단가": "unit_price",
    "금액": "amount", "인원": "headcount", "내용": "content", "사유": "reason", "일자": "date", "날짜": "date",
    "구분": "category", "합계": "total", "계": "total",
}  # fmt: skip


def column_keys(paths: list[tuple[str, ...]], letters: list[str]) -> list[str]:
    """A key for each column, unique within the form: known office words, else romanised, else the letter."""
    taken: set[str] = set()
    keys = []
    for path, letter in zip(paths, letters, strict=True):
        key = _candidate(path[-1])
        if key in taken and len(path) > 1:
            key = f"{_candidate(path[-2])}_{key}"[:38]
        if not key or key in taken:
            key = f"{key or 'column'}_{letter.lower()}"
        taken.add(key)
        keys.append(key)
    return keys


def _candidate(label: str) -> str:
    bare = re.sub(r"\(.*?\)|\s|\*", "", label)
    name = OFFICE_WORDS.get(bare) or re.sub(r"[^a-z0-9]+", "_", romanized(bare).lower()).strip("_")
    return re.sub(r"^(?=\d)", "c", name)[:38]
