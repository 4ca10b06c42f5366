"""The content of a demonstration: three boards and the posts of the last three weeks. Nobody in it is real."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from io import BytesIO

import xlsxwriter
from starlette.datastructures import UploadFile

from maru import Blob, DemoSite, local, now, take_file

from .forms import BoardEntry, PostEntry
from .models import Board, Post, PostRead
from .services import publish, set_up

NOTICE, FORMS, YUGU = "시정 공지", "서식·자료실", "유구읍 게시판"


@dataclass(frozen=True)
class DemoPost:
    """A post of the demonstration: on which board, by whom, how many days ago and at what time."""

    board: str
    author: str
    days: int
    at: str
    title: str
    body: str
    is_notice: bool = False
    is_pinned: bool = False
    file: str = ""
    read_by: tuple[str, ...] = ()


def fill(site: DemoSite) -> None:
    """Make boards and posts, and mark some as read."""
    boards = _boards(site)
    for post in sorted(POSTS, key=lambda post: (-post.days, post.at)):
        author = site.user(post.author)
        entry = PostEntry(
            title=post.title,
            body=post.body.strip(),
            department=author.unit.id if author.unit else 0,
            is_notice=post.is_notice,
            is_pinned=post.is_pinned,
        )
        blobs = [_file(post.file)] if post.file else []
        with site.write_as(author, plugin="board") as change:
            made = publish(change, boards[post.board], author, entry, blobs, at=_instant(post.days, post.at))
            _mark(site, made, post.read_by)


def _boards(site: DemoSite) -> dict[str, Board]:
    planning, smart, yugu = (site.unit(name).id for name in ("기획감사실", "스마트정보과", "유구읍"))
    offices = tuple(
        unit for name in ("자치행정과", "회계과", "안전총괄과", "스마트정보과") for unit in [site.unit(name).id]
    )
    towns = (site.unit("읍·면·동").id,)
    entries = (
        BoardEntry(
            name=NOTICE,
            description="모든 직원에게 알리는 시정 소식과 부서 협조 요청",
            department=planning,
            audience="everyone",
            writers=offices,
        ),
        BoardEntry(
            name=FORMS,
            description="함께 쓰는 서식과 업무 자료",
            department=smart,
            audience="everyone",
            writers=(planning, *towns),
        ),
        BoardEntry(name=YUGU, description="유구읍 직원끼리 나누는 소식", department=yugu, audience="chosen"),
    )
    with site.write_as("demo-admin", plugin="board"):
        return {entry.name: set_up(Board(), entry) for entry in entries}


def _mark(site: DemoSite, post: Post, usernames: Iterable[str]) -> None:
    for username in usernames:
        PostRead.mark(post, site.user(username))


def _instant(days: int, at: str) -> datetime:
    """That time of day, so many days ago; never later than now."""
    here = local(now())
    asked = datetime.combine(here.date() - timedelta(days=days), time.fromisoformat(at), here.tzinfo)
    return min(asked, here - timedelta(minutes=5))


def _file(name: str) -> Blob:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("출장 복명서")
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 48)
        for row, label in enumerate(("출장자", "출장 기간", "출장지", "출장 목적", "복명 내용", "붙임")):
            sheet.write(row, 0, label)
    content.seek(0)
    return take_file(UploadFile(content, filename=name))


EVERYBODY = ("demo-collector", "demo-yugu", "demo-iin", "demo-tancheon", "demo-gyeryong", "demo-head", "demo-admin")

POSTS = (
    DemoPost(
        NOTICE,
        "demo-collector",
        0,
        "08:40",
        "연말 당직 편성에 대한 의견을 받습니다",
        """
12월 당직을 편성하기 전에 부서 의견을 받습니다. 모든 직원은 아래 내용을 읽어 주시기 바랍니다.

1. 당직 시작 시각은 종전과 같이 18시입니다.
2. 임산부, 육아시간 사용자, 장기 교육자는 편성에서 뺍니다.
3. 바꿀 날이 있으면 부서 서무가 모아 금요일까지 알려 주세요.

의견이 없는 부서는 따로 답하지 않으셔도 됩니다.
""",
        is_notice=True,
        read_by=("demo-admin", "demo-iin"),
    ),
    DemoPost(
        NOTICE,
        "demo-admin",
        1,
        "16:20",
        "이번 주 토요일 새벽 포털 점검 안내",
        """
서버 점검으로 토요일 01:00부터 03:00까지 포털을 쓸 수 없습니다.

적고 있던 내용은 그 컴퓨터에 남지만, 점검 전에 저장해 주세요. 점검이 끝나면 이 글에 결과를 적겠습니다.
""",
        is_pinned=True,
        read_by=("demo-collector", "demo-head"),
    ),
    DemoPost(
        NOTICE,
        "demo-collector",
        2,
        "10:05",
        "연말 회계 마감 일정과 부서 협조 사항",
        """
올해 회계 마감 일정을 알려 드립니다.

