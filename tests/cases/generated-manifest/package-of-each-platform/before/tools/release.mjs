import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";

for (const cpu of ["arm64", "x64"]) {
  const folder = `out/${cpu}`;
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: `@acme/logger-linux-${cpu}`,
    version: process.env.VERSION,
    os: ["linux"],
    cpu: [cpu],
  };
  writeFileSync(`${folder}/package.json`, JSON.stringify(manifest));
  execFileSync("npm", ["publish", "--access", "public"], { cwd: folder });
}
