"""Labels that an official can read at a glance, and none where no words would do."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.texts.general_words import ENGLISH, VAGUE, WEAK
from madang.engines.texts.labels import LEAD, label_themes
from madang.engines.texts.themes import find_themes
from madang.engines.texts.vocabulary import EMPTY_LABELS

NOISE = [["등본", "발급"], ["정류장", "의자"], ["하천", "산책로"], ["급식", "단가"]] * 10


def labelled(*groups, titles=None, rest=NOISE):
    texts = [t for group in groups for t in group] + list(rest)
    frequency = Counter(w for tokens in texts for w in set(tokens))
    return label_themes(groups, frequency, len(texts), titles=titles)


def test_times_quantities_and_persons_are_no_labels():
    group = [["아침", "전부", "할머니", "층간", "소음"], ["오전", "전부", "아침", "층간", "소음"]] * 4
    assert labelled(group) == [("층간 소음",)]


def test_words_of_every_office_need_company():
    group = [["민원", "담당자", "이첩"], ["민원", "담당자", "부서"], ["민원", "담당자", "이첩"]] * 3
    (label,) = labelled(group)
    assert label[0] == "민원 담당자"
    assert not {"담당자", "부서"} & set(label)


def test_english_function_words_are_no_labels():
    group = [["in", "korean", "visa", "on", "the"], ["visa", "to", "is", "korean", "in"]] * 4
    (label,) = labelled(group)
    assert set(label) == {"korean", "visa"}


def test_words_of_titles_come_first():
    group = [["에어컨", "하다", "작은도서관"], ["작은도서관", "하다", "에어컨"]] * 4
    assert labelled(group)[0][0] == "에어컨"
    assert labelled(group, titles=[[["작은도서관"]] * 8])[0][0] == "작은도서관"


def test_with_titles_a_phrase_stands_in_one():
    group = [["수수료", "광고비", "배달", "앱"]] * 8
    titles = [[["배달", "앱", "수수료"]] * 8]
    (label,) = labelled(group, titles=titles)
    assert "배달 앱" in label
    assert "수수료 광고비" not in label


def test_the_first_word_stands_in_many_members():
    # 연탄 is rare everywhere else and so the most telling, but only a fifth of the members speak of it.
    group = [["연탄", "쉼터"], ["연탄", "쉼터"], *[["쉼터"]] * 8]
    assert labelled(group, rest=[*NOISE, *[["쉼터"]] * 8])[0][0] == "쉼터"
    assert LEAD > 2 / 10


def test_a_group_without_common_words_gets_no_name_and_no_theme():
    apart = [["연탄"], ["연탄"], ["수영장"], ["두부"], ["자물쇠"], ["서점"], ["극장"], ["킥보드"], ["침수"], ["여권"]]
    assert labelled(apart) == [()]
    rows = np.array([[1.0, 0.0]] * 10, dtype=np.float32)
    found = find_themes([str(i) for i in range(10)], apart, vectors=rows, resolution=0.1)
    assert found.themes == ()
    assert (len(found.unassigned), found.trace.unnamed) == (10, 10)


@given(
    st.lists(st.lists(st.sampled_from(["공원", "처음", "센터", "in", "소음", "12.", "하다"]), max_size=5), max_size=12)
)
@settings(max_examples=60, deadline=None)
def test_no_label_is_ever_general(group):
    (label,) = labelled(group)
    for words in label:
        parts = set(words.split())
        assert not parts & (VAGUE | ENGLISH | EMPTY_LABELS)
        assert parts - WEAK
