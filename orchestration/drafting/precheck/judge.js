/* What intake will say of one file: `Precheck.judge(facts, source, path, bytes, beside)`.
 *
 * Belongs here: the order of the looks at a file, personal data, rows under one key. It answers
 * {unread, problems, rows: [{line, code, column, cell}], read, unknown, notJudged}; what other files decide is named, not guessed.
 */
(() => {
  "use strict";
  const Precheck = globalThis.Precheck ??= {};
  const problem = Precheck.problem;
  const MOST_BYTES = Precheck.MOST_BYTES = 2 ** 27;
  const FORMS = {
    audits: /\.csv$/, survey: /\.csv$/, votes: /\.(csv|ndjson)(\.gz)?$/, candidates: /\.csv$/, targets: /\.csv$/, contests: /\.csv$/,
  };
  /** Signs that do not print; a name that holds one. */
  const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, hidden = (name) => name.search(HIDDEN) >= 0;
  /** A key of NDJSON as it may be shown: an empty one, or one that does not print, as JSON writes it. */
  const inert = (key) => key && !hidden(key) ? key
    : JSON.stringify(key).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const ELSEWHERE = { audits: ["repeats"], votes: ["repeats"], survey: ["profiles"], contests: ["tests"] };

  function groups(rows, keyOf) {
    const found = new Map();
    for (const row of rows) {
      const key = keyOf(row);
      if (found.has(key)) found.get(key).push(row);
      else found.set(key, [row]);
    }
    return found.values();
  }

  const missing = (names, line) => problem(`missing_column.${names.length > 1 ? "several" : "one"}`, line, names[0], { columns: names.join(", "), near: "" });

  function headerProblem(facts, source, header) {
    const most = facts.limits.COLUMNS;
    if (header.length > most) return problem("too_large.columns", 1, null, { count: header.length, most });
    const absent = source.required.filter((name) => !header.includes(name));
    const bare = header.filter(hidden).map((name) => name.replace(HIDDEN, ""));
    if (bare.length && absent.length || bare.some((name) => source.known.includes(name))) return problem("header_name.control", 1);
    const twice = source.known.filter((name) => header.indexOf(name) !== header.lastIndexOf(name));
    if (twice.length) return problem("duplicate_column.twice", 1, null, { count: twice.length });
    return absent.length ? missing(absent, 1) : null;
  }

  /** Columns whose cells look like personal data, each with its lines; the cells themselves are not repeated. */
  function personal(facts, source, file, shownName) {
    const { looksPersonal } = Precheck.persons(facts);
    const looks = file.header.map((name, place) => {
      const known = source.known.includes(name);
      const kind = known && facts.columns.key.includes(name) ? "key" : known && !facts.columns.text.includes(name) ? "id" : "text";
      return [shownName(name, place), file.rows.filter((row) => looksPersonal(row.cells[place], kind))];
    });
    looks.push([null, file.rows.filter((row) => row.extra && looksPersonal(Precheck.unescaped(row.extra), "text"))]);
    looks.push([null, file.unreadable.filter((one) => looksPersonal(Precheck.unescaped(JSON.stringify({ line: one.text }).replace(":", ": ")), "text"))]);
    return looks.filter(([, rows]) => rows.length).map(([column, rows]) => problem(
      `personal_data.${rows.length > 1 ? "several" : "one"}`, rows[0].line, column,
      { cells: rows.length, lines: rows.slice(0, 20).map((row) => row.line).join(", ") + (rows.length > 20 ? ", …" : "") }));
  }

  /** The one channel of a file of audits (undefined: no known one), or what is wrong with it. */
  function channelOf(source, header, rows) {
    const found = [...new Set(rows.map((row) => row.channel))].filter((name) => Object.hasOwn(source.grids, name)).sort();
    const problems = found.length > 1 ? [problem("several_channels.channels", null, "channel", { channels: found.join(", ") })] : [];
    const channel = found.length === 1 ? found[0] : undefined;
    const absent = channel ? source.grids[channel].map(([id]) => id).filter((id) => !header.includes(id)) : [];
    if (absent.length) problems.push(missing(absent, 1));
    return { channel, problems };
  }

  function judgeRows(rows, source) {
    const aside = new Map();
    const set = (row, code, column) => aside.has(row) || aside.set(row, { line: row.line, code, column, cell: column === null ? null : row[column] ?? null });
    const first = (row, rules) => {
      const rule = rules.find(([, , when]) => when(row));
      if (rule) set(row, rule[0], typeof rule[1] === "function" ? rule[1](row) : rule[1]);
    };
    for (const row of rows) {
      row.at = Object.fromEntries((source.times ?? []).map((column) => [column, source.read(row[column])]));
      first(row, source.rules);
    }
    if (source.key) {
      for (const group of groups(rows.filter((row) => row[source.key] !== ""), (row) => row[source.key])) {
        if (group.length === 1) continue;
        const differ = new Set(group.map((row) => JSON.stringify(source.same(row)))).size > 1;
        for (const row of differ ? group : group.slice(1)) set(row, differ ? "conflicting_rows" : "duplicate_row", null);
      }
    }
    if (source.person) {
      for (const group of groups(rows.filter((row) => !aside.has(row)), (row) => row[source.person])) {
        if (new Set(group.map((row) => JSON.stringify(source.profile(row)))).size > 1) {
          for (const row of group) set(row, "contradictory_profile", null);
        }
      }
    }
    for (const row of rows) if (source.after && !aside.has(row)) first(row, source.after);
    if (source.once) {
      const [code, column] = source.once;
      for (const group of groups(rows.filter((row) => !aside.has(row)), (row) => row[column])) {
        if (group.length > 1) for (const row of group) set(row, code, column);
      }
    }
    return aside;
  }

  /** Rows of a file by column name, or what stops it. */
  async function opened(facts, name, path, bytes) {
    const source = facts.sources[name];
    if (/\.parquet$/.test(path)) return { unread: "parquet" };
    if (/\.xlsx$/.test(path)) return { unread: "xlsx" };
    if (!FORMS[name].test(path)) return { unread: "form" };
    const file = await Precheck.read(bytes, path, source, facts.limits, MOST_BYTES, (header) => headerProblem(facts, source, header));
    if (file.unread || file.problem) return file;
    if (file.missing.length) return { problem: missing(file.missing, null) };
    const { looksPersonal } = Precheck.persons(facts);
    const shownName = (column, place) => !column || hidden(column) || looksPersonal(column, "text") ? `(column ${place + 1})` : column;
    const problems = personal(facts, source, file, shownName);
    const places = source.known.map((column) => [column, file.header.indexOf(column)]);
    const rows = file.rows.map((row) => {
      const made = Object.assign(Object.create(null), { line: row.line });
      for (const [column, place] of places) made[column] = place < 0 ? "" : row.cells[place];
      return made;
    });
    const stray = new Set(file.rows.flatMap((row) => row.unknown ?? []));
    const unknown = (known) => [...new Set([
      ...file.header.flatMap((column, place) => known.includes(column) ? [] : [shownName(column, place)]), ...Array.from(stray, inert)])];
    return { problems, rows, unreadable: file.unreadable, header: file.header, unknown };
  }

  /** What the accepted rows of another file say: the category of each candidate, the values of each variable; null if it cannot be used. */
  async function besides(facts, given) {
    const beside = { candidates: null, targets: null, unusable: [] };
    for (const name of ["candidates", "targets"]) {
      if (!given[name] || !facts.sources[name]) continue;
      const file = await opened(facts, name, `${name}.csv`, given[name]);
      const source = facts.sources[name];
      const stopped = file.unread || file.problem || file.problems.length;
      if (stopped || (name === "targets" && Precheck.targetProblems(facts, source, file.rows, file.unreadable).length)) {
        beside.unusable.push(name);
      } else if (name === "targets") {
        beside.targets = new Map(source.variables.map((variable) =>
          [variable, new Set(file.rows.filter((row) => row.variable === variable).map((row) => row.value))]));
      } else {
        const aside = judgeRows(file.rows, Precheck.rules(facts, name, source, beside));
        beside.candidates = new Map(file.rows.filter((row) => !aside.has(row)).map((row) => [row.candidate_id, row.category_id]));
      }
    }
    return beside;
  }

  Precheck.judge = async (facts, name, path, bytes, given = {}) => {
    const answer = { unread: null, problems: [], rows: [], read: 0, unknown: [], notJudged: [...ELSEWHERE[name] ?? []], unusable: [] };
    const source = facts.sources[name];
    const file = await opened(facts, name, path, bytes);
    if (file.unread) return { ...answer, unread: file.unread };
    if (file.problem) return { ...answer, problems: [file.problem] };
    if (file.problems.length) return { ...answer, problems: file.problems };
    const beside = await besides(facts, given);
    answer.unusable = beside.unusable;
    if (!beside.candidates && source.known.includes("candidate_id") && name !== "candidates") answer.notJudged.push("candidates");
    if (!beside.targets && name === "survey" && source.variables.length) answer.notJudged.push("targets");
    answer.read = file.rows.length + file.unreadable.length;
    if (name === "targets") {
      answer.problems = Precheck.targetProblems(facts, source, file.rows, file.unreadable);
      answer.unknown = file.unknown(source.known);
      return answer;
    }
    let channel, known = source.known;
    if (name === "audits") {
      const settled = channelOf(source, file.header, file.rows);
      if (settled.problems.length) return { ...answer, problems: settled.problems, read: 0 };
      channel = settled.channel;
      if (channel) known = [...source.base, ...source.grids[channel].map(([id]) => id)];
    }
    const aside = judgeRows(file.rows, Precheck.rules(facts, name, source, beside, channel));
    const unreadable = file.unreadable.map((one) => ({ line: one.line, code: "unreadable_row", column: null, cell: null }));
    answer.rows = [...aside.values(), ...unreadable].sort((a, b) => a.line - b.line);
    answer.unknown = file.unknown(known);
    answer.channel = channel ?? null;
    return answer;
  };
})();
