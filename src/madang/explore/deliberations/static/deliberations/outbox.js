// Answers on their way, in the browser's own storage so that they outlast a reload; in memory where there is none.
const memory = {};

function read(box) {
  try { return JSON.parse(localStorage.getItem(box) || "[]"); } catch { return memory[box] || []; }
}

function write(box, rows) {
  memory[box] = rows;
  try {
    if (rows.length) localStorage.setItem(box, JSON.stringify(rows));
    else localStorage.removeItem(box);
  } catch { /* private windows may have no storage: the memory of this page has it */ }
}

export function kept(box) { return read(box); }

export function keep(box, row) { write(box, [...read(box), row]); }

// Another tab may have added meanwhile: only what was answered is taken out.
export function drop(box, keys) {
  const gone = new Set(keys);
  write(box, read(box).filter((one) => !gone.has(one.key)));
}
