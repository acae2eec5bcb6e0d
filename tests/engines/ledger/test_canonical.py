"""Canonical JSON against the examples of RFC 8785, commitments, and notes against C2SP's example."""

import json
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.engines.ledger import notes
from madang.engines.ledger.canonical import canonical_json, commitment, entry_bytes

SEED = bytes(range(32))


# RFC 8785, appendix B: the number as a double's bits, and its text.
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (5e-324, "5e-324"), (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"), (9007199254740992, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"), (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"), (1.0000000000000001e23, "1.0000000000000001e+23"), (999999999999999700000.0, "999999999999999700000"),
        (1e21, "1e+21"), (9.999999999999997e-7, "9.999999999999997e-7"), (0.000001, "0.000001"),
        (333333333.3333332, "333333333.3333332"), (1424953923781206.2, "1424953923781206.2"), (4.50, "4.5"), (1e30, "1e+30"),
    ],
)  # fmt: skip
def test_numbers_of_rfc_8785(value, text):
    assert canonical_json(value).decode() == text


def test_the_order_of_keys_of_rfc_8785():
    given_ = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(canonical_json(given_)).values()) == [2, 4, 6, 7, 1, 5, 3]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53 + 1, "\ud800", {1, 2}])
def test_what_has_no_form_is_refused(value):
    with pytest.raises(ValueError):
        canonical_json(value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES)
def test_the_bytes_are_json_and_stable(value):
    once = canonical_json(value)
    # Beyond 2^53 a float is written as a whole number: read it as a float again.
    again = json.loads(once, parse_int=lambda text: int(text) if abs(int(text)) <= 2**53 else float(text))
    assert canonical_json(again) == once


def test_a_commitment_binds_and_hides():
    assert commitment(b"1" * 32, "가") == sha256(b"1" * 32 + "가".encode()).hexdigest()
    assert commitment(b"2" * 32, "가") != commitment(b"1" * 32, "가")
    with pytest.raises(ValueError):
        commitment(b"short", "가")


def test_an_entry_states_its_version():
    assert entry_bytes(fields={"kind": "note"}, commitments={"actor": "00"}) == (
        b'{"commitments":{"actor":"00"},"kind":"note","v":1}'
    )


def test_the_note_of_c2sp_is_read():
    """The example of the signed-note specification, with its key."""
    key = notes.read_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    note = notes.read_note(text)
    assert notes.is_signed_by(note, key)
    with pytest.raises(notes.NoteError, match="does not hold"):
        notes.is_signed_by(notes.read_note(text.replace("answer", "ANSWER")), key)


@pytest.mark.parametrize(("kind", "seconds"), [(notes.PLAIN, 0), (notes.TIMED, 1_700_000_000)])
def test_a_checkpoint_is_signed_and_read_back(kind, seconds):
    body = notes.Checkpoint("madang.example/record", 7, b"r" * 32, ("time 2026-11-24T00:00:00Z",)).body
    signature = notes.sign(body, seed=SEED, name="w.example", kind=kind, seconds=seconds)
    note = notes.read_note(notes.Note(body, (signature,)).text)
    key = notes.read_key(notes.key_of(SEED, "w.example", kind).text)
    assert notes.signers(note, [key, notes.key_of(b"x" * 32, "w.example", kind)]) == [key]
    assert note.signatures[0].seconds == (seconds or None)
    read = notes.read_checkpoint(note)
    assert (read.origin, read.size, read.root, read.extensions) == (
        "madang.example/record", 7, b"r" * 32, ("time 2026-11-24T00:00:00Z",),
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "a\nb\n", "a\n\n", "a\n\n- x AAAAAAA=\n", "a\n\n— x !!!\n", "a\n\n— x AAAA\n", "a\n\n— x\n"]
)
def test_what_is_no_note_is_refused(text):
    with pytest.raises(notes.NoteError):
        notes.read_note(text)


@pytest.mark.parametrize(
    "body", ["a\n", "a\n1\n", "a\n-1\nAA==\n", "a\n01\n" + "A" * 43 + "=\n", "a\n1\nAAAA\n", "\n1\nAAAA\n"]
)
def test_what_is_no_checkpoint_is_refused(body):
    with pytest.raises(notes.NoteError):
        notes.read_checkpoint(notes.Note(body))


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AAAA", "a+zz+" + "A" * 44, "a+12345678+" + "A" * 44])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(notes.NoteError):
        notes.read_key(text)
