"""Near-duplicates, search and themes on real voices, each beside plain baselines in the same run.

.venv/bin/python bench/texts_quality.py [--only duplicates,search,themes] [--cache DIR] [--json PATH]
"""

import argparse
import random
import re

import numpy as np

from madang.engines.texts import duplicates as engine
from madang.engines.texts.bulk import tokenise_by_words
from madang.engines.texts.labels import diversity
from madang.engines.texts.normalise import bare, for_tokens
from madang.engines.texts.search import Ranker
from madang.engines.texts.themes import find_themes
from madang.engines.texts.tokens import IndexTerms, char_bigrams, default_tokenizer, with_parts
from texts_data import say, tokens, voices, write

# ── near-duplicates ──────────────────────────────────────────────────────────────────────────────────────────────────
STYLE = (
    ("합니다", "해요"),
    ("습니다", "어요"),
    ("입니다", "이에요"),
    ("에서", "에"),
    ("으로", "로"),
    ("하여", "해서"),
    ("을 ", " "),
    ("를 ", " "),
)


def sentences(text):
    return [s for s in re.split(r"(?<=[.!?])\s+|\n+", text) if len(s) > 5]


def edits(text, foreign, rng):
    parts = sentences(text)
    words = text.split()
    shuffled = rng.sample(parts, len(parts))
    letters = [rng.choice("가나다라마바사") if ch.isalpha() and rng.random() < 0.05 else ch for ch in text]
    mixed = rng.sample(parts, max(2, round(len(parts) * 0.6))) + rng.sample(foreign, 2)
    rng.shuffle(mixed)
    styled = text
    for old, new in STYLE:
        styled = styled.replace(old, new)
    return {
        "sentences reordered": " ".join(shuffled),
        "10% of words dropped": " ".join(w for w in words if rng.random() > 0.1),
        "all spaces removed": text.replace(" ", ""),
        "style and particles": styled,
        "5% of letters wrong": "".join(letters),
        "cut to the first 60%": text[: round(len(text) * 0.6)],
        "cut to the first 35%": text[: round(len(text) * 0.35)],
        "40% cut, shuffled, 2 foreign": " ".join(mixed),
    }


def bench_duplicates(rows, n=300):
    from sklearn.feature_extraction.text import TfidfVectorizer

    rng = random.Random(7)
    texts = [r["title"] + "\n" + r["body"] for r in rows]
    ids = [str(i) for i in range(len(rows))]
    own = engine.find(ids, texts)
    twins = {frozenset((int(p.a), int(p.b))) for p in own.pairs}
    sources = rng.sample([i for i, t in enumerate(texts) if len(sentences(t)) >= 5 and len(t) > 250], n)
    donors = []
    made = {name: [] for name in edits(texts[sources[0]], ["가", "나"], rng)}
    for i in sources:
        donors.append(rng.choice([j for j in sources if j != i]))
        for name, text in edits(texts[i], sentences(texts[donors[-1]]), rng).items():
            made[name].append(text)
    vectoriser = TfidfVectorizer(token_pattern=r"[가-힣a-z0-9]+", sublinear_tf=True, min_df=1).fit(
        for_tokens(t) for t in texts
    )
    base = vectoriser.transform(for_tokens(t) for t in texts)
    bands = {}
    signatures = []
    for i, sig in enumerate(engine._signatures([bare(t) for t in texts])):
        signatures.append(sig)
        for key in engine.bands(sig):
            bands.setdefault(key, []).append(i)
    result = {}
    for name, edited in made.items():
        found = {"engine": [], "MinHash 32×4, ≥ .5": [], "TF-IDF ≥ .70": []}
        everything = engine.find([*ids, *(f"e{i}" for i in range(n))], [*texts, *edited])
        for p in everything.pairs:
            if p.a.startswith("e") != p.b.startswith("e"):
                e, o = (p.a, p.b) if p.a.startswith("e") else (p.b, p.a)
                found["engine"].append((int(e[1:]), int(o)))
        cosines = vectoriser.transform(for_tokens(t) for t in edited) @ base.T
        for e in range(n):
            row = cosines[e]
            found["TF-IDF ≥ .70"] += [(e, int(o)) for o, v in zip(row.indices, row.data, strict=True) if v >= 0.7]
            sig = engine.signature(edited[e])
            near = {o for key in engine.bands(sig) for o in bands.get(key, ())}
            found["MinHash 32×4, ≥ .5"] += [
                (e, o) for o in sorted(near) if engine.jaccard_estimate(sig, signatures[o]) >= 0.5
            ]
        result[name] = {method: judge(pairs, sources, donors, twins) for method, pairs in found.items()}
        say(f"{name:30}", {m: (v["recall"], v["precision"], v["donors"]) for m, v in result[name].items()})
    return {
        "n": n,
        "corpus": len(rows),
        "own_pairs": len(own.pairs),
        "own_clusters": len(own.clusters),
        "edits": result,
    }


