import numpy as np
import pytest

from madang.engines.texts.owners import (
    WITH_MANDATES,
    Decided,
    Office,
    Router,
    Rules,
    confidences,
    fit_weights,
    office_words,
)
from madang.engines.texts.wordspace import word_space

OFFICES = [
    Office("bike", "보행자전거과", parent="traffic", name_tokens=("보행", "자전거")),
    Office("road", "도로시설과", parent="traffic", name_tokens=("도로",)),
    Office(
        "park",
        "공원녹지과",
        parent="green",
        mandate=(("공원", "나무", "산책로", "관리"), ("꽃길", "조성")),
        name_tokens=("공원", "녹지"),
    ),
    Office("care", "어르신복지과", parent="welfare", name_tokens=("어르신", "복지")),
    Office("innovation", "사회혁신담당관", is_innovation_officer=True, name_tokens=("사회", "혁신")),
]
DECIDED = [
    Decided("bike", (("자전거", "대여소", "부족"), ("따릉이", "거치대")), (("대여소", "추가", "설치"),)),
    Decided("park", (("한강", "나무", "그늘"),)),
    Decided("care", (("경로당", "급식", "지원"),), (("노인", "일자리", "급식"),)),
]


@pytest.fixture(scope="module")
def router():
    return Router(OFFICES, DECIDED)


def test_a_clear_item_has_one_owner_with_reasons(router):
    found = router.suggest([("따릉이", "대여소"), ("자전거", "대여소", "부족", "따릉이")])
    assert (found.verdict, found.offices, found.fallback) == ("one", ("bike",), None)
    first = found.candidates[0]
    assert {r.source for r in first.reasons} >= {"decided", "name"}
    reason = next(r for r in first.reasons if r.source == "decided")
    assert DECIDED[reason.against].office == "bike"
    assert {"따릉이", "대여소"} <= set(reason.shared)


def test_parts_that_point_to_different_bureaus_cross(router):
    found = router.suggest([("마을",), ("자전거", "대여소", "따릉이", "거치대"), ("경로당", "급식", "어르신", "지원")])
    assert found.verdict == "crosses"
    assert set(found.offices) == {"bike", "care"}
    assert found.fallback == "innovation"


def test_offices_of_one_bureau_do_not_cross(router):
    found = router.suggest([("보행",), ("자전거", "대여소", "따릉이", "거치대"), ("도로", "시설", "도로", "시설")])
    assert found.verdict != "crosses"


def test_nothing_fits_goes_to_the_innovation_officer(router):
    found = router.suggest([("외교", "조약"), ("대사관", "비자")])
    assert (found.verdict, found.offices, found.fallback) == ("none", (), "innovation")


@pytest.mark.parametrize("item", [[], [()], [(), ()]])
def test_empty_items_and_empty_houses_are_declined(router, item):
    assert router.suggest(item).verdict == "none"
    assert Router([]).suggest(item).verdict == "none"
    assert Router([]).suggest(item).candidates == ()


def test_mandates_count_and_name_their_sentence(router):
    found = router.suggest([("산책로", "꽃길"), ("꽃길", "조성", "부탁", "산책로")])
    assert found.offices == ("park",)
    reason = next(r for r in found.candidates[0].reasons if r.source == "mandate")
    assert OFFICES[2].mandate[reason.against] in (OFFICES[2].mandate)
    assert "꽃길" in reason.shared


def test_a_left_out_decision_says_nothing(router):
    item = DECIDED[2].texts
    assert router.evidence.features(item)[3, 3] > 0
    assert router.evidence.features(item, without=2)[3, 3:5].sum() == 0


def test_the_answer_of_the_item_itself_is_never_evidence_for_itself():
    offices = [Office("a", "가과", name_tokens=("가나",)), Office("b", "나과", name_tokens=("다라",))]
    router = Router(offices, [Decided("a", (("버스",),), (("지하철",),))])
    assert router.evidence.features([("지하철",)], without=0)[:, 3:5].sum() == 0


def test_confidences_sum_to_one_and_keep_the_order():
    shares = confidences(np.array([3.0, 1.0, 0.0, -2.0]))
    assert shares.sum() == pytest.approx(1)
    assert list(shares) == sorted(shares, reverse=True)


def test_weights_find_the_telling_feature_and_are_never_negative():
    rng = np.random.default_rng(0)
    examples, owners = [], []
    for _ in range(60):
        x = rng.random((5, 3))
        x[:, 2] = 0
        owners.append(int(x[:, 0].argmax()))
        examples.append(x)
    weights = fit_weights(examples, owners)
    assert weights[0] > 3 * weights[1] >= 0
    assert weights[2] == 0


def test_router_is_deterministic_and_never_invents_offices(kiwi, voices):
    lists = [tuple(kiwi.tokenise(v["title"])) for v in voices[:60]]
    space = word_space(lists)
    router = Router(OFFICES, DECIDED, space=space)
    ids = {o.id for o in OFFICES}
    for item in lists[:20]:
        one, other = router.suggest([item, item]), router.suggest([item, item])
        assert one == other
        assert {c.office for c in one.candidates} <= ids
        assert all(0 <= c.confidence <= 1 for c in one.candidates)


def test_names_lose_their_office_suffix(kiwi):
    assert {"자원", "순환"} <= set(office_words("자원순환과", kiwi))
    assert office_words("한강사업본부", kiwi) == ("한강",)


MANDATED = [
    Office("fair", "공정경제과", parent="econ", mandate=(("플랫폼", "수수료", "광고비", "조사"), ("가맹", "분쟁"))),
    Office("elder", "노인복지과", parent="welfare", mandate=(("경로당", "급식", "돌봄"), ("노인", "일자리"))),
    Office("bus", "버스정책과", parent="traffic", mandate=(("버스", "노선", "정류장"), ("마을버스", "요금"))),
]


def test_where_offices_have_mandates_a_match_is_shown_with_confidence():
    router = Router(MANDATED)
    assert router.rules == WITH_MANDATES
    found = router.suggest([("배달", "수수료", "상한"), ("플랫폼", "수수료", "광고비", "조사", "공개")])
    assert (found.verdict, found.offices) == ("one", ("fair",))
    assert found.candidates[0].confidence > 0.6
    assert found.candidates[0].reasons[0].source == "mandate"


def test_a_place_with_two_offices_can_be_unsure():
    found = Router(MANDATED[:2]).suggest([("여권", "사진"), ("여권", "발급", "창구", "대기")])
    assert found.verdict == "none"
    assert all(c.confidence < 0.2 for c in found.candidates)


def test_without_mandates_nothing_changes():
    bare = [Office(o.id, o.name, o.parent, name_tokens=(o.name,)) for o in MANDATED]
    assert Router(bare).rules == Rules()
    assert sum(c.confidence for c in Router(bare).suggest([("노선",)]).candidates) == pytest.approx(1, abs=1e-3)
    assert Router(MANDATED, rules=Rules()).rules == Rules()


def test_weights_can_be_fitted_on_places_of_different_size():
    rng = np.random.default_rng(1)
    examples = [rng.random((int(n), 2)) for n in rng.integers(2, 7, 80)]
    weights = fit_weights(examples, [int(x[:, 0].argmax()) for x in examples])
    assert weights[0] > 3 * weights[1] >= 0
