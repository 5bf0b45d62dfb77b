import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";

import { manifestOf } from "./manifest.mjs";

for (const cpu of ["arm64", "x64"]) {
  const folder = `out/${cpu}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, JSON.stringify(manifestOf(cpu, process.env.VERSION)));
  execFileSync("npm", ["publish", "--access", "public"], { cwd: folder });
}
