/* The page: takes the files that a person chooses, shows what `Precheck.judge` answers.
 *
 * Belongs here: elements and words. Whatever comes from a file is shown as text, never as markup.
 */
(() => {
  "use strict";
  const { facts, words, problems, reasons, forms, places } = JSON.parse(document.getElementById("facts").textContent);
  const $ = (id) => document.getElementById(id);
  const SHOWN = 500, CELL = 80;
  let turns = 0;

  const filled = (text, values = {}) => text.replace(/\{([a-z_]+)\}/g, (all, name) => Object.hasOwn(values, name) ? String(values[name]) : all);
  const say = (key, values) => filled(words[key], values);

  function el(tag, ...children) {
    const made = document.createElement(tag);
    made.append(...children);
    return made;
  }

  function table(id, heads, rows) {
    const body = el("tbody", ...rows.map((cells) => el("tr", ...cells.map((cell, place) => {
      const td = el("td", cell);
      td.dataset.head = say(heads[place]);
      return td;
    }))));
    const made = el("table", el("thead", el("tr", ...heads.map((head) => {
      const th = el("th", say(head));
      th.scope = "col";
      return th;
    }))), body);
    made.setAttribute("aria-labelledby", id);
    const scroll = el("div", made);
    scroll.className = "scroll";
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-labelledby", id);
    return scroll;
  }

  function head(id, text) {
    const made = el("h2", text);
    made.id = id;
    return made;
  }

  /** How to mend a row: what its column may hold where the cell is at fault, otherwise what the reason asks for. */
  function mend(row, source, channel) {
    const form = forms[source][channel ?? ""]?.[row.column] ?? Object.values(forms[source])[0]?.[row.column];
    if (["malformed_value", "outside_window"].includes(row.code) && form) return say("may_hold", { form });
    return words[`mend_${row.code}`] ?? "";
  }

  function verdict(code, text, values = {}) {
    const made = el("div", el("strong", say(code, values)), text);
    made.id = "verdict";
    made.dataset.verdict = code;
    made.style.setProperty("--tone", `var(--${{ usable: "good", rows_aside: "half", refused: "bad" }[code] ?? "quiet"})`);
    return made;
  }

  function show(answer, source, name) {
    const box = $("answer"), aside = answer.rows.length;
    const most = source === "candidates" ? 0 : facts.most;
    const over = aside * 10000 > most * answer.read;
    if (answer.unread) {
      const command = el("pre", `palmares check ${facts.edition} --file ${name} --as ${places[source]}${name}`);
      box.replaceChildren(verdict("unread", say(`unread_${answer.unread}`)), command);
      return;
    }
    const counts = say("counts", { read: answer.read, aside });
    if (answer.problems.length) box.replaceChildren(verdict("refused", say("refused_text")));
    else if (aside) box.replaceChildren(verdict("rows_aside", `${counts} ${say(over ? "too_many" : "not_too_many")}`));
    else box.replaceChildren(verdict("usable", counts));
    if (answer.problems.length) {
      const rows = answer.problems.map((one) => [String(one.line ?? ""), one.column ?? "", el("code", one.code), filled(problems[one.key], one.values)]);
      box.append(head("problems", say("problems_head")), table("problems", ["line", "column", "code", "problem"], rows));
    }
    if (aside) {
      const rows = answer.rows.slice(0, SHOWN).map((row) => {
        const cell = row.cell === null ? "" : row.cell.length > CELL ? `${row.cell.slice(0, CELL)}…` : row.cell;
        const held = cell ? [el("br"), el("code", cell)] : [];
        const fragment = document.createDocumentFragment();
        fragment.append(row.column ?? "", ...held);
        return [String(row.line), fragment, el("code", row.code), reasons[row.code], mend(row, source, answer.channel)];
      });
      box.append(head("rows", say("rows_head")), table("rows", ["line", "column", "code", "reason", "mend"], rows));
      if (aside > SHOWN) box.append(el("p", say("more", { rows: aside - SHOWN })));
    }
    if (answer.unknown.length) box.append(head("unknown", say("unknown_head")), el("ul", ...answer.unknown.map((name) => el("li", el("code", name)))));
    const open = [...answer.unusable.map((one) => say(`unusable_${one}`)), ...answer.notJudged.map((one) => say(`open_${one}`))];
    if (open.length && !answer.problems.length) box.append(head("open", say("open_head")), el("ul", ...open.map((text) => el("li", text))));
  }

  const bytes = async (id) => {
    const file = $(id)?.files[0];
    return file && new Uint8Array(await file.arrayBuffer());
  };

  async function run() {
    const file = $("file").files[0], source = $("source").value, turn = ++turns;
    if (!file) return;
    $("answer").replaceChildren(el("p", say("reading")));
    await new Promise((done) => setTimeout(done));
    const answer = file.size > Precheck.MOST_BYTES ? { unread: "size" }
      : await Precheck.judge(facts, source, file.name, await bytes("file"), { candidates: await bytes("candidates"), targets: await bytes("targets") });
    if (turn === turns) show(answer, source, file.name); // another file that was chosen meanwhile takes its place
  }
  for (const id of ["file", "source", "candidates", "targets"]) $(id)?.addEventListener("change", run);
  for (const input of document.querySelectorAll("input[type=file]")) {
    input.addEventListener("click", () => { input.value = ""; }); // a corrected file of the same name is a choice too
  }
})();
