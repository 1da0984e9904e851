/* What looks like personal data, as orchestration/intake/personal.py and normal.py judge it.
 *
 * Belongs here: the normal form of a text and the questions asked of it. Patterns and tables come with the facts.
 */
(() => {
  "use strict";
  const Precheck = globalThis.Precheck ??= {};
  const whole = (pattern) => new RegExp(`^(?:${pattern})$`, "u");
  const inside = (pattern) => new RegExp(pattern, "u");
  const AT = /\s?[([{<](?:at)[)\]}>]\s?/giu, DOT = /\s?[([{<](?:dot)[)\]}>]\s?/giu;
  const REFERENCE = /&(?:#[0-9]{1,12}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z]{2,31});?/gu;
  const PERCENT = /(?:%[0-9A-Fa-f]{2})+/gu;
  const BLANK_LETTERS = new Set("\u115f\u1160\u3164\uffa0\u2800");

  /** A text of JSON with the escapes of its strings undone, blanks for line ends and tabs. */
  Precheck.unescaped = (text) => text.replace(/\\(?:u([0-9A-Fa-f]{4})|([^]))/g,
    (_, code, sign) => code ? String.fromCharCode(parseInt(code, 16)) : "bfnrt".includes(sign) ? " " : sign);

  /** Judges of one edition: `looksPersonal(text, kind)`, kind being "key", "id" or "text". */
  Precheck.persons = (facts) => {
    const odd = inside(facts.normal.odd), signs = new Map(), names = new Map();
    for (const [text, list] of Object.entries(facts.normal.names)) for (const one of list.split(" ")) names.set(one, text);
    const bare = new Set(facts.normal.bare.split(" "));
    const p = facts.personal;
    const [told, phone, words, textMaybe, idMaybe] = [p.TOLD, p.PHONE_INSIDE, p.WORDS, p.TEXT_MAYBE, p.ID_MAYBE].map(inside);
    const [hashed, stamp, plus, digits, key, bareKey, bareId] = [p.HASHED, p.STAMP, p.PLUS, p.DIGITS, p.KEY, p.BARE_KEY, p.BARE_ID].map(whole);
    const dates = new RegExp(p.DATE, "gu");

    function digit(place) {
      const run = facts.normal.digits.find(([first, , count]) => place >= first && place < first + count);
      return run && String(run[1] + place - run[0]);
    }

    function ascii(one) {
      if (one >= " " && one <= "~") return one;
      const value = digit(one.codePointAt(0));
      if (value !== undefined) return value;
      if (/[\s\x1c-\x1f\x85\p{Z}]/u.test(one) && one !== "\ufeff") return " ";
      if (/[\p{C}\p{M}]/u.test(one) || BLANK_LETTERS.has(one)) return "";
      if (/\p{Pd}/u.test(one) || one === "\u2212") return "-";
      return /\p{L}/u.test(one) ? "x" : /\p{Sc}/u.test(one) ? "$" : ".";
    }

    function sign(one) {
      let made = signs.get(one);
      if (made === undefined) signs.set(one, made = Array.from(one.normalize("NFKD"), ascii).join(""));
      return made;
    }
    const plain = (text) => /^[ -~]*$/.test(text) ? text : Array.from(text, sign).join("");

    function number(code) {
      if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return "\ufffd";
      if (code >= 0x80 && code <= 0x9f) return new TextDecoder("windows-1252").decode(Uint8Array.of(code));
      return String.fromCodePoint(code);
    }

    function reference(found) {
      const name = found.slice(1);
      if (name[0] === "#") return number(/^#[xX]/.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10));
      if (name.endsWith(";") && names.has(name.slice(0, -1))) return names.get(name.slice(0, -1));
      for (let end = name.length; end > 1; end--) {
        if (bare.has(name.slice(0, end))) return names.get(name.slice(0, end)) + name.slice(end);
      }
      return found;
    }

    function decoded(text) {
      if (text.includes("&")) text = text.replace(REFERENCE, reference);
      return text.replace(PERCENT, (run) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(
        Uint8Array.from(run.slice(1).split("%"), (byte) => parseInt(byte, 16))));
    }

    /** The text in signs from U+0020 to U+007E. */
    function normal(text) {
      if (!odd.test(text)) return text;
      let made = plain(text);
      for (let round = 0; round < facts.normal.rounds; round++) {
        const next = decoded(made);
        if (next === made) break;
        made = plain(next);
      }
      return made.replace(AT, "@").replace(DOT, ".");
    }

    function looksPersonal(text, kind) {
      if (kind !== "text" && (kind === "key" ? hashed : stamp).test(text)) return false;
      if (kind !== "key" && !(kind === "text" ? textMaybe : idMaybe).test(text)) return false;
      text = normal(text);
      if (told.test(text)) return true;
      if ((kind === "text" || words.test(text)) && phone.test(text.replace(dates, "x"))) return true;
      if (kind === "text") return false;
      if (kind === "id") text = text.replace(dates, "x");
      const left = text.replace(/[^0-9A-Za-z]/g, "");
      if (plus.test(text) && digits.test(left)) return true;
      return kind === "id" ? bareId.test(left) : key.test(text) || bareKey.test(left);
    }

    return { normal, looksPersonal };
  };
})();
