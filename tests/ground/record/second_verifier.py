"""A second verifier of exports, written from docs/record.md alone: the standard library and an Ed25519 function.

It shares no code with the program and no structure either: it reads the whole file, then recomputes every root by the
recursion of RFC 6962.
"""

import base64
import hashlib
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class WrongError(Exception):
    pass


def need(condition, why):
    if not condition:
        raise WrongError(why)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def root(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha(b"\x01", root(leaves[:half]), root(leaves[half:]))


def canonical(value):
    """Enough of RFC 8785 for an entry: objects, texts, the number 1 and null."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    need(value is None or value == 1 or isinstance(value, str), "an entry holds texts only")
    return json.dumps(value, ensure_ascii=False)


def read_key(text):
    name, number, rest = text.split("+", 2)
    raw = base64.b64decode(rest)
    need(sha(name.encode(), b"\n", raw)[:4].hex() == number, "the id of a key is wrong")
    return name, raw[0], bytes.fromhex(number), raw[1:]


def signed_by(text, lines, key):
    name, kind, number, public = key
    for line in lines:
        dash, who, signature = line.split(" ")
        need(dash == "\u2014", "a line of signature begins with a dash")
        raw = base64.b64decode(signature)
        if who == name and raw[:4] == number:
            message, value = text.encode(), raw[4:]
            if kind == 4:
                seconds = int.from_bytes(value[:8], "big")
                message, value = f"cosignature/v1\ntime {seconds}\n{text}".encode(), value[8:]
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(value, message)
            except InvalidSignature:
                raise WrongError("a signature is false") from None
            return True
    return False


def read_checkpoint(note):
    text, _, tail = note.rpartition("\n\n")
    origin, size, digest = text.split("\n")[:3]
    return origin, int(size), base64.b64decode(digest), text + "\n", tail.strip("\n").split("\n")


def verify(path, kept=None, trusted=None):
    """Return how many entries and checkpoints hold; raise WrongError where they don't."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    need(lines and lines[0].get("format") == "madang-record" and lines[0]["version"] == 1, "no record")
    need("end" in lines[-1], "the file was cut")
    origin, leaves, keys, witnesses, before, points = lines[0]["origin"], [], [], [], None, 0
    for line in lines[1:-1]:
        if "key" in line:
            keys.append(read_key(line["key"]))
        elif "witness" in line:
            witnesses.append(read_key(line["witness"]))
        elif "entry" in line:
            check_entry(line, len(leaves))
            leaves.append(sha(b"\x00", line["entry"].encode()))
        elif "checkpoint" in line:
            before = check_checkpoint(line["checkpoint"], origin, leaves, keys, witnesses, before)
            points += 1
        else:
            need("result" in line, "an unknown line")
    need(
        lines[-1]["end"] == {"entries": len(leaves), "checkpoints": points, "root": root(leaves).hex()}, "the end lies"
    )
    if kept is not None:
        name, size, digest, text, tail = read_checkpoint(kept)
        need(name == origin and size <= len(leaves), "entries of the kept checkpoint are gone")
        need(root(leaves[:size]) == digest, "the kept checkpoint has another history")
        need(any(signed_by(text, tail, key) for key in keys), "the kept checkpoint is signed by somebody else")
    if trusted is not None:
        need(read_key(trusted) in (before or []), "signed by another key")
    return len(leaves), points


def check_entry(line, index):
    need(line["index"] == index, "an entry is missing or out of order")
    body = json.loads(line["entry"])
    need(canonical(body) == line["entry"], "an entry is not canonical")
    need(set(body) == {"at", "commitments", "kind", "office", "place", "subject", "v"}, "an entry has other keys")
    for part, (salt, value) in line["openings"].items():
        need(sha(bytes.fromhex(salt), value.encode()).hex() == body["commitments"][part], f"{part} was changed")


def check_checkpoint(note, origin, leaves, keys, witnesses, before):
    name, size, digest, text, tail = read_checkpoint(note)
    need(name == origin and size == len(leaves), "a checkpoint of another log or size")
    need(root(leaves) == digest, "the entries do not lead to the signed root")
    signers = [key for key in keys if signed_by(text, tail, key)]
    need(signers, "a checkpoint is not signed")
    need(before is None or any(key in before for key in signers), "the key was not handed over")
    for key in witnesses:
        signed_by(text, tail, key)
    return signers