def judge(pairs, sources, donors, twins):
    """Recall of the true source, and precision.

    A pair with a twin of the source is right. A pair with the text that two sentences were taken from is counted
    apart (`donors`): half of a short text can be in those two sentences.
    """
    right = {e for e, o in pairs if sources[e] == o}
    others = [(e, o) for e, o in pairs if sources[e] != o and frozenset((sources[e], o)) not in twins]
    donated = sum(donors[e] == o or frozenset((donors[e], o)) in twins for e, o in others)
    wrong = len(others) - donated
    return {
        "recall": round(len(right) / len(sources), 3),
        "precision": round(len(right) / max(len(right) + wrong, 1), 3),
        "wrong": wrong,
        "donors": donated,
    }


# ── search ───────────────────────────────────────────────────────────────────────────────────────────────────────────
NOUNS = {
    "예산": "예산",
    "복지": "복지",
    "층간 소음": r"층간\s*소음",
    "쓰레기 분리수거": (r"쓰레기", r"분리\s*수거"),
    "청년 일자리": ("청년", "일자리"),
    "미세먼지": r"미세\s*먼지",
    "자전거도로": r"자전거\s*도로",
    "어린이집": r"어린이\s*집",
    "임대주택": r"임대\s*주택",
    "불법주차": r"불법\s*주차",
    "고양시": "고양시",
    "장애인 주차": ("장애인", "주차"),
    "전통시장": r"전통\s*시장",
    "놀이터": "놀이터",
}
VERBS = {
    "시끄럽다": "시끄[러럽]",
    "붐비는": "붐[비빈빌빕벼볐]",
    "무너지다": "무너[지진질집져졌]",
    "어둡다": "어둡|어두운|어두워|어두웠|어두우",
    "막히는": "막[히힌힐힙혀혔]",
    "늘려주세요": "늘[리린릴립려렸]",
    "기다리다": "기다[리린릴립려렸]",
    "부서진": "부[서숴][지진질집져졌]",
    "미끄러지다": "미끄러[지진질집져졌]",
    "더럽다": "더럽|더러운|더러워|더러웠|더러우",
    "깨끗하게": "깨끗",
    "위험합니다": "위험",
}


def bench_search(rows, lists):
    k = default_tokenizer()
    texts = [for_tokens(r["title"] + "\n" + r["body"]) for r in rows]
    ids = [str(i) for i in range(len(rows))]
    terms = [IndexTerms(with_parts(t, k), tuple(set(char_bigrams(x)))) for t, x in zip(lists, texts, strict=True)]
    ranker = Ranker(ids, terms)
    words = [set(re.findall(r"[가-힣a-z0-9]+", t)) for t in texts]
    plain = [set(t) for t in lists]

    def grams(query, size):
        wanted = [w[i : i + size] for w in query.split() for i in range(len(w) - size + 1)]
        return {i for i, t in enumerate(texts) if wanted and all(g in t for g in wanted)}

    methods = {
        "raw words, AND": lambda q: {i for i, w in enumerate(words) if set(q.split()) <= w},
        "trigrams, AND": lambda q: grams(q, 3),
        "bigrams, AND": lambda q: grams(q, 2),
        "morphemes, AND": lambda q: {i for i, w in enumerate(plain) if k.tokenise(q) and set(k.tokenise(q)) <= w},
        "engine, first rank": lambda q: {int(h.id) for h in ranker.search(q, k, 10**6) if h.rank == 1},
        "engine, both ranks": lambda q: {int(h.id) for h in ranker.search(q, k, 10**6)},
    }
    result = {}
    for kind, queries in (("nouns", NOUNS), ("verbs", VERBS)):
        for name, method in methods.items():
            scores = []
            for query, patterns in queries.items():
                every = (patterns,) if isinstance(patterns, str) else patterns
                truth = {i for i, t in enumerate(texts) if all(re.search(p, t) for p in every)}
                found = method(query)
                hit = len(found & truth)
                scores.append((hit / len(truth), hit / len(found) if found else None))
                if name.startswith("engine, f"):
                    result.setdefault("queries", {})[query] = {
                        "true": len(truth),
                        "recall": round(scores[-1][0], 3),
                        "precision": round(scores[-1][1] or 0, 3),
                    }
            precision = [p for _, p in scores if p is not None]
            result.setdefault(kind, {})[name] = {
                "recall": round(float(np.mean([r for r, _ in scores])), 3),
                "precision": round(float(np.mean(precision)), 3) if precision else None,
            }
            say(f"{kind:6} {name:22}", result[kind][name])
    cats = {i for i, t in enumerate(texts) if "고양이" in t and "고양시" not in t}
    result["cats_found_for_고양시"] = {name: len(method("고양시") & cats) for name, method in methods.items()}
    say(result["queries"], result["cats_found_for_고양시"], f"{len(cats)} texts name cats and not the city")
    return result


