/* Why a row is set aside: the rules of each source in their order, as orchestration/intake/sources/ has them.
 *
 * Belongs here: rules over one row, what makes two rows equal, times. Bounds, words and patterns come with the facts.
 */
(() => {
  "use strict";
  const Precheck = globalThis.Precheck ??= {};
  const DAY_MICROS = 86400e6;

  /** Instants in microseconds since 1970, UTC; a local time by the offsets of the rulebook's zone. */
  function clock(facts, like) {
    const moment = (year, month, day, ...rest) => {
      const made = new Date(0);
      made.setUTCFullYear(year, month - 1, day);
      if (made.getUTCMonth() !== month - 1 || made.getUTCDate() !== day || year === 0) return null;
      return made.getTime() * 1000 + rest.reduce((sum, part) => sum + part, 0);
    };
    const isDay = (text) => like("DAY", text) && moment(...text.split("-").map(Number)) !== null;

    function offsetOfLocal(naive) {
      let reached = null;
      for (const [place, [start, end, offset]] of facts.zone.entries()) {
        if (reached !== null && start + offset * 1e6 > reached && naive < start + offset * 1e6) return null;
        if (place === facts.zone.length - 1 || naive < end + offset * 1e6) return offset;
        reached = end + offset * 1e6;
      }
      return null;
    }
    const offsetOfUtc = (utc) => (facts.zone.find(([, end]) => utc < end) ?? facts.zone.at(-1))[2];

    /** `{written, utc}`: whether the text is a time of the calendar; when that was, null where it never happened. */
    function read(text) {
      if (!like("TIME", text)) return { written: false, utc: null };
      const [, year, month, day, hour, minute, second = "0", fraction = "", zone] =
        /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(.*)$/.exec(text);
      const naive = moment(+year, +month, +day, hour * 3600e6, minute * 60e6, second * 1e6, +fraction.slice(0, 6).padEnd(6, "0"));
      if (naive === null) return { written: false, utc: null };
      if (zone === "Z") return { written: true, utc: naive };
      if (zone === "") {
        const offset = offsetOfLocal(naive);
        return { written: true, utc: offset === null ? null : naive - offset * 1e6 };
      }
      const [hours, minutes] = [zone.slice(1, 3), zone.slice(3).replace(":", "") || "0"].map(Number);
      return { written: true, utc: naive - (zone[0] === "-" ? -60e6 : 60e6) * (60 * hours + minutes) };
    }
    const localDay = (utc) => Math.floor((utc + offsetOfUtc(utc) * 1e6) / DAY_MICROS);
    return { isDay, read, localDay };
  }

  const malformed = (column, when) => ["malformed_value", column, when];

  /** Rules of one source: `rules`, each [code, column, when(row)], `key`, `same(row)`, `times`, and what is judged over rows. */
  Precheck.rules = (facts, name, source, beside, channel) => {
    const patterns = Object.fromEntries(
      Object.entries({ ...facts.patterns, ...facts.shares }).map(([one, text]) => [one, new RegExp(`^(?:${text})$`, "u")]));
    const like = (pattern, text) => patterns[pattern].test(text);
    const time = clock(facts, like);
    const isRowId = (text) => like("ROW_ID", text) && !text.includes("..");
    const within = (text, [low, high]) => like("WHOLE", text) && +text >= low && +text <= high;
    const outside = (utc, [first, last]) => utc !== null && (time.localDay(utc) < first || time.localDay(utc) > last);
    const unlike = (column, pattern) => malformed(column, (r) => !like(pattern, r[column]));
    const filled = (column, good) => malformed(column, (r) => r[column] !== "" && !good(r[column]));
    const noId = (column) => malformed(column, (r) => !isRowId(r[column]));
    const noWord = (column, words) => malformed(column, (r) => !words.includes(r[column]));
    const empty = (column) => malformed(column, (r) => r[column] === "");
    const unknownCandidate = ["unknown_candidate", "candidate_id", (r) => beside.candidates && !beside.candidates.has(r.candidate_id)];
    const moment = (column, optional = () => false) => [
      malformed(column, (r) => !(r[column] === "" && optional(r)) && !r.at[column].written),
      malformed(column, (r) => !(r[column] === "" && optional(r)) && r.at[column].utc === null),
    ];
    const instant = (r, column) => r.at[column].utc ?? r[column];
    const count = (text) => like("WHOLE", text) ? String(+text) : text;
    const known = (r) => source.known.map((column) => r[column]);

    function candidates() {
      return {
        key: "candidate_id", same: known,
        rules: [
          unlike("candidate_id", "ID"), unlike("company_id", "ID"), unlike("company", "COMPANY"), empty("category_id"),
          ["unknown_category", "category_id", (r) => !source.categories.includes(r.category_id)],
          noWord("status", source.statuses), filled("withdrawn_on", time.isDay),
          malformed("withdrawn_on", (r) => r.withdrawn_on !== "" && r.status === "entered"),
        ],
      };
    }

    function audits() {
      const grid = source.grids[channel] ?? [];
      const wrong = (r) => grid.find(([id, max, measured]) =>
        !["", "NA"].includes(r[id]) && !(measured ? like("MEASURE", r[id]) : within(r[id], [0, max])))?.[0];
      const compared = (r, [id, , measured]) => {
        if (r[id] === "NA") return "";
        return !measured ? count(r[id]) : like("MEASURE", r[id]) ? String(Math.round(r[id] * 1000)) : r[id];
      };
      const texts = source.base.filter((column) => !["started_at", "ended_at", "step", ...source.facts].includes(column));
      const isName = (text) => like("NAME", text), isWord = (text) => like("WORD", text);
      return {
        key: "test_id", times: ["started_at", "ended_at"],
        same: (r) => [...texts.map((column) => r[column]), instant(r, "started_at"), instant(r, "ended_at"),
          ...["step", ...source.facts].map((column) => count(r[column])), ...grid.map((one) => compared(r, one))],
        rules: [
          noId("test_id"), empty("candidate_id"), unknownCandidate, empty("channel"),
          ["unknown_channel", "channel", (r) => !Object.hasOwn(source.grids, r.channel)],
          noWord("scenario", source.scenarios), unlike("language", "WORD"), noId("shopper_id"), noWord("outcome", source.outcomes),
          ...moment("started_at"), ...moment("ended_at", (r) => r.outcome !== "completed"),
          filled("evidence_sha256", (text) => like("SHA256", text)), filled("rechecks", isRowId),
          filled("site", isName), filled("city", isName), filled("persona", isWord), filled("operator", isName),
          filled("journey_id", isRowId), filled("step", (text) => within(text, [1, 999])),
          malformed("step", (r) => r.step !== "" && r.journey_id === ""),
          ...source.facts.map((fact) => filled(fact, (text) => within(text, [0, 1]))),
          malformed(wrong, (r) => wrong(r) !== undefined),
          ["outside_window", "started_at", (r) => outside(r.at.started_at.utc, source.days)],
          ["outside_window", "ended_at", (r) => outside(r.at.ended_at.utc, source.days)],
          ["impossible_times", "ended_at", (r) => r.at.ended_at.utc !== null && r.at.ended_at.utc < r.at.started_at.utc],
          ["no_applicable_criterion", null, (r) => r.outcome === "completed" && grid.every(([id]) => ["", "NA"].includes(r[id]))],
        ],
      };
    }

    function survey() {
      return {
        times: ["answered_at"], person: "respondent_id", profile: (r) => source.variables.map((variable) => r[variable]),
        rules: [
          noId("respondent_id"), empty("candidate_id"), unknownCandidate, ...moment("answered_at"),
          ...source.bounds.map(([column, bounds]) => filled(column, (text) => within(text, bounds))),
          ["no_answer", null, (r) => source.answers.every((column) => r[column] === "")],
          ["outside_window", "answered_at", (r) => outside(r.at.answered_at.utc, source.days)],
          ...source.variables.map((variable) => ["unknown_profile_value", variable,
            (r) => beside.targets && !beside.targets.get(variable)?.has(r[variable])]),
        ],
      };
    }

    function votes() {
      return {
        key: "vote_id", times: ["cast_at"],
        same: (r) => [r.voter_key, r.category_id, r.candidate_id, instant(r, "cast_at"), r.channel, r.ip_hash],
        rules: [
          noId("vote_id"), noId("voter_key"), noId("ip_hash"), unlike("channel", "WORD"), empty("category_id"), empty("candidate_id"),
          ...moment("cast_at"),
          ["unknown_category", "category_id", (r) => !source.categories.includes(r.category_id)],
          unknownCandidate,
          ["category_mismatch", "category_id", (r) => beside.candidates && beside.candidates.get(r.candidate_id) !== r.category_id],
          ["outside_window", "cast_at", (r) => r.at.cast_at.utc < source.instants[0] || r.at.cast_at.utc > source.instants[1]],
        ],
      };
    }

    function contests() {
      const decided = (column, wrong) => malformed(column, (r) => r.decision !== "" && wrong(r));
      return {
        key: "contest_id",
        same: (r) => [r.candidate_id, r.test_id, r.opened_on, r.ground, r.decision, ...(r.decision ? [r.decided_on, r.reason] : [])],
        rules: [
          noId("contest_id"), empty("candidate_id"), noId("test_id"), malformed("opened_on", (r) => !time.isDay(r.opened_on)),
          noWord("ground", source.grounds), decided("decision", (r) => !source.decisions.includes(r.decision)),
          decided("decided_on", (r) => !time.isDay(r.decided_on)), decided("decided_on", (r) => r.decided_on < r.opened_on),
          decided("reason", (r) => like("BLANK", r.reason)), unknownCandidate,
        ],
        after: [["outside_window", "opened_on", (r) => r.opened_on < source.days[0] || r.opened_on > source.days[1]]],
        once: ["contested_twice", "test_id"],
      };
    }

    const made = { candidates, audits, survey, votes, contests }[name]();
    return { ...made, read: time.read };
  };

  /** The problems of survey/targets.csv: every defect of a margin blocks. */
  Precheck.targetProblems = (facts, source, rows, unreadable) => {
    const bad = (key, line, values) => Precheck.problem(`bad_target.${key}`, line, null, values);
    const share = new RegExp(`^(?:${facts.shares.SHARE})$`, "u"), value = new RegExp(`^(?:${facts.shares.VALUE})$`, "u");
    const wrong = rows.filter((r) => !share.test(r.share) || !value.test(r.value));
    const found = [...wrong, ...unreadable].map((r) => bad("share", r.line));
    if (wrong.length) return found;
    const seen = new Set();
    for (const r of rows) {
      const pair = JSON.stringify([r.variable, r.value]);
      if (!source.variables.includes(r.variable)) found.push(bad("variable", r.line));
      else if (seen.has(pair)) found.push(bad("twice", r.line));
      seen.add(pair);
    }
    const trillionths = (text) => BigInt(text[0] + (text.split(".")[1] ?? "").padEnd(12, "0"));
    for (const variable of source.variables) {
      const total = rows.filter((r) => r.variable === variable).reduce((sum, r) => sum + trillionths(r.share), 0n);
      const digits = String(total).padStart(13, "0");
      const shown = `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, "");
      if (total !== 10n ** 12n) found.push(bad("total", null, { variable, total: shown }));
    }
    return found;
  };
})();
