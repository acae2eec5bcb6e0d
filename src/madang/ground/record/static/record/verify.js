// Verifies proofs of the public record in the reader's own browser, from docs/record.md. Without it the server's check stays.

const encoder = new TextEncoder();
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hexOf = (bytes) => [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
const unbase64 = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

async function sha256(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", whole)));
}

const leafHash = (text) => sha256(Uint8Array.of(0), encoder.encode(text));
const nodeHash = (left, right) => sha256(Uint8Array.of(1), bytesOf(left), bytesOf(right));

// The largest power of two below n.
function split(n) {
  let half = 1;
  while (half * 2 < n) half *= 2;
  return half;
}

// Recompute the root over `size` entries from one of them and the hashes beside its way (RFC 6962, 2.1.1).
async function rootOfEntry(leaf, index, size, path) {
  const left = [];
  for (let start = 0, stop = size; stop - start > 1;) {
    const middle = start + split(stop - start);
    left.unshift(index >= middle);
    if (index < middle) stop = middle; else start = middle;
  }
  if (left.length !== path.length) return "";
  let hash = leaf;
  for (let n = 0; n < path.length; n += 1) {
    hash = await (left[n] ? nodeHash(path[n], hash) : nodeHash(hash, path[n]));
  }
  return hash;
}

// Recompute the root from entries first … first + leaves.length - 1 and the hashes of everything outside.
async function rootOfRange(leaves, first, size, outside) {
  const inside = [...leaves], rest = [...outside], stop = first + leaves.length;
  const walk = async (low, high) => {
    if (high <= first || stop <= low) return rest.shift() ?? "";
    if (high - low === 1) return inside.shift() ?? "";
    const middle = low + split(high - low);
    const left = await walk(low, middle);
    return nodeHash(left, await walk(middle, high));
  };
  const root = await walk(0, size);
  return rest.length || inside.length ? "" : root;
}

// Whether the later tree only adds to the earlier one (RFC 9162, 2.1.4.2).
async function isConsistent(old, later, proof) {
  if (old.size === later.size) return old.root === later.root && !proof.length;
  if (!old.size) return !proof.length && old.root === await sha256();
  const path = Number.isInteger(Math.log2(old.size)) ? [old.root, ...proof] : [...proof];
  const half = (n) => Math.floor(n / 2);
  let first = old.size - 1, last = later.size - 1;
  while (first % 2) { first = half(first); last = half(last); }
  let before = path.shift() ?? "", after = before;
  for (const beside of path) {
    if (!last) return false;
    if (first % 2 || first === last) {
      before = await nodeHash(beside, before);
      after = await nodeHash(beside, after);
      while (first && !(first % 2)) { first = half(first); last = half(last); }
    } else {
      after = await nodeHash(after, beside);
    }
    first = half(first); last = half(last);
  }
  return !last && before === old.root && after === later.root;
}

// true, false, or null where this browser does not know Ed25519.
async function isSigned({ note, size, root }, keys) {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1), lines = text.split("\n");
  if (lines[1] !== String(size) || hexOf(unbase64(lines[2])) !== root) return false;
  for (const line of note.slice(end + 2).split("\n").filter(Boolean)) {
    const [, name, signature] = line.split(" "), raw = unbase64(signature);
    for (const key of keys) {
      const at = key.lastIndexOf(`+${hexOf(raw.slice(0, 4))}+`);
      if (at < 0 || key.slice(0, at) !== name) continue;
      const publicKey = unbase64(key.slice(at + 10)).slice(1);
      try {
        const imported = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
        return await crypto.subtle.verify("Ed25519", imported, raw.slice(4), encoder.encode(text));
      } catch {
        return null;
      }
    }
  }
  return false;
}

async function areOpened(entry, openings) {
  const { commitments } = JSON.parse(entry);
  for (const [part, [salt, value]] of Object.entries(openings)) {
    if (await sha256(bytesOf(salt), encoder.encode(value)) !== commitments[part]) return false;
  }
  return true;
}

const verifiers = {
  async entry(told) {
    const leaf = await leafHash(told.entry), { size, root } = told.checkpoint;
    return {
      openings: await areOpened(told.entry, told.openings),
      leaf: leaf === told.leaf_hash,
      path: await rootOfEntry(leaf, told.index, size, told.proof) === root,
      signature: await isSigned(told.checkpoint, told.keys),
    };
  },
  async range(told) {
    const leaves = await Promise.all(told.entries.map((one) => leafHash(one.entry))), { size, root } = told.checkpoint;
    const opened = await Promise.all(told.entries.map((one) => areOpened(one.entry, one.openings)));
    return {
      leaf: opened.every(Boolean),
      path: await rootOfRange(leaves, told.first, size, told.outside) === root,
      signature: await isSigned(told.checkpoint, told.keys),
    };
  },
  async consistency(told) {
    const signed = [await isSigned(told.old, told.keys), await isSigned(told.new, told.keys)];
    return {
      path: await isConsistent(told.old, told.new, told.proof),
      signature: signed.includes(false) ? false : signed.includes(null) ? null : true,
    };
  },
};

function show(section, results) {
  for (const [check, holds] of Object.entries(results)) {
    const row = section.querySelector(`[data-check="${check}"]`);
    if (row) row.dataset.state = holds === null ? "unknown" : holds ? "holds" : "broken";
  }
  section.dataset.state = Object.values(results).includes(false) ? "broken" : "holds";
  tell(section, results.signature === null ? "unsigned" : "done");
}

function tell(section, outcome) {
  section.querySelector("[data-proof-told]").textContent = section.querySelector(`[data-proof-${outcome}]`).textContent;
  section.dataset.by = outcome;
}

async function run(section, button) {
  button.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(section.dataset.url, { cache: "no-store" });
    show(section, await verifiers[section.dataset.proof](await response.json()));
  } catch {
    tell(section, "failed");
  }
  button.removeAttribute("aria-busy");
}

for (const section of document.querySelectorAll("[data-proof]")) {
  const button = section.querySelector("[data-proof-run]");
  button.hidden = false;
  button.addEventListener("click", () => run(section, button));
}
