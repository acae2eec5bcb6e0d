"""How long themes take: 13,000 real voices cold, and 400,000 with tokens given; beside BERTopic's clustering stage.

    .venv/bin/python bench/texts_speed.py [--only cold,large,peer] [--n 400000] [--json PATH]
    MADANG_BERTOPIC_PYTHON=/path/to/python …   an environment with umap-learn and hdbscan, for the peer

Each part runs in a process of its own, so that its peak memory is its own. A made text is a stretch of 45 tokens of
one real voice and the first 15 of another, so that the large corpus has the real vocabulary and real themes.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from texts_data import say, tokens, voices, write

PEER = """
import sys, time, json, resource
import numpy as np
x = np.load(sys.argv[1])
import umap, hdbscan
t, c = time.time(), time.process_time()
y = umap.UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=True,
              random_state=0).fit_transform(x)
u = time.time() - t
labels = hdbscan.HDBSCAN(min_cluster_size=max(10, round(len(x) ** 0.3)), metric="euclidean",
                         cluster_selection_method="eom", core_dist_n_jobs=2).fit_predict(y)
print(json.dumps({"seconds": round(time.time() - t, 1), "umap_seconds": round(u, 1),
                  "cpu_seconds": round(time.process_time() - c, 1),
                  "themes": int(labels.max()) + 1,
                  "unassigned": round(float((labels < 0).mean()), 3),
                  "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)}))
np.save(sys.argv[2], labels)
"""


def memory():
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {"peak_gb": round(own / 1e6, 2), "peak_gb_of_largest_worker": round(children / 1e6, 2)}


def cpu():
    """CPU seconds of this process and its finished workers: what the machine's other load leaves alone."""
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


def cold(cache):
    """13,000 texts from raw text to themes. The rest of 13,000 repeats real ones with halves swapped."""
    from madang.engines.texts.bulk import tokenise_by_words
    from madang.engines.texts.themes import find_themes

    del cache
    rows = voices()
    texts = [f"{r['title']}\n{r['body']}\n{r['title']}" for r in rows]
    texts += [t[len(t) // 2 :] + " " + t[: len(t) // 2] for t in texts[: 13_000 - len(texts)]]
    start, worked = time.time(), cpu()
    lists = tokenise_by_words(texts, processes=2)
    tokenised, tokenised_cpu = time.time() - start, cpu() - worked
    found = find_themes([str(i) for i in range(len(texts))], lists)
    return {
        "texts": len(texts),
        "characters": sum(map(len, texts)),
        "seconds": round(time.time() - start, 1),
        "tokenising_seconds": round(tokenised, 1),
        "cpu_seconds": round(cpu() - worked, 1),
        "tokenising_cpu_seconds": round(tokenised_cpu, 1),
        "load_of_the_machine": os.getloadavg()[0],
        "themes": len(found.themes),
        **memory(),
    }


def made(n, cache):
    """Token lists of n made texts of about 60 tokens."""
    rng = np.random.default_rng(0)
    lists = [t for t in tokens(voices(), cache) if len(t) > 20]
    first, second = rng.integers(0, len(lists), n), rng.integers(0, len(lists), n)
    out = []
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        one, other = lists[a], lists[b]
        at = int(rng.integers(0, max(len(one) - 45, 1)))
        out.append(one[at : at + 45] + other[:15])
    return out


def large(n, cache):
    from madang.engines.texts.themes import find_themes

    lists = made(n, cache)
    before = memory()
    start, worked = time.time(), cpu()
    found = find_themes([str(i) for i in range(n)], lists)
    return {
        "texts": n,
        "tokens": sum(map(len, lists)),
        "seconds": round(time.time() - start, 1),
        "cpu_seconds": round(cpu() - worked, 1),
        "load_of_the_machine": os.getloadavg()[0],
        "themes": len(found.themes),
        "unassigned": round(len(found.unassigned) / n, 3),
        "edges": found.trace.edges,
        "peak_gb_of_given_tokens": before["peak_gb"],
        **memory(),
    }


def peer(cache):
    """The clustering stage alone, on the same vectors of the real voices (and of 50,000 made texts)."""
    from sklearn.metrics import adjusted_mutual_info_score

    from madang.engines.texts.graph import build, communities, neighbours
    from madang.engines.texts.vectors import corpus_vectors, count

    python = os.environ.get("MADANG_BERTOPIC_PYTHON")
    if not python:
        return {"skipped": "MADANG_BERTOPIC_PYTHON names no environment"}
    rows = voices()
    named = np.array([bool(r["category"]) for r in rows])
    categories = [r["category"] for r in rows if r["category"]]
    result = {}
    for name, lists in (("real voices", tokens(rows, cache)), ("50,000 made", made(50_000, cache))):
        vectors = corpus_vectors(count(lists, min_df=5))
        start, worked = time.time(), cpu()
        membership = communities(build(*neighbours(vectors)), resolution=2.0, seed=0)
        own = {
            "seconds": round(time.time() - start, 1),
            "cpu_seconds": round(cpu() - worked, 1),
            "themes": int(membership.max()) + 1,
        }
        with tempfile.TemporaryDirectory() as folder:
            np.save(f"{folder}/x.npy", vectors)
            done = subprocess.run(
                [python, "-c", PEER, f"{folder}/x.npy", f"{folder}/y.npy"], capture_output=True, text=True, check=False
            )
            if done.returncode:
                result[name] = {"engine": own, "peer failed": done.stderr[-400:]}
                continue
            other = json.loads(done.stdout.splitlines()[-1])
            labels = np.load(f"{folder}/y.npy")
        if name == "real voices":
            own["ami"] = round(float(adjusted_mutual_info_score(categories, membership[named])), 3)
            other["ami"] = round(float(adjusted_mutual_info_score(categories, labels[named])), 3)
        result[name] = {"engine": own, "UMAP + HDBSCAN": other}
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="cold,large,peer")
    parser.add_argument("--n", type=int, default=400_000)
    parser.add_argument("--cache", help="folder in which the tokens are kept between runs")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    parser.add_argument("--json")
    options = parser.parse_args()
    if options.part:
        parts = {
            "cold": lambda: cold(options.cache),
            "large": lambda: large(options.n, options.cache),
            "peer": lambda: peer(options.cache),
        }
        print(json.dumps(parts[options.part](), ensure_ascii=False))
        return
    result = {}
    for part in options.only.split(","):
        command = [sys.executable, str(Path(__file__)), "--part", part, "--n", str(options.n)]
        done = subprocess.run(
            command + (["--cache", options.cache] if options.cache else []),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        result[part] = json.loads(done.stdout.splitlines()[-1])
        say(part, result[part])
    write(result, options.json)


if __name__ == "__main__":
    main()