# ── themes ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def bench_themes(rows, lists):
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    from madang.engines.texts.graph import build, communities, neighbours

    result = {}

    def report(name, membership, labels, extra=None):
        result[name] = {
            **scores(rows, membership),
            "themes": len(set(membership) - {-1}),
            "diversity": round(diversity(labels), 3),
            **(extra or {}),
        }
        say(f"{name:34}", result[name])

    vectoriser = TfidfVectorizer(analyzer=lambda t: t, sublinear_tf=True, min_df=5, max_df=0.3)
    weights = vectoriser.fit_transform(lists)
    lsa = normalize(TruncatedSVD(100, random_state=0).fit_transform(weights)).astype(np.float32)
    vocabulary = vectoriser.get_feature_names_out()
    clusters = MiniBatchKMeans(100, random_state=0, n_init=3).fit_predict(lsa)
    report("LSA + MiniBatchKMeans(100)", clusters, plain_labels(weights, clusters, vocabulary))
    clusters = communities(build(*neighbours(lsa)), resolution=1.0, seed=0)
    report("LSA + kNN + Leiden, plain", clusters, plain_labels(weights, clusters, vocabulary))
    titles = [default_tokenizer().tokenise(r["title"]) for r in rows]
    whole = [r["title"] + "\n" + r["body"] + "\n" + r["title"] for r in rows]
    ways = {
        "engine, every text in context": [a + b for a, b in zip(lists, titles, strict=True)],
        "engine, word by word (default)": tokenise_by_words(whole, processes=2),
        "engine, first 60 tokens only": [a[:60] + b for a, b in zip(lists, titles, strict=True)],
    }
    ids = [r["id"] for r in rows]
    for name, given in ways.items():
        found = find_themes(ids, given, stability_runs=3, label_words=10)
        place = {m: k for k, t in enumerate(found.themes) for m in t.members}
        membership = np.array([place.get(i, -1) for i in ids])
        report(
            name,
            membership,
            [t.label for t in found.themes],
            {"unassigned": round(len(found.unassigned) / found.n, 3), "stability": found.stability},
        )
    spread = [find_themes(ids, ways["engine, word by word (default)"], seed=s) for s in (1, 2, 3)]
    values = []
    for found in spread:
        place = {m: k for k, t in enumerate(found.themes) for m in t.members}
        values.append(scores(rows, np.array([place.get(i, -1) for i in ids]))["ami"])
    result["ami_of_three_more_seeds"] = values
    say("word by word, seeds 1–3:", values)
    return result


def scores(rows, membership):
    from sklearn.metrics import adjusted_mutual_info_score

    named = np.array([bool(r["category"]) for r in rows])
    categories = [r["category"] for r in rows if r["category"]]
    return {
        "ami": round(float(adjusted_mutual_info_score(categories, np.asarray(membership)[named])), 3),
        "n": int(named.sum()),
    }


def plain_labels(weights, clusters, vocabulary):
    """The ten heaviest words of each cluster by mean TF-IDF."""
    return [
        vocabulary[np.argsort(-np.asarray(weights[clusters == c].mean(0)).ravel())[:10]] for c in np.unique(clusters)
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="duplicates,search,themes")
    parser.add_argument("--cache", help="folder in which the tokens are kept between runs")
    parser.add_argument("--json")
    options = parser.parse_args()
    rows, result = voices(), {}
    wanted = options.only.split(",")
    lists = tokens(rows, options.cache) if {"search", "themes"} & set(wanted) else None
    if "duplicates" in wanted:
        result["duplicates"] = bench_duplicates(rows)
    if "search" in wanted:
        result["search"] = bench_search(rows, lists)
    if "themes" in wanted:
        result["themes"] = bench_themes(rows, lists)
    write(result, options.json)


if __name__ == "__main__":
    main()
