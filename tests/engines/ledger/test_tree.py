"""The tree against Certificate Transparency's published vectors, and against the plain recursion of the RFC."""

from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.engines.ledger.hashing import EMPTY_ROOT, Frontier, all_nodes, leaf_hash, root_of, stretch_hash
from madang.engines.ledger.proofs import (
    ProofError,
    consistency_stretches,
    inclusion_stretches,
    range_stretches,
    verify_consistency,
    verify_inclusion,
    verify_range,
)

# A busy machine is slow to draw, which proves nothing.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The eight leaves and the roots of certificate-transparency's merkle_tree_test (also in RFC 9162's implementations).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATH_0_OF_8 = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
CONSISTENCY_6_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]


# The RFC's own definitions, as slow as they are plain.
def slow_root(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + slow_root(leaves[:k]) + slow_root(leaves[k:])).digest()


def slow_path(m, leaves):
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*slow_path(m, leaves[:k]), slow_root(leaves[k:])]
    return [*slow_path(m - k, leaves[k:]), slow_root(leaves[:k])]


def slow_subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [slow_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*slow_subproof(m, leaves[:k], whole), slow_root(leaves[k:])]
    return [*slow_subproof(m - k, leaves[k:], False), slow_root(leaves[:k])]


def tree(n, salt=b""):
    return [leaf_hash(salt + n.to_bytes(4, "big")) for n in range(n)]


def proof(leaves, stretches):
    known = dict(all_nodes(leaves))
    return [stretch_hash(known, *one) for one in stretches]


def golden():
    return [leaf_hash(bytes.fromhex(one)) for one in LEAVES]


@pytest.mark.parametrize("n", range(1, 9))
def test_roots_of_certificate_transparency(n):
    assert root_of(golden()[:n]).hex() == ROOTS[n - 1]


def test_proofs_of_certificate_transparency():
    assert [one.hex() for one in proof(golden(), inclusion_stretches(0, 8))] == PATH_0_OF_8
    assert [one.hex() for one in proof(golden(), consistency_stretches(6, 8))] == CONSISTENCY_6_8


def test_the_empty_tree():
    assert root_of([]) == EMPTY_ROOT == sha256(b"").digest()


@CALM
@given(st.integers(1, 130))
def test_the_fast_tree_is_the_slow_one(n):
    leaves = tree(n)
    assert root_of(leaves) == slow_root(leaves)


@CALM
@given(st.data())
def test_inclusion_as_the_rfc_defines_it(data):
    n = data.draw(st.integers(1, 100))
    m = data.draw(st.integers(0, n - 1))
    leaves = tree(n)
    path = proof(leaves, inclusion_stretches(m, n))
    assert path == slow_path(m, leaves)
    verify_inclusion(leaf=leaves[m], index=m, size=n, root=slow_root(leaves), path=path)
    other = data.draw(st.integers(0, n - 1).filter(lambda one: one != m)) if n > 1 else None
    for wrong in ({"leaf": leaf_hash(b"x")}, {"root": leaf_hash(b"y")}, {"path": [*path, b"0" * 32]}, {"index": other}):
        if wrong != {"index": None}:
            with pytest.raises(ProofError):
                verify_inclusion(
                    **({"leaf": leaves[m], "index": m, "size": n, "root": slow_root(leaves), "path": path} | wrong)
                )


@CALM
@given(st.data())
def test_consistency_as_the_rfc_defines_it(data):
    n = data.draw(st.integers(1, 100))
    m = data.draw(st.integers(1, n))
    leaves = tree(n)
    path = proof(leaves, consistency_stretches(m, n))
    assert path == slow_subproof(m, leaves, True)
    right = {"old": m, "new": n, "old_root": slow_root(leaves[:m]), "new_root": slow_root(leaves), "path": path}
    verify_consistency(**right)
    forked = slow_root([leaf_hash(b"fork"), *leaves[1:]])
    for wrong in ({"new_root": forked}, {"old_root": forked}, {"path": [*path, b"0" * 32]}):
        if wrong.get("new_root") != slow_root(leaves):
            with pytest.raises(ProofError):
                verify_consistency(**(right | wrong))


def test_consistency_from_nothing():
    leaves = tree(5)
    verify_consistency(old=0, new=5, old_root=EMPTY_ROOT, new_root=root_of(leaves), path=[])
    with pytest.raises(ProofError):
        verify_consistency(old=0, new=5, old_root=b"1" * 32, new_root=root_of(leaves), path=[])
    with pytest.raises(ProofError):
        consistency_stretches(6, 5)


@CALM
@given(st.data())
def test_a_range_is_there_whole_and_in_order(data):
    n = data.draw(st.integers(1, 70))
    first = data.draw(st.integers(0, n - 1))
    stop = data.draw(st.integers(first + 1, n))
    leaves = tree(n)
    outside, root = proof(leaves, range_stretches(first, stop, n)), root_of(leaves)
    inside = leaves[first:stop]
    verify_range(leaves=inside, first=first, size=n, root=root, outside=outside)
    damaged = [inside[::-1] if len(inside) > 1 else [leaf_hash(b"x")], [*inside[:-1], leaf_hash(b"x")], inside[:-1]]
    for wrong in damaged:
        with pytest.raises(ProofError):
            verify_range(leaves=wrong, first=first, size=n, root=root, outside=outside)


@CALM
@given(st.integers(0, 90), st.integers(0, 90))
def test_a_frontier_goes_on_where_it_was_left(before, more):
    leaves = tree(before + more)
    known = dict(all_nodes(leaves))
    from madang.engines.ledger.hashing import nodes_of

    edge = Frontier(before, [known[node] for node in nodes_of(0, before)])
    for leaf in leaves[before:]:
        edge.append(leaf)
    assert (edge.size, edge.root) == (len(leaves), root_of(leaves))


def test_a_frontier_refuses_a_wrong_number_of_edges():
    with pytest.raises(ValueError, match="2 edges"):
        Frontier(5, [b"1" * 32])
