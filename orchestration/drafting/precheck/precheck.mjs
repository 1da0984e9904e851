#!/usr/bin/env node
// `node precheck.mjs FACTS.json < JOBS`: judges files as the page does. JOBS is a JSON list of {source, path, file, candidates, targets}
// (base64; the last two may be absent); the answers come as a JSON list. Belongs here: reading and writing, for tests and scripts.
import { readFileSync } from "node:fs";
import "./persons.js";
import "./reading.js";
import "./rules.js";
import "./judge.js";

const facts = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const bytes = (text) => text === undefined ? undefined : new Uint8Array(Buffer.from(text, "base64"));
const answers = [];
for (const job of JSON.parse(readFileSync(0, "utf-8"))) {
  const given = { candidates: bytes(job.candidates), targets: bytes(job.targets) };
  answers.push(await Precheck.judge(facts, job.source, job.path, bytes(job.file), given));
}
console.log(JSON.stringify(answers));