원인행위는 12월 20일, 지출은 12월 31일까지입니다. 마감 주에는 지출 요청이 몰리므로 되도록 한 주 앞서 올려 주세요.
일상경비는 12월 24일까지 반납합니다.
""",
        read_by=("demo-yugu", "demo-iin", "demo-tancheon"),
    ),
    DemoPost(
        NOTICE,
        "demo-collector",
        5,
        "14:30",
        "주민참여예산 제안사업 취합을 시작했습니다",
        """
읍·면·동에서 접수한 주민참여예산 제안사업을 포털의 자동취합으로 받습니다. 종전처럼 메일로 파일을 보내지 않으셔도 됩니다.

받은 요청은 /collect/ 에서 볼 수 있습니다. 해당이 없으면 ‘해당 없음’을 누르면 끝납니다.
""",
        read_by=EVERYBODY,
    ),
    DemoPost(
        NOTICE,
        "demo-admin",
        8,
        "09:15",
        "비밀번호는 문장으로 정해 주세요",
        """
짧고 복잡한 것보다 긴 문장이 안전하고 외우기 쉽습니다. 다른 곳에서 쓰던 비밀번호는 쓰지 말아 주세요.

바꾸는 곳은 /password 입니다. 포털 관리자는 어떤 경우에도 비밀번호를 묻지 않습니다.
""",
        read_by=("demo-collector", "demo-yugu", "demo-head"),
    ),
    DemoPost(
        NOTICE,
        "demo-collector",
        13,
        "11:00",
        "다음 달 확대간부회의 자료 제출 안내",
        """
부서별로 한 쪽씩, 지난달 실적과 다음 달 계획을 적어 주세요. 지난 자료와 같은 내용은 적지 않습니다.

사진은 한 장까지, 글자는 15포인트 이상으로 부탁드립니다.
""",
        read_by=("demo-admin", "demo-yugu", "demo-iin", "demo-gyeryong"),
    ),
    DemoPost(
        NOTICE,
        "demo-collector",
        19,
        "17:10",
        "겨울철 실내 온도와 대기 전력 점검",
        """
사무실 난방 온도는 18도에 맞추고, 퇴근할 때 멀티탭을 꺼 주세요. 다음 주에 부서별 점검이 있습니다.
""",
        read_by=EVERYBODY,
    ),
    DemoPost(
        FORMS,
        "demo-admin",
        3,
        "13:40",
        "출장 복명서 새 서식(3판)",
        """
출장 복명서에서 쓰지 않는 칸 네 개를 없앴습니다. 오늘부터 붙임의 서식을 써 주세요.

종전 서식으로 이미 올린 복명서는 다시 쓰지 않으셔도 됩니다.
""",
        is_pinned=True,
        file="출장 복명서(3판).xlsx",
        read_by=("demo-yugu",),
    ),
    DemoPost(
        FORMS,
        "demo-collector",
        7,
        "15:25",
        "취합 요청을 잘 쓰는 법",
        """
1. 제목에 무엇을 언제 기준으로 받는지 적습니다.
2. 근거와 쓰임을 한 줄로 적으면 문의가 줄어듭니다.
3. 지난번에 받은 값은 다시 묻지 않습니다.
4. 마감은 근무 시간 안으로, 되도록 사흘 넘게 둡니다.
""",
        read_by=("demo-admin", "demo-iin"),
    ),
    DemoPost(
        FORMS,
        "demo-iin",
        11,
        "10:50",
        "마을회관 시설 점검표를 나눕니다",
        """
면에서 쓰던 마을회관 점검표를 다듬었습니다. 전기, 가스, 난방, 소화기 순서로 한 장에 적습니다.

고칠 점이 있으면 알려 주세요.
""",
        read_by=("demo-yugu", "demo-tancheon", "demo-gyeryong"),
    ),
    DemoPost(
        YUGU,
        "demo-yugu",
        0,
        "09:05",
        "금요일 이장회의 자료를 모읍니다",
        """
이번 달 이장회의는 금요일 14시, 2층 회의실입니다.

알릴 내용이 있는 분은 목요일 오전까지 이 글을 쓴 사람에게 주세요. 자료는 두 쪽을 넘지 않게 합니다.
""",
        read_by=(),
    ),
    DemoPost(
        YUGU,
        "demo-head",
        4,
        "17:30",
        "제설 자재 배치와 비상 근무 순서",
        """
염화칼슘과 모래를 고갯길 세 곳에 나누어 두었습니다. 대설주의보가 내리면 1조부터 나옵니다.

차량 열쇠는 당직실에 있습니다. 쓴 자재는 그날 대장에 적어 주세요.
""",
        read_by=("demo-yugu",),
    ),
    DemoPost(
        YUGU,
        "demo-yugu",
        9,
        "13:15",
        "민원실 대기 의자를 바꿉니다",
        """
다음 주 화요일 오전에 민원실 의자를 바꿉니다. 두 시간쯤 2번 창구를 쓰지 못합니다.
""",
        read_by=("demo-head",),
    ),
    DemoPost(
        YUGU,
        "demo-yugu",
        16,
        "11:45",
        "공용차량 겨울 타이어를 교체했습니다",
        """
1호차와 화물차의 타이어를 겨울용으로 바꾸었습니다. 운행한 뒤에는 주행 거리를 꼭 적어 주세요.
""",
        read_by=("demo-head",),
    ),
)
