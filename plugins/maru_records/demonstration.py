"""The ledger of a demonstration: shared goods that departments lend each other. Every loan is invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from maru import DemoSite

from .definition.files import definitions_in
from .ledgers.rights import Allowed
from .writing.defining import define
from .writing.records import add_record

__all__ = ["fill_demo"]

# account · goods · kind · count · purpose · lent, due, returned (month, day) · value in 천원
LOANS = (
    ("demo-yugu", "접이식 천막 (3×6m)", "행사용품", 4, "유구 주민총회", (10, 6), (10, 12), (10, 12), 2_400),
    ("demo-yugu", "이동식 앰프와 무선 마이크", "전자기기", 1, "경로당 순회 간담회", (10, 7), (10, 8), (10, 8), 1_850),
    ("demo-iin", "원형 탁자", "행사용품", 20, "이인면 한마음 체육대회", (10, 8), (10, 13), (10, 14), 1_600),
    ("demo-iin", "접이식 의자", "행사용품", 150, "이인면 한마음 체육대회", (10, 8), (10, 13), (10, 14), 4_500),
    ("demo-tancheon", "휴대용 예초기", "작업장비", 3, "마을 진입로 정비", (10, 12), (10, 16), (10, 16), 1_260),
    ("demo-collector", "빔 프로젝터", "전자기기", 1, "주요업무 보고회", (10, 13), (10, 14), (10, 14), 1_400),
    ("demo-gyeryong", "양수기 (3인치)", "재난물자", 2, "저지대 배수 점검", (10, 14), (10, 21), (10, 20), 980),
    ("demo-yugu", "고압 세척기", "작업장비", 1, "유구색동수국정원 시설 청소", (10, 15), (10, 19), (10, 19), 620),
    ("demo-admin", "노트북 컴퓨터", "전자기기", 10, "정보화 교육", (10, 19), (10, 23), (10, 23), 12_000),
    ("demo-yugu", "안전 고깔과 바리케이드", "행사용품", 30, "오일장 교통 통제", (10, 20), (10, 21), (10, 21), 450),
    ("demo-tancheon", "접이식 천막 (3×6m)", "행사용품", 2, "농산물 직거래 장터", (10, 21), (10, 26), (10, 29), 1_200),
    ("demo-head", "전동 드릴과 임팩트 렌치", "작업장비", 2, "버스 승강장 의자 보수", (10, 22), (10, 23), (10, 23), 360),
    ("demo-iin", "발전기 (5kW)", "작업장비", 1, "마을 음악회 전원", (10, 23), (10, 26), (10, 26), 1_750),
    ("demo-collector", "화상회의 카메라", "전자기기", 2, "읍면동 영상회의", (10, 26), (10, 30), (10, 30), 900),
    (
        "demo-gyeryong",
        "제초매트 고정핀 박는 기계",
        "작업장비",
        1,
        "가로화단 월동 준비",
        (10, 28),
        (11, 2),
        (11, 2),
        540,
    ),
    ("demo-yugu", "이동식 무대 (2×1m)", "행사용품", 8, "유구문화예술마을 발표회", (10, 29), (11, 2), (11, 4), 3_200),
    ("demo-tancheon", "열화상 카메라", "전자기기", 1, "산불 취약지 점검", (11, 2), (11, 6), (11, 6), 2_700),
    ("demo-yugu", "등짐펌프", "재난물자", 15, "산불 예방 기간 진화 훈련", (11, 3), (11, 5), (11, 5), 1_050),
    ("demo-iin", "등짐펌프", "재난물자", 12, "산불 예방 기간 진화 훈련", (11, 4), (11, 6), (11, 6), 840),
    ("demo-gyeryong", "접이식 의자", "행사용품", 80, "어르신 가을 나들이 출발식", (11, 5), (11, 6), (11, 9), 2_400),
    ("demo-admin", "랜 케이블 시험기", "전자기기", 1, "읍면 통신망 점검", (11, 9), (11, 13), (11, 13), 310),
    ("demo-head", "제설용 넉가래", "재난물자", 40, "겨울철 마을 제설반 배부", (11, 12), (11, 30), None, 600),
    ("demo-yugu", "염화칼슘 살포기", "재난물자", 2, "겨울철 이면도로 제설", (11, 16), (12, 18), None, 1_980),
    ("demo-tancheon", "이동식 앰프와 무선 마이크", "전자기기", 1, "이장회의", (11, 18), (11, 19), (11, 19), 1_850),
    ("demo-yugu", "빔 프로젝터", "전자기기", 1, "주민자치 프로그램 발표", (11, 20), (11, 27), None, 1_400),
    ("demo-gyeryong", "접이식 천막 (3×6m)", "행사용품", 3, "김장 나눔 행사", (11, 23), (11, 30), None, 1_800),
)


def fill_demo(site: DemoSite) -> None:
    """Publish the ledger 공용물품 대여 대장 for all, and write down its loans."""
    (definition,) = definitions_in(Path(__file__).parent / "app")
    clerk = site.user("demo-collector")
    ledger = define(
        definition,
        site.write_as(clerk, plugin="records"),
        department=clerk.unit,
        by=clerk,
        rights=(Allowed("read"), Allowed("write", rows="unit"), Allowed("manage", department=clerk.unit)),
    )
    for account in dict.fromkeys(loan[0] for loan in LOANS):
        person = site.user(account)
        with site.write_as(person, plugin="records") as change:
            for _, goods, kind, count, purpose, lent, due, returned, value in (
                loan for loan in LOANS if loan[0] == account
            ):
                values = {
                    "goods": goods, "kind": kind, "count": count, "borrower": person, "purpose": purpose,
                    "lent_on": date(2026, *lent), "due_on": date(2026, *due),
                    "returned_on": date(2026, *returned) if returned else None, "value": value,
                }  # fmt: skip
                add_record(change, ledger, person, values, person.unit)
