#!/usr/bin/env node
console.log("Run `npm publish` with NPM_TOKEN=… or //registry.npmjs.org/:_authToken in .npmrc");
