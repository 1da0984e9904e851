/* From the bytes of a file to rows of text with line numbers, as orchestration/intake/readers/ has it.
 *
 * Belongs here: gzip, lines, CSV and NDJSON. No cell is trimmed, converted or judged.
 */
(() => {
  "use strict";
  const Precheck = globalThis.Precheck ??= {};
  const LF = 10;
  const MOST_ZEROS = 40;
  const FATAL = { fatal: true, ignoreBOM: true };

  /** What makes a file unusable: `key` names its sentence, which begins with its code. */
  Precheck.problem = (key, line = null, column = null, values = {}) => ({ key, code: key.split(".")[0], line, column, values });
  const problem = Precheck.problem;

  function textOf(bytes) {
    try {
      return new TextDecoder("utf-8", FATAL).decode(bytes);
    } catch {
      return null;
    }
  }

  /** Unfolded bytes; a problem for a damaged file or a bomb, null for one that is larger than `most`. */
  async function unfolded(packed, limits, most) {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    const pieces = [];
    let size = 0;
    for (;;) {
      let step;
      try {
        step = await reader.read();
      } catch {
        return problem("unreadable_file.gzip");
      }
      if (step.done) break;
      size += step.value.length;
      pieces.push(step.value);
      const bomb = size > limits.GZIP_FREE_BYTES && size > limits.GZIP_RATIO * packed.length;
      if (bomb || size > most) {
        reader.cancel().catch(() => {});
        return bomb ? problem("too_large.gzip") : null;
      }
    }
    return new Uint8Array(await new Blob(pieces).arrayBuffer());
  }

  /** The line on which a block of bytes without a line's end goes on for too long; 0 if there is none. */
  function longLine(bytes, most) {
    let line = 1, held = 0;
    for (let start = 0; start < bytes.length; start += most) {
      const block = bytes.subarray(start, start + most), cut = block.lastIndexOf(LF) + 1;
      if (!cut && (held += block.length) > most) return line;
      if (!cut) continue;
      held = block.length - cut;
      for (let at = block.indexOf(LF); at >= 0; at = block.indexOf(LF, at + 1)) line++;
    }
    return 0;
  }

  /** A line as text whatever its bytes: those that are no UTF-8 as \xNN. */
  function shown(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length;) {
      const size = bytes[at] < 0x80 ? 1 : bytes[at] < 0xe0 ? 2 : bytes[at] < 0xf0 ? 3 : 4;
      const one = textOf(bytes.subarray(at, at + size));
      text += one ?? `\\x${bytes[at].toString(16).padStart(2, "0")}`;
      at += one === null ? 1 : size;
    }
    return text;
  }

  /** Physical lines without their ends: `text` null where the bytes are no UTF-8, `raw` what is shown of those. */
  function linesOf(bytes) {
    const bare = (text) => text.endsWith("\r") ? text.slice(0, -1) : text;
    const all = textOf(bytes);
    if (all !== null) {
      const lines = all.split("\n");
      if (lines.at(-1) === "") lines.pop();
      return lines.map((text) => ({ text: bare(text) }));
    }
    const lines = [];
    for (let start = 0, end; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(LF, start);
      if (end < 0) end = bytes.length;
      const piece = bytes.subarray(start, end), text = textOf(piece);
      lines.push(text === null ? { text, raw: bare(shown(piece)) } : { text: bare(text) });
    }
    return lines;
  }

  /** The fields of one record; null when a quote stands where RFC 4180 allows none. */
  function split(text, delimiter) {
    if (!text.includes('"')) return text.split(delimiter);
    const fields = [];
    for (let at = 0; ;) {
      let end;
      if (text[at] === '"') {
        end = at + 1;
        for (; ;) {
          end = text.indexOf('"', end);
          if (end < 0) return null;
          if (text[end + 1] !== '"') break;
          end += 2;
        }
        fields.push(text.slice(at + 1, end).replaceAll('""', '"'));
        end++;
      } else {
        end = text.indexOf(delimiter, at);
        if (end < 0) end = text.length;
        const field = text.slice(at, end);
        if (field.includes('"')) return null;
        fields.push(field);
      }
      if (end === text.length) return fields;
      if (text[end] !== delimiter) return null;
      at = end + 1;
    }
  }

  function csvHeader(lines, known) {
    if (!lines.length) return problem("no_header.empty", 1);
    const text = lines[0].text;
    const heads = [",", ";"].map((delimiter) => [text ? split(text, delimiter) : null, delimiter]).filter(([fields]) => fields);
    if (!heads.length) return problem("no_header.csv", 1);
    const used = (fields) => new Set(fields.filter((name) => known.has(name))).size;
    return heads.reduce((best, head) => used(head[0]) > used(best[0]) ? head : best);
  }

  function csvRows(lines, header, delimiter, known, limits) {
    const used = header.flatMap((name, place) => known.has(name) ? [place] : []);
    const rows = [], unreadable = [];
    function record(first) {
      let text = lines[first].text, count = 1;
      const odd = (line) => (line.split('"').length - 1) % 2;
      if (text === null) return null;
      let open = odd(text);
      const pieces = [text];
      for (let size = text.length; open && size <= limits.RECORD_CHARACTERS; count++) {
        const next = lines[first + count];
        if (!next || next.text === null) return null;
        pieces.push(next.text);
        size += next.text.length;
        open = (open + odd(next.text)) % 2;
      }
      text = pieces.join("\n");
      const cells = split(text, delimiter);
      if (cells === null || cells.length !== header.length) return null;
      if (count > 1 && used.some((place) => cells[place].includes("\n"))) return null;
      return { cells, count };
    }
    for (let at = 1; at < lines.length;) {
      if (lines[at].text === "") {
        at++;
        continue;
      }
      const found = record(at);
      if (found) rows.push({ line: at + 1, cells: found.cells });
      else unreadable.push({ line: at + 1, text: lines[at].text ?? lines[at].raw });
      at += found ? found.count : 1;
    }
    return { rows, unreadable };
  }

  const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gu;
  const halfSurrogate = /\p{Cs}/u;

  /** The members of an object as [key, text of its value], or null when the line makes no row. */
  function members(line) {
    try {
      if (Array.isArray(JSON.parse(line)) || line.trim()[0] !== "{") return null;
    } catch {
      return null;
    }
    const found = [], starts = [];
    let depth = 0, key = null, from = 0;
    for (const { 0: sign, index } of line.matchAll(TOKEN)) {
      if (sign[0] === '"' && halfSurrogate.test(JSON.parse(sign))) return null;
      if (depth === 1 && key === null && sign[0] === '"') key = JSON.parse(sign);
      else if (depth === 1 && sign === ":") from = index + 1;
      else if (depth === 1 && key !== null && (sign === "," || sign === "}")) {
        found.push([key, valueText(line.slice(from, index).trim())]);
        starts.push(key);
        key = null;
      }
      if ("{[".includes(sign)) depth++;
      if ("}]".includes(sign)) depth--;
    }
    return new Set(starts).size === starts.length ? found : null;
  }

  function valueText(raw) {
    if (raw[0] === '"') return { text: JSON.parse(raw), plain: true };
    return { text: raw === "null" ? "" : /^[-0-9]/.test(raw) ? plainNumber(raw) : raw, plain: false };
  }

  /** A number in plain digits, the fewest that mean it; one of 10^40 and more, or of less than 10^-40, as it is written. */
  function plainNumber(raw) {
    const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(raw);
    const digits = whole + fraction, first = digits.search(/[1-9]/), point = whole.length + Number(exponent);
    if (first < 0) return "0";
    if (point - first <= -MOST_ZEROS || point - first > MOST_ZEROS) return raw;
    const padded = "0".repeat(Math.max(1 - point, 0)) + digits.padEnd(point, "0"), at = Math.max(point, 1);
    const behind = padded.slice(at).replace(/0+$/, "");
    return sign + padded.slice(0, at).replace(/^0+(?=.)/, "") + (behind && `.${behind}`);
  }

  function ndjsonRows(lines, known) {
    const rows = [], unreadable = [], seen = new Set();
    lines.forEach(({ text, raw }, place) => {
      if (text === "") return;
      const found = text === null ? null : members(text);
      if (!found) {
        unreadable.push({ line: place + 1, text: text ?? raw });
        return;
      }
      const cells = new Map(found);
      for (const name of known) if (cells.has(name)) seen.add(name);
      const plain = cells.size === known.length && known.every((name) => cells.get(name)?.plain);
      rows.push({
        line: place + 1, cells: known.map((name) => cells.get(name)?.text ?? ""), extra: plain ? null : text.replace(/[\r\n]+$/, ""),
        unknown: plain ? [] : [...cells.keys()].filter((name) => !known.includes(name)),
      });
    });
    return { rows, unreadable, missing: rows.length ? known.filter((name) => !seen.has(name)) : [] };
  }

  /** The rows of a file: `{header, rows, unreadable, missing}`, `{problem}`, or `{unread: why}` for one that is not read here. */
  Precheck.read = async (bytes, path, source, limits, most, headerProblem) => {
    const known = source.known;
    if (path.endsWith(".gz")) {
      bytes = await unfolded(bytes, limits, most);
      if (bytes === null) return { unread: "size" };
      if (bytes.code) return { problem: bytes };
    }
    if (bytes.length > most) return { unread: "size" };
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    const long = longLine(bytes, limits.LINE_BYTES);
    const tooLong = long && problem("too_large.line", long, null, { most: limits.LINE_BYTES / 2 ** 20 });
    if (long === 1) return { problem: tooLong };
    const lines = linesOf(bytes);
    if (path.replace(/\.gz$/, "").endsWith(".ndjson")) {
      return tooLong ? { problem: tooLong } : { header: known, ...ndjsonRows(lines, known) };
    }
    const usedNames = new Set(known.filter((name) => !source.prose.includes(name)));
    const head = csvHeader(lines, usedNames);
    if (head.code) return { problem: head };
    const [header, delimiter] = head, wrong = headerProblem(header) ?? tooLong;
    if (wrong) return { problem: wrong };
    return { header, missing: [], ...csvRows(lines, header, delimiter, usedNames, limits) };
  };
})();
