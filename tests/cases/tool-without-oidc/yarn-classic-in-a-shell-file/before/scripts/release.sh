#!/usr/bin/env bash
set -euo pipefail
yarn build
yarn publish --non-interactive --new-version "$1" --no-git-tag-version || exit 1
echo done
