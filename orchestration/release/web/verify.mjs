#!/usr/bin/env node
// `node verify.mjs RELEASE_DIR [FINGERPRINT]`: verifies a release with verifier.js; prints JSON, exits as `palmares verify`.
// Belongs here: reading a folder from disk. Links and odd files are given as files with no right content.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import "./verifier.js";

const [folder, given] = process.argv.slice(2);
const fingerprint = PalmaresVerifier.readFingerprint(given);
if (!folder || fingerprint === null) {
  console.error("usage: node verify.mjs RELEASE_DIR [FINGERPRINT of 64 hexadecimal digits]");
  process.exit(2);
}

const files = new Map();
function walk(prefix) {
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix + entry.name;
    if (entry.isFile()) files.set(path, new Uint8Array(readFileSync(join(folder, path))));
    else if (!entry.isDirectory()) files.set(path, new Uint8Array());
    else {
      if (path !== "results") files.set(path, new Uint8Array());
      walk(`${path}/`);
    }
  }
}

try {
  walk("");
} catch (error) {
  if (files.size === 0) console.error(`cannot be read: ${error.code}`);
}
const report = await PalmaresVerifier.verify(files, fingerprint);
console.log(JSON.stringify(report, null, 2));
process.exit(report.exitCode);
