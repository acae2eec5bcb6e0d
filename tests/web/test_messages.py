import re

from madang.web.messages import missing, used


def test_every_string_has_its_korean():
    assert missing() == []


def test_msgids_are_english():
    hangul = [key for key in used() if re.search(r"[가-힣]", key[1])]
    assert hangul == []
