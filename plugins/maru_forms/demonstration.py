"""The ledgers of a demonstration: one in use, one being made. Every facility, visit and sum in them is invented."""

from __future__ import annotations

from datetime import timedelta

from maru import DemoSite, today
from maru_records.api import add_record

from .design import Design, DesignField, Sharing
from .services import begin, publish

__all__ = ["fill"]

INSPECTIONS = Design(
    icon="wrench",
    title="place",
    order="-inspected_on",
    readers=Sharing(who="everyone"),
    fields=(
        DesignField(key="inspected_on", label="점검일", type="date", required=True),
        DesignField(
            key="place", label="시설", type="choice", required=True,
            choices=("마을회관", "경로당", "승강장", "공중화장실", "체육시설"),
        ),
        DesignField(key="village", label="마을", type="text", required=True),
        DesignField(key="inspector", label="점검자", type="person", required=True),
        DesignField(key="result", label="결과", type="choice", required=True, choices=("양호", "손볼 곳", "사용 중지")),
        DesignField(key="count", label="고칠 것", type="integer", unit="건", total=True, minimum="0"),
        DesignField(key="price", label="한 건 비용", type="amount", unit="원", minimum="0"),
        DesignField(key="cost", label="드는 비용", type="computed", unit="원", expression="count * price", total=True),
        DesignField(key="remark", label="비고", type="long_text", in_list=False),
    ),
)  # fmt: skip

# days ago · facility · village · account · result · places · price of one · remark
VISITS = (
    (1, "경로당", "석남리 (시연)", "demo-yugu", "손볼 곳", 2, 85_000, "현관 손잡이와 창틀"),
    (3, "마을회관", "추계리 (시연)", "demo-head", "양호", 0, 0, ""),
    (5, "승강장", "유구리 (시연)", "demo-yugu", "손볼 곳", 1, 240_000, "의자 판이 갈라짐"),
    (8, "공중화장실", "유구리 (시연)", "demo-yugu", "사용 중지", 3, 130_000, "동파로 급수관 교체 필요"),
    (9, "체육시설", "백교리 (시연)", "demo-head", "손볼 곳", 4, 35_000, "철봉 도색"),
    (12, "경로당", "녹천리 (시연)", "demo-yugu", "양호", 0, 0, ""),
    (15, "마을회관", "탑곡리 (시연)", "demo-yugu", "손볼 곳", 1, 410_000, "보일러 순환펌프"),
    (19, "승강장", "구계리 (시연)", "demo-head", "양호", 0, 0, ""),
    (22, "경로당", "신영리 (시연)", "demo-yugu", "손볼 곳", 2, 60_000, "미끄럼 방지 깔판"),
)

NIGHT_DUTY = Design(
    icon="clipboard-list",
    fields=(
        DesignField(key="f1", label="당직일", type="date", required=True),
        DesignField(key="f2", label="당직자", type="person", required=True),
        DesignField(key="f3", label="접수 건수", type="integer", unit="건", total=True),
        DesignField(key="f4", label="처리 건수", type="integer", unit="건", total=True),
        DesignField(key="f5", label="넘길 건수", type="computed", unit="건", expression="f3 - f4", total=True),
        DesignField(key="f6", label="구분", type="choice"),
        DesignField(key="f7", label="특이 사항", type="long_text", in_list=False),
    ),
)


def fill(site: DemoSite) -> None:
    """Publish the ledger of inspections with its visits, and leave the one of night duties unfinished."""
    clerk = site.user("demo-yugu")
    unit = clerk.unit
    if unit is None:
        return
    with site.write_as(clerk, plugin="forms"):
        begin(clerk, unit, "당직 근무일지", NIGHT_DUTY)
        draft = begin(clerk, unit, "마을 시설 점검 대장", INSPECTIONS)
    draft.summary = "마을마다 시설을 돌아본 결과와 드는 비용"
    ledger = publish(draft, site.write_as(clerk, plugin="forms"), clerk)
    keys = [field.key for field in ledger.definition.fields]
    for account in ("demo-yugu", "demo-head"):
        person = site.user(account)
        with site.write_as(person, plugin="forms") as change:
            for days, place, village, _, result, count, price, remark in (v for v in VISITS if v[3] == account):
                typed = (today() - timedelta(days=days), place, village, person, result, count, price, remark)
                values = dict(
                    zip((key for key in keys if key not in ledger.definition.expressions), typed, strict=True)
                )
                add_record(change, ledger, person, values, unit)
