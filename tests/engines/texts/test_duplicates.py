import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.texts import duplicates as d
from madang.engines.texts.normalise import bare

GOLDEN_BAND = -4505207322677216131
GOLDEN_FINGERPRINT = 4937270750982702558
KOREAN = st.text(alphabet="가나다라마바사아자차카타파하 .", max_size=120)


def naive_jaccard(one, other):
    """The slow obvious twin of the signature."""
    a = {bare(one)[i : i + 4] for i in range(max(len(bare(one)) - 3, 1))} if bare(one) else set()
    b = {bare(other)[i : i + 4] for i in range(max(len(bare(other)) - 3, 1))} if bare(other) else set()
    return len(a & b) / len(a | b) if a | b else 0.0


def naive_pairs(texts, threshold=d.NEAR):
    """All pairs compared, no index."""
    return {(i, j) for (i, a), (j, b) in combinations(enumerate(texts), 2) if d.compare(a, b, threshold=threshold)}


@given(KOREAN, KOREAN)
@settings(max_examples=150, deadline=None)
def test_signatures_estimate_jaccard(one, other):
    exact = naive_jaccard(one, other)
    if bare(one) and bare(other):
        # Six standard errors of 128 permutations.
        assert abs(d.jaccard_estimate(d.signature(one), d.signature(other)) - exact) <= 0.27


@given(KOREAN)
@settings(max_examples=50, deadline=None)
def test_spaces_and_punctuation_change_nothing(text):
    spaced = " ".join(text.replace(".", ""))
    assert (d.signature(text.replace(".", "")) == d.signature(spaced)).all()
    assert d.fingerprints(text.replace(".", "")) == d.fingerprints(spaced)


def test_signatures_and_bands_have_the_promised_shapes_and_never_change():
    sig = d.signature("층간 소음 때문에 잠을 잘 수 없습니다")
    assert sig.dtype == np.int32
    assert sig.shape == (128,)
    keys = d.bands(sig)
    assert len(keys) == 32
    assert all(-(2**63) <= k < 2**63 for k in keys)
    # Stored in databases: a change here needs a new ENGINE_VERSION and a migration.
    assert keys[0] == GOLDEN_BAND
    assert d.fingerprints("층간 소음 때문에 잠을 잘 수 없습니다")[0] == GOLDEN_FINGERPRINT


@given(st.lists(KOREAN, max_size=8))
@settings(max_examples=60, deadline=None)
def test_found_pairs_are_true_and_near_ones_are_rarely_missed(texts):
    ids = [str(i) for i in range(len(texts))]
    found = {tuple(sorted((int(p.a), int(p.b)))) for p in d.find(ids, texts).pairs}
    everything = naive_pairs(texts)
    assert found <= everything
    sure = {(i, j) for i, j in everything if naive_jaccard(texts[i], texts[j]) > 0.9}
    assert sure <= found


def test_a_shared_run_of_35_letters_is_always_a_candidate():
    rng = random.Random(3)
    letters = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허"
    run = "".join(rng.choices(letters, k=35))
    one, other = ("".join(rng.choices(letters, k=200)) for _ in range(2))
    assert set(d.fingerprints(one[:77] + run + one[77:])) & set(d.fingerprints(other[:131] + run + other[131:]))


def test_cut_and_mixed_texts_are_found(voices):
    long = [v for v in voices if len(v["body"]) > 600 and v["body"].count(".") > 6][:30]
    rng = random.Random(0)
    texts, expected = [v["body"] for v in long], []
    for i, v in enumerate(long):
        sentences = v["body"].split(".")
        kept = rng.sample(sentences, max(3, int(len(sentences) * 0.6)))
        foreign = rng.sample(long[(i + 7) % len(long)]["body"].split("."), 2)
        mixed = kept + foreign
        rng.shuffle(mixed)
        texts.append(".".join(mixed))
        expected.append((str(i), str(len(long) + i)))
    found = {(p.a, p.b) for p in d.find([str(i) for i in range(len(texts))], texts).pairs}
    assert sum(p in found for p in expected) >= 27


def test_stock_phrases_make_no_pair():
    polite = "안녕하십니까 저는 서울에 사는 시민입니다. 항상 시민을 위해 애써 주셔서 감사드립니다. "
    assert (
        d.compare(
            polite
            + "골목의 가로등을 밝혀 주세요. 밤길이 어둡고 무서워서 아이들이 다니기 어렵습니다. 구청에 말해도 답이 없습니다. 올해 안에 꼭 설치해 주시기 바랍니다.",
            polite
            + "도서관의 문 여는 시간을 늘려 주세요. 퇴근하고 가면 늘 닫혀 있어서 책을 빌릴 수 없습니다. 주말에도 마찬가지입니다. 예산이 들더라도 부탁합니다.",
        )
        is None
    )


def pair(a, b, score=0.9):
    return d.Pair(a, b, score, score, score, "near")


def test_clusters_do_not_chain():
    chain = [pair("a", "b"), pair("b", "c"), pair("c", "d"), pair("d", "e")]
    assert max(len(c) for c in d.clusters(chain)) <= 3
    assert d.clusters([pair(x, y) for x, y in combinations("abcd", 2)]) == (("a", "b", "c", "d"),)


@given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg"), st.floats(0.5, 1))))
def test_clusters_are_a_partition_whatever_the_order(raw):
    pairs = [pair(min(a, b), max(a, b), s) for a, b, s in raw if a != b]
    groups = d.clusters(pairs)
    flat = [x for g in groups for x in g]
    assert len(flat) == len(set(flat))
    assert groups == d.clusters(list(reversed(pairs)))


@pytest.mark.parametrize("texts", [[], ["하나"], ["", ""], ["같음", "같음"], ["같은 글입니다 네 글자 이상"] * 60])
def test_odd_corpora(texts):
    ids = [f"{i:02}" for i in range(len(texts))]
    result = d.find(ids, texts)
    assert result.n == len(texts)
    assert sum(len(c) for c in result.clusters) == (len(texts) if len(texts) > 1 and texts[0] else 0)
