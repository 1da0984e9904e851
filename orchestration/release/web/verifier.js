/* Palmarès: verification of a release in JavaScript, from docs/format.md alone.
 *
 * Belongs here: the same checks as `palmares verify` makes without the deposits, written a second time, for the page
 * (verify.html) and for node (verify.mjs). No network, no library, no state. What it does not do: derive ranks from marks,
 * read Parquet, read all of the rulebook, look for what was put into the dossier before it was signed (`palmares verify` does).
 *
 * verify(files, fingerprint) takes a Map of path -> Uint8Array and answers
 * {verdict, exitCode, release, demonstration, digests, recomputed, anchored, signatures: [{signer, at}],
 * findings: [{verdict, code, path, detail}]}; signatures are those that hold, `at` in UTC as the signature says it.
 */
(() => {
  "use strict";

  const MANIFEST = "manifest-sha256.txt";
  const ZEROS = "0".repeat(64);
  const EXIT = { "conform": 0, "altered": 1, "incomplete": 3, "coherent-not-anchored": 4, "unverifiable": 5 };
  const NAME = "[A-Za-z0-9][A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]+)*";
  const MANIFEST_LINE = new RegExp(`^([0-9a-f]{64})  ((?:${NAME}/)?${NAME})$`);
  const HEX = /^[0-9a-f]{64}$/;
  const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/;
  const EDITION = /^[0-9]{4}(-[a-z0-9]+)*$/;

  // Tables of SPEC 8: name=column:type, a * marks a key; t text, i integer, d date, u time (UTC), b boolean, p.s decimal.
  const TABLES = Object.fromEntries(`
dim_edition=edition*:t release:i title:t organiser:t fieldwork_start:d fieldwork_end:d min_mark:4.2 rulebook_sha256:t results_sha256:t signed_by:t signed_at:u published_at:u
dim_category=edition*:t category_id*:t label_fr:t label_en:t label_ar:t sector:t candidates_entered:i candidates_ranked:i
dim_candidate=edition*:t candidate_id*:t company_id:t company:t category_id:t status:t
fct_test_mark=edition*:t test_id*:t candidate_id:t field_firm:t channel:t scenario:t language:t city:t site:t persona:t operator:t journey_id:t step:i started_at:u outcome:t counted:b exclusion_reason:t mark_micro:i mark:4.2
fct_criterion=edition*:t candidate_id*:t channel*:t criterion_id*:t family:t ratings:i rating_sum:i rating_max_sum:i
fct_channel_mark=edition*:t candidate_id*:t channel*:t planned_tests:i counted_tests:i weight:i mark_micro:i mark:4.2
fct_component_mark=edition*:t candidate_id*:t component*:t weight:i observations:i mark_micro:i mark:4.2
fct_survey_weight=edition*:t respondent_id*:t weight_micro:i
fct_effort=edition*:t candidate_id*:t responses:i contacts_mean:9.2 repeated_share:5.4 redirected_share:5.4 travelled_share:5.4 contradicted_share:5.4 resolved_share:5.4 ces:4.2 nps:6.2 csat:5.2
fct_segment_mark=edition*:t candidate_id*:t segment*:t value*:t tests:i mark_micro:i mark:4.2
fct_measure=edition*:t candidate_id*:t channel*:t criterion_id*:t unit:t tests:i median:i p90:i
fct_journey=edition*:t journey_id*:t candidate_id:t persona:t steps:i channels:i started_at:u ended_at:u repeated:i redirected:i travelled:i contradicted:i resolved:i
fct_observed_effort=edition*:t candidate_id*:t journeys:i steps_mean:5.2 repeated_share:5.4 redirected_share:5.4 travelled_share:5.4 contradicted_share:5.4 resolved_share:5.4
fct_contest=edition*:t contest_id*:t candidate_id:t test_id:t opened_on:d ground:t decision:t decided_on:d
fct_ranking=edition*:t candidate_id*:t category_id:t final_micro:i final:4.2 rank:i eligible:b reason:t audit_low:5.2 audit_high:5.2 margin_micro:i
laureates=edition*:t category_id*:t candidate_id*:t company:t final_micro:i final:4.2 candidates_ranked:i fieldwork_start:d fieldwork_end:d claim_fr:t claim_en:t claim_ar:t
category_outcome=edition*:t category_id*:t outcome:t
quality_check=edition*:t release*:i check_id*:t gate:t severity:t outcome:t expected:t observed:t accepted_by:t reason:t`
    .trim().split("\n").map((line) => {
      const [name, columns] = line.split("=");
      return [name, columns.split(" ").map((one) => {
        const [column, type] = one.split(":");
        return { name: column.replace("*", ""), key: column.endsWith("*"), type };
      })];
    }));
  const OUTSIDE_DIGEST = ["dim_edition", "quality_check"];
  const ALWAYS = [
    ...Object.keys(TABLES).flatMap((name) => [`results/${name}.csv`, `results/${name}.parquet`]),
    "rulebook.yml", "deposits.jsonl", "dossier.pdf", "VERIFY.txt", "verify.html", "release.json", "chain.jsonl",
  ];
  const SOMETIMES = ["annex.csv", "palmares.json", "dossier.html", "changes.json"];

  // ---------------------------------------------------------------- bytes

  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const utf8 = (text) => new TextEncoder().encode(text);
  const latin1 = (bytes) => {
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return text;
  };
  const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
  const startsWith = (bytes, head) => bytes.length >= head.length && same(bytes.subarray(0, head.length), head);

  /** Text of bytes that are strict UTF-8 without a byte order mark, or null. */
  function text(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return null;
    }
  }

  const K = (() => {
    const primes = [];
    for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
    const part = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32);
    return { rounds: primes.map((p) => part(Math.cbrt(p))), start: primes.slice(0, 8).map((p) => part(Math.sqrt(p))) };
  })();

  /** SHA-256 (FIPS 180-4) in plain JavaScript, for browsers that keep WebCrypto from pages on disk. */
  function sha256Plain(bytes) {
    const length = ((bytes.length + 8) >> 6) + 1;
    const padded = new Uint8Array(length * 64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
    const state = Uint32Array.from(K.start);
    const w = new Uint32Array(64);
    const turn = (x, n) => (x >>> n) | (x << (32 - n));
    for (let block = 0; block < padded.length; block += 64) {
      for (let i = 0; i < 16; i++) w[i] = view.getUint32(block + 4 * i);
      for (let i = 16; i < 64; i++) {
        const x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K.rounds[i] + w[i]) | 0;
        const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((value, at) => { state[at] += value; });
    }
    return Array.from(state, (value) => value.toString(16).padStart(8, "0")).join("");
  }

  const subtle = () => globalThis.crypto && globalThis.crypto.subtle;

  async function sha256(bytes) {
    if (!subtle()) return sha256Plain(bytes);
    return hex(new Uint8Array(await subtle().digest("SHA-256", bytes)));
  }

  // ---------------------------------------------------------------- one spelling for each record

  const byCodePoint = (a, b) => {
    const x = Array.from(a), y = Array.from(b);
    for (let i = 0; i < Math.min(x.length, y.length); i++) {
      if (x[i] !== y[i]) return x[i].codePointAt(0) - y[i].codePointAt(0);
    }
    return x.length - y.length;
  };

  /** Canonical JSON: sorted keys, no blanks, UTF-8. */
  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value && typeof value === "object") {
      const keys = Object.keys(value).sort(byCodePoint);
      return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
    }
    return JSON.stringify(value);
  }

  function json(source) {
    try {
      return JSON.parse(source);
    } catch {
      return undefined;
    }
  }

  const isCount = (value) => Number.isInteger(value) && value >= 1 && value <= 1e6;
  const matches = (pattern) => (value) => typeof value === "string" && pattern.test(value);
  const isLine = matches(/^[^\x00-\x1f\x7f]{1,2000}$/u);
  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  /** Whether an object has exactly these keys, each of its shape. */
  const shaped = (value, shape) => isObject(value)
    && Object.keys(value).sort().join() === Object.keys(shape).sort().join()
    && Object.entries(shape).every(([key, test]) => test(value[key]));

  const RECORD = {
    format: (value) => value === "palmares-release/1",
    edition: matches(EDITION),
    number: isCount,
    seq: isCount,
    previous: matches(HEX),
    corrects: (value) => value === null || shaped(value, { number: isCount, asked_by: isLine, reason: isLine }),
    demonstration: (value) => typeof value === "boolean",
    published_at: matches(INSTANT),
    code: (value) => shaped(value, { version: isLine, sha256: matches(HEX) }),
    packages: (value) => isObject(value) && Object.entries(value).every((pair) => pair.every(isLine)),
    digests: (value) => shaped(value, {
      results_sha256: matches(HEX), custody_head: matches(HEX), rulebook_sha256: matches(HEX), dossier_sha256: matches(HEX),
    }),
    signatures: (value) => Array.isArray(value) && value.length > 0 && value.every((one) => shaped(one, {
      signer: isLine, certificate_sha256: matches(HEX), signed_at: matches(INSTANT), file: isLine,
    })),
  };
  const CHAIN_LINE = {
    seq: isCount, edition: matches(EDITION), number: isCount, manifest_sha256: matches(HEX), previous: matches(HEX),
  };
  const isName = matches(/^(?! )[^\p{C}\p{Zl}\p{Zp}]{1,200}(?<! )$/u);
  const LOG_LINE = {
    bytes: (value) => Number.isInteger(value) && value >= 0,
    path: matches(/^[^\x00-\x1f]{1,1000}$/),
    previous: matches(HEX),
    received_at: matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/),
    received_by: isName,
    replaces: (value) => value === null || matches(HEX)(value),
    seq: Number.isInteger,
    sha256: matches(HEX),
    supplier: isName,
  };

  /** Lines of a file that ends with LF, as bytes without it; null when it does not. */
  function byteLines(bytes) {
    if (bytes.length && bytes[bytes.length - 1] !== 10) return null;
    const lines = [];
    for (let start = 0, end; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(10, start);
      lines.push(bytes.subarray(start, end));
    }
    return lines;
  }

  /** Manifest as Map path -> digest, or a sentence that says what is wrong. */
  function parseManifest(bytes) {
    const source = text(bytes);
    if (source === null || !source.endsWith("\n")) return "no text that ends with LF";
    const listed = new Map();
    let previous = "";
    for (const [at, line] of source.slice(0, -1).split("\n").entries()) {
      const match = MANIFEST_LINE.exec(line);
      if (!match) return `line ${at + 1}`;
      if (match[2] <= previous) return `line ${at + 1}: order`;
      listed.set(match[2], match[1]);
      previous = match[2];
    }
    return listed.has(MANIFEST) ? "lists itself" : listed;
  }

  // ---------------------------------------------------------------- canonical CSV

  const SHAPES = {
    i: /^(0|-?[1-9][0-9]{0,17})$/,
    d: /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/,
    u: /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$/,
    b: /^(true|false)$/,
  };
  const shapeOf = (type) => {
    if (!type.includes(".")) return SHAPES[type];
    const [precision, scale] = type.split(".").map(Number);
    return new RegExp(`^-?(0|[1-9][0-9]{0,${Math.max(precision - scale - 1, 0)}})\\.[0-9]{${scale}}$`);
  };
  const field = (value) => {
    if (value === null) return "";
    return value === "" || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  };
  const before = (a, b) => {
    for (let i = 0; i < a.length; i++) {
      if (typeof a[i] === "bigint") {
        if (a[i] !== b[i]) return a[i] < b[i];
      } else {
        const order = byCodePoint(a[i], b[i]);
        if (order) return order < 0;
      }
    }
    return false;
  };

  /** Rows of a canonical CSV (null for NULL), or a sentence that says what is wrong. */
  function parseCsv(name, bytes) {
    const columns = TABLES[name], source = text(bytes);
    if (source === null || !source.endsWith("\n")) return "no UTF-8 text that ends with LF";
    const pattern = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
    const lines = [];
    for (let position = 0; position < source.length;) {
      const fields = [], start = position;
      for (;;) {
        pattern.lastIndex = position;
        const [whole, quoted, plain] = pattern.exec(source);
        fields.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'));
        position += whole.length;
        const mark = source[position++];
        if (mark === ",") continue;
        if (mark === "\n") break;
        return `row ${lines.length + 1}: a stray quote or carriage return`;
      }
      if (fields.map(field).join(",") !== source.slice(start, position - 1)) return `row ${lines.length + 1}: quotes`;
      lines.push(fields);
    }
    const header = lines.shift();
    if (header.join() !== columns.map((column) => column.name).join()) return "header";
    const shapes = columns.map((column) => shapeOf(column.type));
    const rows = [];
    let previous = null;
    for (const [at, fields] of lines.entries()) {
      if (fields.length !== columns.length) return `row ${at + 2}: number of fields`;
      for (const [i, value] of fields.entries()) {
        const bad = value === null ? columns[i].key : shapes[i] && !shapes[i].test(value);
        if (bad) return `row ${at + 2}: ${columns[i].name}`;
      }
      const key = fields.filter((_, i) => columns[i].key)
        .map((value, i) => (columns.filter((column) => column.key)[i].type === "i" ? BigInt(value) : value));
      if (previous && !before(previous, key)) return `row ${at + 2}: order`;
      previous = key;
      rows.push(Object.fromEntries(columns.map((column, i) => [column.name, fields[i]])));
    }
    return rows;
  }

  // ---------------------------------------------------------------- the signed dossier

  /** One DER element at a place: its tag, where its content begins and ends. Throws RangeError outside the bytes. */
  function der(bytes, at) {
    let length = bytes[at + 1], start = at + 2;
    if (length & 0x80) {
      const count = length & 0x7f;
      if (count < 1 || count > 4) throw new RangeError("length");
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + bytes[start++];
    }
    if (!(start + length <= bytes.length)) throw new RangeError("end");
    return { tag: bytes[at], at, start, end: start + length };
  }
  function children(bytes, parent) {
    const found = [];
    for (let at = parent.start; at < parent.end;) {
      const one = der(bytes, at);
      found.push(one);
      at = one.end;
    }
    return found;
  }
  const whole = (bytes, one) => bytes.subarray(one.at, one.end);
  const content = (bytes, one) => bytes.subarray(one.start, one.end);

  const HASHES = { "608648016503040201": "SHA-256", "608648016503040202": "SHA-384", "608648016503040203": "SHA-512" };
  const CURVES = { "2a8648ce3d030107": ["P-256", 32], "2b81040022": ["P-384", 48], "2b81040023": ["P-521", 66] };
  const RSA = "2a864886f70d010101", PSS = "2a864886f70d01010a", EC = "2a8648ce3d0201";
  const MESSAGE_DIGEST = "2a864886f70d010904", SIGNING_TIME = "2a864886f70d010905";
  const COMMON_NAME = "550403", ORGANISATION = "55040a", THROW_AWAY = "Throw-away test key";
  const SMALLEST_RSA = 2048;

  /** A time of DER (UTC alone) as 2031-02-01T10:00:00Z; such texts are in order of time. */
  function moment(bytes, one) {
    const source = latin1(content(bytes, one));
    const full = one.tag === 0x17 ? `${Number(source.slice(0, 2)) < 50 ? "20" : "19"}${source}` : source;
    const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
    if (!match) throw new RangeError("time");
    const [, year, month, day, hour, minute, second] = match;
    return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  }

  /** Text of a DER string. */
  function words(bytes, one) {
    const raw = content(bytes, one);
    if (one.tag === 0x0c) return text(raw);
    if (one.tag === 0x1e) return new TextDecoder("utf-16be").decode(raw);
    return latin1(raw);
  }

  /** Who holds a certificate, its organisations, when it is valid, its key. */
  function readCertificate(bytes) {
    const parts = children(bytes, children(bytes, der(bytes, 0))[0]);
    const [validity, subject, spki] = parts.slice(parts[0].tag === 0xa0 ? 4 : 3);
    const names = { [COMMON_NAME]: [], [ORGANISATION]: [] };
    for (const part of children(bytes, subject)) {
      for (const pair of children(bytes, part)) {
        const [oid, value] = children(bytes, pair);
        names[hex(content(bytes, oid))]?.push(words(bytes, value));
      }
    }
    const shown = [names[COMMON_NAME], names[ORGANISATION]].filter((one) => one.length).map((one) => one.join(" / "));
    const [from, to] = children(bytes, validity).map((one) => moment(bytes, one));
    return { subject: shown.join(", "), organisations: names[ORGANISATION], from, to, spki };
  }

  /** Certificates of a CMS, its signed attributes, the digest they state, the signature. */
  function readCms(bytes) {
    const signed = children(bytes, children(bytes, children(bytes, der(bytes, 0))[1])[0]);
    const certificates = signed.find((one) => one.tag === 0xa0);
    const infos = children(bytes, signed[signed.length - 1]);
    if (infos.length !== 1) throw new RangeError("signers");
    const info = children(bytes, infos[0]);
    const attributes = info.find((one) => one.tag === 0xa0);
    const after = info.indexOf(attributes);
    const pairs = children(bytes, attributes).map((one) => children(bytes, one));
    const value = (oid) => {
      const found = pairs.find(([name]) => hex(content(bytes, name)) === oid);
      return found && children(bytes, found[1])[0];
    };
    const time = value(SIGNING_TIME);
    const plain = whole(bytes, attributes).slice();
    plain[0] = 0x31;
    return {
      certificates: children(bytes, certificates).map((one) => whole(bytes, one)),
      hash: HASHES[hex(content(bytes, children(bytes, info[after - 1])[0]))],
      attributes: plain,
      digest: content(bytes, value(MESSAGE_DIGEST)),
      at: time ? moment(bytes, time) : null,
      method: hex(content(bytes, children(bytes, info[after + 1])[0])),
      signature: content(bytes, info[after + 2]),
    };
  }

  /** Whether the signature of a CMS is made with the key of a certificate; null for a key that is too short. */
  async function signedWith(cms, certificate) {
    const { spki } = readCertificate(certificate);
    const [oid, parameters] = children(certificate, children(certificate, spki)[0]);
    const kind = hex(content(certificate, oid));
    let algorithm, verifier, signature = cms.signature;
    if (kind === RSA) {
      const name = cms.method === PSS ? "RSA-PSS" : "RSASSA-PKCS1-v1_5";
      algorithm = { name, hash: cms.hash };
      verifier = { name, saltLength: { "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 }[cms.hash] };
    } else if (kind === EC) {
      const [curve, size] = CURVES[hex(content(certificate, parameters))];
      algorithm = { name: "ECDSA", namedCurve: curve };
      verifier = { name: "ECDSA", hash: cms.hash };
      const raw = new Uint8Array(2 * size);
      children(signature, der(signature, 0)).forEach((one, i) => {
        const number = content(cms.signature, one);
        const bare = number.subarray(number[0] === 0 ? 1 : 0);
        raw.set(bare, (i + 1) * size - bare.length);
      });
      signature = raw;
    } else {
      return false;
    }
    const key = await subtle().importKey("spki", whole(certificate, spki), algorithm, false, ["verify"]);
    if (key.algorithm.modulusLength < SMALLEST_RSA) return null;
    return subtle().verify(verifier, key, signature, cms.attributes);
  }

  const pemBytes = (source) => {
    const match = /-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(source || "");
    return match ? Uint8Array.from(atob(match[1].replace(/\s/g, "")), (char) => char.charCodeAt(0)) : null;
  };

  /** Signers and their required number as the rulebook has them. It is YAML: these two are found by their look. */
  function bailiff(rulebook) {
    const [, section] = (text(rulebook) ?? "").split(/^bailiff:/m);
    const signers = /signers:\s*(\[[^\]]*\]|(?:\s*- .*)+)/.exec(section ?? "");
    const required = /required:\s*([0-9]+)/.exec(section ?? "");
    return { signers: signers ? signers[1].match(/[A-Za-z0-9._-]+\.pem/g) ?? [] : [], required: Number(required?.[1] ?? 1) };
  }

  /** The entry /M of the signature dictionary around a place, in UTC; null when it is not there, or without an offset. */
  function statedTime(source, place) {
    const object = source.slice(source.lastIndexOf(" obj", place), source.indexOf("endobj", place))
      .replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
    const match = /\/M ?\(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-])(\d\d)'(\d\d)'?)/.exec(object);
    if (!match) return null;
    const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
    const ahead = match[7] ? (Number(match[8]) * 60 + Number(match[9])) * (match[7] === "-" ? -1 : 1) : 0;
    return `${new Date(Date.UTC(year, month - 1, day, hour, minute - ahead, second)).toISOString().slice(0, 19)}Z`;
  }

  /** Judge a signed file: the code of what is wrong, or who signed it and when, [{certificate, at}]. */
  async function judge(signed, dossier, certificates) {
    if (!startsWith(signed, dossier)) return "other_document";
    if (signed.length === dossier.length) return "not_signed";
    const source = latin1(signed);
    const ranges = [...source.slice(dossier.length).matchAll(/\/ByteRange ?\[ ?(\d+) (\d+) (\d+) (\d+) ?\]/g)];
    if (!ranges.length) return "not_signed";
    let end = 0;
    const signers = [];
    for (const range of ranges) {
      const [start, length, resume, rest] = range.slice(1).map(Number);
      const gap = source.slice(length, resume);
      if (start !== 0 || length < dossier.length || resume + rest > signed.length || !/^<([0-9a-fA-F]{2})+>$/.test(gap)) {
        return "broken_signature";
      }
      end = Math.max(end, resume + rest);
      try {
        const cms = readCms(Uint8Array.from(gap.slice(1, -1).match(/../g), (pair) => parseInt(pair, 16)));
        if (!cms.hash) return "weak_signature";
        const covered = new Uint8Array(length + rest);
        covered.set(signed.subarray(0, length));
        covered.set(signed.subarray(resume, resume + rest), length);
        if (!same(new Uint8Array(await subtle().digest(cms.hash, covered)), cms.digest)) return "broken_signature";
        const listed = certificates.find((one) => cms.certificates.some((other) => same(one, other)));
        if (!listed) return "other_signer";
        const holds = await signedWith(cms, listed);
        if (!holds) return holds === null ? "weak_signature" : "broken_signature";
        const { from, to } = readCertificate(listed);
        const at = cms.at ?? statedTime(source.slice(dossier.length), range.index);
        if (!at) return "no_signing_time";
        if (at < from) return "not_yet_valid";
        if (at > to) return "expired";
        signers.push({ certificate: listed, at });
      } catch {
        return "broken_signature";
      }
    }
    if (end !== signed.length) return "changed_after";
    return signers;
  }

  // ---------------------------------------------------------------- the release

  class Findings {
    constructor() { this.items = []; this.remarks = []; this.signatures = []; }
    add(verdict, code, path, detail = "") { this.items.push({ verdict, code, path, detail: String(detail) }); }
    altered(code, path, detail) { this.add("altered", code, path, detail); }
    incomplete(code, path, detail) { this.add("incomplete", code, path, detail); }
    verdict(anchored) {
      for (const verdict of ["altered", "incomplete", "unverifiable"]) {
        if (this.items.some((one) => one.verdict === verdict)) return verdict;
      }
      return anchored ? "conform" : "coherent-not-anchored";
    }
  }

  /** Files that are what the manifest says, as Map; the manifest's own digest; what it lists. */
  async function openFolder(files, findings, progress) {
    const bytes = files.get(MANIFEST);
    if (!bytes) {
      findings.incomplete("manifest_missing", MANIFEST);
      return { sound: new Map(), listed: new Map(), actual: new Map(), manifest: "" };
    }
    const manifest = await sha256(bytes);
    const listed = parseManifest(bytes);
    if (typeof listed === "string") {
      findings.altered("manifest_broken", MANIFEST, listed);
      return { sound: new Map(), listed: new Map(), actual: new Map(), manifest };
    }
    const sound = new Map(), actual = new Map();
    let done = 0;
    for (const path of [...files.keys()].sort()) {
      if (path === MANIFEST) continue;
      if (!listed.has(path)) findings.altered("file_extra", path);
      else {
        actual.set(path, await sha256(files.get(path)));
        if (actual.get(path) !== listed.get(path)) findings.altered("file_changed", path);
        else sound.set(path, files.get(path));
      }
      progress(++done, files.size - 1);
    }
    for (const path of listed.keys()) if (!files.has(path)) findings.incomplete("file_missing", path);
    for (const path of ALWAYS) if (!listed.has(path)) findings.incomplete("file_dropped", path);
    return { sound, listed, actual, manifest };
  }

  function readRecord(folder, findings) {
    const bytes = folder.sound.get("release.json");
    if (!bytes) return null;
    const record = json(text(bytes) ?? "");
    if (!shaped(record, RECORD) || !same(utf8(`${canonical(record)}\n`), bytes)) {
      findings.altered("record_broken", "release.json");
      return null;
    }
    return record;
  }

  async function checkChain(folder, record, findings) {
    const bytes = folder.sound.get("chain.jsonl");
    if (!bytes) return;
    const lines = byteLines(bytes), numbers = {};
    let previous = ZEROS, manifest = ZEROS, sound = lines !== null;
    for (const [at, line] of (lines ?? []).entries()) {
      const one = json(text(line) ?? "");
      if (!shaped(one, CHAIN_LINE) || !same(utf8(canonical(one)), line)) { sound = false; break; }
      numbers[one.edition] = (numbers[one.edition] ?? 0) + 1;
      if (one.seq !== at + 1 || one.previous !== previous || one.number !== numbers[one.edition]) { sound = false; break; }
      previous = await sha256(line);
      manifest = one.manifest_sha256;
    }
    if (!sound) {
      findings.altered("chain_broken", "chain.jsonl");
      return;
    }
    const number = (numbers[record.edition] ?? 0) + 1;
    if (record.seq !== lines.length + 1 || record.previous !== manifest || record.number !== number
        || (record.corrects && record.corrects.number !== record.number - 1)) {
      findings.altered("chain_place", "release.json");
    }
    if (record.number > 1 && !folder.listed.has("changes.json")) findings.incomplete("file_dropped", "changes.json");
  }

  /** The custody log: its chain, its head; current deposits as Map path -> digest, or null. */
  async function checkLog(folder, record, findings) {
    const bytes = folder.sound.get("deposits.jsonl");
    if (!bytes) return null;
    const lines = byteLines(bytes), current = new Map();
    if (!lines || !lines.length) {
      findings.altered(lines ? "custody_log_empty" : "custody_log_torn", "deposits.jsonl");
      return null;
    }
    const before = findings.items.length;
    const broken = (code, at) => findings.altered(`custody_${code}`, "deposits.jsonl", at + 1);
    let previous = ZEROS;
    for (const [at, line] of lines.entries()) {
      const one = json(text(line) ?? "");
      if (!shaped(one, LOG_LINE)) {
        broken("log_malformed", at);
        return null;
      }
      if (one.seq !== at + 1) broken("seq_wrong", at);
      if (one.previous !== previous) broken("chain_broken", at);
      if (one.replaces !== null) {
        const meant = [...current].filter(([, digest]) => digest === one.replaces).map(([path]) => path);
        const path = meant.length > 1 ? meant.find((other) => other === one.path) : meant[0];
        if (path === undefined) broken("replaces_unknown", at);
        current.delete(path);
      }
      if (current.has(one.path)) broken("path_taken", at);
      current.set(one.path, one.sha256);
      previous = await sha256(line);
    }
    const sound = findings.items.length === before;
    if (previous !== record.digests.custody_head) findings.altered("digest_custody", "deposits.jsonl");
    return sound ? current : null;
  }

  async function resultsDigest(listed) {
    const lines = Object.keys(TABLES).filter((name) => !OUTSIDE_DIGEST.includes(name))
      .map((name) => [`${name}.csv`, listed.get(`results/${name}.csv`)]);
    lines.push(["rulebook.yml", listed.get("rulebook.yml")]);
    lines.sort(([a], [b]) => byCodePoint(a, b));
    return sha256(utf8(lines.map(([name, digest]) => `${digest}  ${name}\n`).join("")));
  }

  /** Digests of the files as they are, where they differ from those declared: a reader compares what he is shown. */
  async function recomputed(folder, record, files) {
    const { actual } = folder, found = {};
    if (actual.has("dossier.pdf")) found.dossier_sha256 = actual.get("dossier.pdf");
    if (actual.has("rulebook.yml")) found.rulebook_sha256 = actual.get("rulebook.yml");
    if (Object.keys(TABLES).every((name) => actual.has(`results/${name}.csv`)) && actual.has("rulebook.yml")) {
      found.results_sha256 = await resultsDigest(actual);
    }
    if (actual.has("deposits.jsonl")) {
      const lines = byteLines(files.get("deposits.jsonl"));
      found.custody_head = lines && lines.length ? await sha256(lines.at(-1)) : ZEROS;
    }
    return Object.fromEntries(Object.entries(found).filter(([name, value]) => value !== record.digests[name]));
  }

  async function checkDigests(folder, record, findings) {
    const { listed } = folder, { digests } = record;
    if (listed.has("dossier.pdf") && listed.get("dossier.pdf") !== digests.dossier_sha256) {
      findings.altered("digest_dossier", "dossier.pdf");
    }
    if (listed.has("rulebook.yml") && listed.get("rulebook.yml") !== digests.rulebook_sha256) {
      findings.altered("digest_rulebook", "rulebook.yml");
    }
    if (ALWAYS.every((path) => listed.has(path)) && await resultsDigest(listed) !== digests.results_sha256) {
      findings.altered("digest_results", "results");
    }
    const edition = /^edition:[ \t]*["']?([0-9a-z-]+)["']?[ \t]*(?:#.*)?$/m.exec(text(folder.sound.get("rulebook.yml")) ?? "");
    if (edition && edition[1] !== record.edition) findings.altered("rulebook_edition", "rulebook.yml");
    const current = await checkLog(folder, record, findings);
    for (const path of listed.keys()) {
      if (current && (path === "rulebook.yml" || path.endsWith(".pem")) && current.get(path) !== listed.get(path)) {
        findings.altered("not_in_custody", path);
      }
    }
  }

  function checkNames(folder, record, findings) {
    const signed = record.signatures.map((one) => one.file), { signers } = bailiff(folder.sound.get("rulebook.yml"));
    for (const path of folder.listed.keys()) {
      const known = [...ALWAYS, ...SOMETIMES, ...signed, ...signers].includes(path);
      if (!known) findings.altered("file_unknown", path);
    }
    for (const path of new Set(signed)) if (!folder.listed.has(path)) findings.incomplete("file_dropped", path);
  }

  async function checkDossier(folder, record, findings) {
    const dossier = folder.sound.get("dossier.pdf");
    if (!dossier) return;
    const borne = [...latin1(dossier).matchAll(/\b(edition|results-sha256|custody-head|rulebook-sha256|annex-sha256|palmares-sha256)=([0-9a-z-]+)/g)];
    const due = {
      "edition": record.edition,
      "results-sha256": record.digests.results_sha256,
      "custody-head": record.digests.custody_head,
      "rulebook-sha256": record.digests.rulebook_sha256,
    };
    for (const [name, value] of Object.entries(due)) {
      const values = new Set(borne.filter((one) => one[1] === name).map((one) => one[2]));
      if (values.size !== 1 || !values.has(value)) findings.altered("dossier_mark", "dossier.pdf", name);
    }
    for (const [name, path] of [["annex", "annex.csv"], ["palmares", "palmares.json"]]) {
      const named = new Set(borne.filter((one) => one[1] === `${name}-sha256`).map((one) => one[2]));
      if (named.size && !folder.listed.has(path)) findings.incomplete("file_dropped", path);
      else if (named.size > 1 || (folder.listed.get(path) ?? null) !== ([...named][0] ?? null)) {
        findings.altered(`digest_${name}`, path);
      }
    }
    const rulebook = folder.sound.get("rulebook.yml");
    if (!rulebook) return;
    const { signers, required } = bailiff(rulebook), certificates = [];
    for (const path of signers) {
      if (!folder.listed.has(path)) findings.incomplete("file_dropped", path);
      if (!folder.sound.has(path)) return;
      const certificate = pemBytes(text(folder.sound.get(path)));
      if (!certificate) {
        findings.altered("certificate_broken", path);
        return;
      }
      certificates.push(certificate);
    }
    let throwAway;
    try {
      throwAway = certificates.some((one) => readCertificate(one).organisations.includes(THROW_AWAY));
    } catch {
      findings.altered("certificate_broken", signers.join(", "));
      return;
    }
    if (throwAway !== record.demonstration) findings.altered("demonstration", "release.json");
    const prints = await Promise.all(certificates.map(sha256));
    if (record.signatures.some((one) => !prints.includes(one.certificate_sha256))) {
      findings.altered("signature_named", "release.json");
    }
    await checkSignatures(folder, record, dossier, certificates, required, findings);
  }

  async function checkSignatures(folder, record, dossier, certificates, required, findings) {
    const signed = new Set(), borne = [];
    for (const path of new Set(record.signatures.map((one) => one.file))) {
      const bytes = folder.sound.get(path);
      if (!bytes) return;
      if (!subtle() && startsWith(bytes, dossier)) {
        findings.remarks.push("signature_not_checked");
        return;
      }
      const answer = subtle() ? await judge(bytes, dossier, certificates) : "other_document";
      if (typeof answer === "string") findings.altered(`signature_${answer}`, path);
      else {
        for (const { certificate, at } of answer) {
          signed.add(hex(certificate));
          borne.push([readCertificate(certificate).subject, await sha256(certificate), at, path]);
        }
      }
    }
    if (signed.size < required) findings.altered("signature_missing", "release.json");
    const named = record.signatures.map((one) => [one.signer, one.certificate_sha256, one.signed_at, one.file]);
    const shown = (list) => JSON.stringify(list.map(([signer, ...rest]) => JSON.stringify(
      borne.every(([subject]) => subject) ? [signer, ...rest] : rest)).sort());
    if (borne.length && shown(borne) !== shown(named)) findings.altered("signature_named", "release.json");
    findings.signatures = borne.map(([signer, , at]) => ({ signer, at }));
  }

  function checkTables(folder, record, findings) {
    for (const name of Object.keys(TABLES)) {
      const path = `results/${name}.csv`, bytes = folder.sound.get(path);
      if (!bytes) continue;
      const rows = parseCsv(name, bytes);
      if (typeof rows === "string") {
        findings.altered("csv_form", path, rows);
        continue;
      }
      if (rows.some((row) => row.edition !== record.edition)) findings.altered("csv_edition", path);
      if (name === "quality_check") checkQuality(rows, record, path, findings);
      if (name === "dim_edition") checkEdition(rows, record, path, findings);
    }
  }

  function checkQuality(rows, record, path, findings) {
    if (!rows.length) findings.altered("check_none", path);
    for (const row of rows) {
      const known = ["intake", "scoring", "publication"].includes(row.gate)
        && ["blocking", "warning", "info"].includes(row.severity) && row.release === String(record.number);
      if (!known) findings.altered("check_row", path, row.check_id);
      const passed = ["passed", "not_applicable"].includes(row.outcome) || row.severity === "info";
      if (!passed && !(row.severity === "warning" && row.accepted_by && row.reason)) {
        findings.altered("check_failed", path, row.check_id);
      }
    }
  }

  function checkEdition(rows, record, path, findings) {
    const [row] = rows;
    const sound = rows.length === 1 && row.release === String(record.number) && row.published_at === record.published_at
      && row.rulebook_sha256 === record.digests.rulebook_sha256 && row.results_sha256 === record.digests.results_sha256
      && row.signed_by === [...new Set(record.signatures.map((one) => one.signer))].join("; ")
      && row.signed_at === record.signatures.map((one) => one.signed_at).sort().at(-1);
    if (!sound) findings.altered("edition_row", path);
  }

  /** Fingerprint from paper as 64 digits; "" when none was given; null when it is none. */
  function readFingerprint(source) {
    const digits = (source ?? "").replace(/[\s:.·-]+/gu, "").toLowerCase();
    return digits === "" || HEX.test(digits) ? digits : null;
  }

  /** Verify a release. `files`: Map of path -> Uint8Array, the release's folder itself being "". */
  async function verify(files, fingerprint = "", progress = () => {}) {
    const findings = new Findings();
    let record = null, digests = {}, actually = {}, anchored = null;
    if (!files.has(MANIFEST) && !files.has("release.json")) {
      findings.add("unverifiable", "not_a_release", ".");
    } else {
      const folder = await openFolder(files, findings, progress);
      record = readRecord(folder, findings);
      if (record) {
        digests = { ...record.digests, manifest_sha256: folder.manifest };
        actually = await recomputed(folder, record, files);
        await checkChain(folder, record, findings);
        await checkDigests(folder, record, findings);
        if (folder.sound.has("rulebook.yml")) checkNames(folder, record, findings);
        await checkDossier(folder, record, findings);
        checkTables(folder, record, findings);
        if (fingerprint) {
          const anchors = Object.entries(digests).filter(([name]) => name !== "rulebook_sha256");
          for (const { file } of record.signatures) anchors.push([file, folder.listed.get(file)]);
          anchored = anchors.find(([, value]) => value === fingerprint)?.[0] ?? null;
          if (!anchored && fingerprint === digests.rulebook_sha256) findings.remarks.push("fingerprint_rulebook");
          else if (!anchored) findings.altered("fingerprint", MANIFEST);
        }
      }
    }
    const verdict = findings.verdict(anchored);
    return {
      verdict,
      exitCode: EXIT[verdict],
      release: record ? `${record.edition}/${record.number}` : null,
      demonstration: record ? record.demonstration : false,
      digests,
      recomputed: actually,
      anchored,
      findings: findings.items,
      remarks: findings.remarks,
      signatures: findings.signatures,
    };
  }

  globalThis.PalmaresVerifier = { verify, readFingerprint, sha256, sha256Plain, parseCsv, parseManifest, canonical, TABLES };
})();
