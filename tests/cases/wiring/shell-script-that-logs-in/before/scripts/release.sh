#!/usr/bin/env bash
set -euo pipefail

# The token comes from the workflow.
echo "//registry.npmjs.org/:_authToken=${NPM_TOKEN}" > ~/.npmrc

npm publish "$@"
