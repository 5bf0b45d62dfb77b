import { execFileSync } from "node:child_process";

execFileSync("npm", ["publish", "--tag", process.env.TAG ?? "latest"]);
