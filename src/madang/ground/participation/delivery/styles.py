"""Styles of mails, set on each element as mail programs ask. Values of KRDS; templates name classes, as everywhere."""

from __future__ import annotations

import re

FONT = "font-family:'Pretendard GOV',Pretendard,'Apple SD Gothic Neo','Noto Sans KR','Malgun Gothic',sans-serif"
STYLES = {
    "page": f"margin:0;padding:24px 12px;background:#f4f5f6;color:#1e2124;{FONT};font-size:17px;line-height:1.6;"
    "word-break:keep-all;overflow-wrap:anywhere",
    "sheet": "max-width:600px;margin:0 auto;background:#ffffff;border:1px solid #cdd1d5;border-radius:12px;"
    "padding:32px 28px;text-align:left",
    "brand": "margin:0 0 24px;font-size:19px;font-weight:700",
    "brand-link": "color:#0b50d0;text-decoration:none",
    "heading": "margin:0 0 4px;font-size:24px;line-height:1.4;font-weight:700",
    "lead": "margin:0 0 24px;color:#464c53",
    "part": "margin:0 0 24px;padding:0 0 0 16px;border-left:4px solid #d8e5fd",
    "title": "margin:0 0 8px;font-size:19px;line-height:1.4;font-weight:700",
    "link": "color:#0b50d0",
    "line": "margin:0 0 12px",
    "small": "display:block;font-size:15px;color:#58616a",
    "button": "display:inline-block;padding:12px 20px;border-radius:6px;background:#256ef4;color:#ffffff;"
    "font-weight:700;text-decoration:none",
    "foot": "max-width:600px;margin:16px auto 0;font-size:15px;line-height:1.6;color:#58616a",
}
CLASS = re.compile(r'\sclass="m-([a-z-]+)"')


def styled(html: str) -> str:
    """The mail with each class `m-name` replaced by its style. An unknown name is a programmer's mistake: KeyError."""
    return CLASS.sub(lambda found: f' style="{STYLES[found[1]]}"', html)
