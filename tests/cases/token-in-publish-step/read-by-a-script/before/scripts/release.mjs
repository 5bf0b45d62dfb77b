import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";

writeFileSync(".npmrc", `//registry.npmjs.org/:_authToken=${process.env.NPM_TOKEN}\n`);
execFileSync("npm", ["publish"], { stdio: "inherit" });
