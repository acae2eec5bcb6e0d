# ruff: noqa: E501 - sample sentences read better unbroken
"""Made-up data of the style guide, in the reader's language. Nothing here comes from a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language

from madang.web import tilemap
from madang.web.templatetags._icons import ICONS

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TONES = ("", "primary", "office", "voice", "success", "warning", "danger", "information", "point", "solid", "outline")
ALERTS = ("information", "success", "warning", "danger", "plain")


def t(ko: str, en: str) -> str:
    """The Korean or the English sample."""
    return ko if (get_language() or "ko").startswith("ko") else en


def day(offset: int) -> datetime:
    return NOW + timedelta(days=offset)


def sample_form(*, data: dict[str, Any] | None = None, disabled: bool = False) -> forms.Form:
    """One field of each kind; bound to data it shows its errors."""

    class Sample(forms.Form):
        title = forms.CharField(
            label=t("제목", "Title"), max_length=150, help_text=t("한 문장으로 적어 주십시오.", "One sentence is best.")
        )
        body = forms.CharField(
            label=t("제안 내용", "What you propose"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
        )
        place = forms.ChoiceField(
            label=t("지역", "Place"),
            choices=[
                ("", t("선택하십시오", "Choose one")),
                ("41110", t("수원시", "Suwon")),
                ("41280", t("고양시", "Goyang")),
            ],
        )
        field = forms.ChoiceField(
            label=t("분야", "Field"),
            required=False,
            widget=forms.RadioSelect,
            choices=[
                ("a", t("일자리", "Jobs")),
                ("b", t("주거·안전", "Housing and safety")),
                ("c", t("생활문화·공간", "Living culture and space")),
                ("d", t("유통·공정가격", "Fair prices")),
            ],
        )
        score = forms.ChoiceField(
            label=t("긴급성", "Urgency"),
            required=False,
            widget=forms.RadioSelect,
            choices=[(n, str(n)) for n in range(1, 6)],
        )
        picture = forms.FileField(label=t("사진", "Pictures"), required=False)
        agree = forms.BooleanField(
            label=t("이름을 공개하는 데 동의합니다", "My name may be shown"),
            help_text=t("동의하지 않으면 별명만 표시합니다.", "Otherwise only your nickname is shown."),
        )

    form = Sample(data, prefix="bad" if data is not None else "off" if disabled else None)
    for bound in form.fields.values():
        bound.disabled = disabled
    return form


def proposals() -> list[dict[str, Any]]:
    rows = (
        (
            t(
                "초등학교 앞 횡단보도에 보행 대기 공간을 만들어 주세요",
                "A waiting place at the crossing in front of the school",
            ),
            t(
                "아침마다 아이들이 차도 끝에 서서 기다립니다. 턱을 넓히고 차선을 한 뼘만 줄이면 안전해집니다.",
                "Every morning children wait at the edge of the road. A wider curb and a slightly narrower lane would keep them safe.",
            ),
            t("수원시", "Suwon"),
            t("김하늘", "Haneul Kim"),
            84,
            12,
            "voice",
            t("공감 모으는 중", "Gathering support"),
        ),
        (
            t(
                "퇴직한 기술자가 청년 공방을 돕는 주말 수리소",
                "A weekend repair shop where retired engineers help young makers",
            ),
            t(
                "동네에 빈 점포가 많습니다. 퇴직한 기술자와 청년이 함께 고장 난 가전을 고치는 곳으로 쓰면 좋겠습니다.",
                "There are empty shops in the neighborhood. Retired engineers and young people could mend appliances there together.",
            ),
            t("부천시", "Bucheon"),
            t("박정우", "Jungwoo Park"),
            231,
            40,
            "office",
            t("답변 준비 중", "Answer being prepared"),
        ),
        (
            t(
                "농산물 꾸러미 가격을 생산자와 함께 정하는 모임",
                "Setting the price of vegetable boxes together with the growers",
            ),
            t("도매가격이 오르내릴 때마다 양쪽이 손해를 봅니다.", "Whenever wholesale prices swing, both sides lose."),
            t("양평군", "Yangpyeong"),
            t("이서연", "Seoyeon Lee"),
            0,
            0,
            "primary",
            t("의제로 채택", "On the agenda"),
        ),
    )
    keys = ("title", "text", "place", "byline", "supports", "comments")
    return [
        {
            **dict(zip(keys, row, strict=False)),
            "url": "#",
            "when": day(-3 * n),
            "badges": [
                {"label": row[7], "tone": row[6]},
                {"label": t("주거·안전", "Housing and safety"), "tone": "outline"},
            ],
        }
        for n, row in enumerate(rows)
    ]


def stations(reached: int) -> list[dict[str, Any]]:
    """The five stations with the first `reached` done and the next one now."""
    rows = (
        (t("목소리", "Voices"), "voice", t("주민제안 12건 · 공감 1,284명", "12 proposals · 1,284 supporters")),
        (t("의제", "Agenda item"), "flag", t("평가 5명", "5 raters")),
        (t("소관·실행계획", "Owner and plan"), "office", t("보행안전과 · 과제 4개", "Pedestrian Safety · 4 measures")),
        (t("실천·측정", "Practice"), "seed", t("사고 −31% (n = 14곳)", "−31% accidents (n = 14 sites)")),
        (t("확산", "Diffusion"), "spread", t("시군 6곳 도입", "6 municipalities")),
    )
    states = ["done"] * reached + ["now"] + ["waiting"] * 5
    return [
        {
            "label": label,
            "icon": icon,
            "state": state,
            "count": count if state != "waiting" else "",
            "date": day(40 * n - 200) if state != "waiting" else None,
            "url": "#" if state != "waiting" else "",
        }
        for n, ((label, icon, count), state) in enumerate(zip(rows, states, strict=False))
    ]


def steps() -> list[dict[str, str]]:
    labels = (t("탐색", "Explore"), t("계획", "Plan"), t("실천", "Practice"), t("확산", "Diffuse"))
    notes = ("2026. 3.", "2026. 6.", "", "")
    states = ("done", "now", "waiting", "waiting")
    return [
        {"label": label, "note": note, "state": state} for label, note, state in zip(labels, notes, states, strict=True)
    ]


def timeline() -> list[dict[str, Any]]:
    return [
        {
            "when": day(-60),
            "kind": "voice",
            "what": t("주민제안이 접수되었습니다", "The proposal was written"),
            "who": t("김하늘", "Haneul Kim"),
            "office": "",
        },
        {
            "when": day(-32),
            "kind": "office",
            "what": t("보행안전과가 소관 부서로 지정되었습니다", "Pedestrian Safety became the owner office"),
            "office": t("사회혁신담당관", "Social Innovation Officer"),
            "who": t("정윤아", "Yuna Jung"),
            "why": t(
                "통학로 정비는 보행안전과의 사무분장과 올해 사업계획에 들어 있습니다.",
                "School routes are in this office’s mandate and in its business plan of this year.",
            ),
            "url": "#",
        },
        {
            "when": day(-4),
            "kind": "done",
            "what": t("공개 답변을 올렸습니다", "The answer was published"),
            "office": t("보행안전과", "Pedestrian Safety"),
            "url": "#",
        },
        {
            "when": None,
            "kind": "waiting",
            "what": t("시범 설치 3곳의 결과를 측정합니다", "Results of three trial sites are measured"),
        },
    ]


def tiles() -> list[dict[str, Any]]:
    """Invented counts that depend only on the code."""
    rows = []
    for grid in tilemap.GRIDS.values():
        for at in grid.values():
            value = (int(at.code) * 37 % 113) % 61 if int(at.code) % 70 else 0
            name = t(at.ko, at.en.replace(tilemap.SOFT_HYPHEN, ""))
            rows.append(
                {
                    "code": at.code,
                    "name": name,
                    "url": "#" + at.code,
                    "value": value,
                    "label": t(f"주민제안 {value}건", f"{value} proposals"),
                }
            )
    return rows


def clocks() -> list[dict[str, Any]]:
    return [
        {"supports": 84, "needed": 100},
        {"supports": 231, "needed": 100, "met": day(-9), "due": day(11)},
        {"supports": 119, "needed": 100, "met": day(-34), "due": day(-4)},
        {"supports": 402, "needed": 100, "met": day(-40), "due": day(-10), "answered": day(-21)},
    ]


def table() -> dict[str, Any]:
    columns: list[dict[str, Any]] = [
        {"label": t("시군", "Municipality")},
        {"label": t("주민제안", "Proposals"), "num": True},
        {"label": t("답변율", "Answered"), "num": True},
        {"label": t("소관 부서", "Owner office")},
    ]
    rows = (
        (t("수원시", "Suwon"), "128", "94%", t("보행안전과", "Pedestrian Safety")),
        (t("고양시", "Goyang"), "96", "88%", t("지역경제과", "Local Economy")),
        (t("연천군", "Yeoncheon"), "7", "–", t("미정", "Not decided")),
    )
    cells = [
        [
            {"text": text, "num": column.get("num"), "label": column["label"], "url": "#" if n == 0 else ""}
            for n, (text, column) in enumerate(zip(row, columns, strict=True))
        ]
        for row in rows
    ]
    return {"columns": columns, "rows": cells}


def context() -> dict[str, Any]:
    """Everything that the templates of the style guide name."""
    wrong = {"bad-title": "가" * 160, "bad-body": "", "bad-place": "", "bad-score": "9"}
    return {
        "now": NOW,
        "tones": TONES,
        "alerts": ALERTS,
        "proposals": proposals(),
        "steps": steps(),
        "timeline": timeline(),
        "tiles": tiles(),
        "clocks": clocks(),
        "table": table(),
        "form": sample_form(),
        "bad_form": sample_form(data=wrong),
        "off_form": sample_form(disabled=True),
        "thread_full": stations(4),
        "thread_half": stations(2),
        "thread_start": stations(0),
        "series": [4, 6, 5, 9, 12, 11, 16, 21],
        "scores": [3, 4, 4, 5, 4, 2, 5],
        "one_score": [3],
        "icons": sorted(ICONS),
        "no_scores": [],
        "sections": [
            ("brand", t("바탕", "Foundations")),
            ("actions", t("단추와 꼬리표", "Buttons and tags")),
            ("forms", t("입력", "Forms")),
            ("feedback", t("알림", "Feedback")),
            ("navigation", t("이동", "Navigation")),
            ("content", t("내용", "Content")),
            ("figures", t("그림", "Figures")),
            ("map", t("지도", "Map")),
        ],
        "tabs": [
            {"label": t("전체", "All"), "url": "#", "current": True, "count": 128},
            {"label": t("공감 모으는 중", "Gathering support"), "url": "#", "count": 84},
            {"label": t("답변 완료", "Answered"), "url": "#", "count": 44},
        ],
        "crumbs": [{"label": t("디자인 안내", "Style guide"), "url": "#"}],
        "say": {
            "voice": t(
                "아침마다 아이들이 차도 끝에 서서 기다립니다. 턱을 넓히고 차선을 한 뼘만 줄이면 안전해집니다.",
                "Every morning children wait at the edge of the road. A wider curb would keep them safe.",
            ),
            "answer": t(
                "내년 상반기에 세 곳을 시범 정비하고, 석 달 뒤 사고와 속도를 측정하여 공개하겠습니다.",
                "We will rebuild three crossings in the first half of next year and publish accidents and speeds three months later.",
            ),
            "name": t("김하늘", "Haneul Kim"),
            "place": t("수원시", "Suwon"),
            "office": t("보행안전과", "Pedestrian Safety"),
        },
    }
