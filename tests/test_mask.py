"""A literal secret is found and masked; a reference to one is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tp_init.mask import has_secret, masked

NPM = "npm_" + "a1B2" * 9
UUID = "01234567-89ab-cdef-0123-456789abcdef"

SECRETS = {
    f"//registry.npmjs.org/:_authToken={NPM}": "//registry.npmjs.org/:_authToken=***",
    f"//registry.npmjs.org/:_authToken={UUID}": "//registry.npmjs.org/:_authToken=***",
    f"//registry.npmjs.org/:_authToken = '{UUID}'": "//registry.npmjs.org/:_authToken = '***'",
    "_auth=dXNlcjpwYXNzd29yZA==": "_auth=***",
    '//r/:_password="c2VjcmV0"': '//r/:_password="***"',
    '_password="two words"': '_password="***"',
    f"npm config set //registry.npmjs.org/:_authToken {UUID}": (
        "npm config set //registry.npmjs.org/:_authToken ***"
    ),
    f"echo '//registry.npmjs.org/:_authToken={UUID}' > .npmrc": (
        "echo '//registry.npmjs.org/:_authToken=***' > .npmrc"
    ),
    f"NPM_CONFIG__AUTHTOKEN={UUID}": "NPM_CONFIG__AUTHTOKEN=***",
    f"      NODE_AUTH_TOKEN: {NPM} # mine": "      NODE_AUTH_TOKEN: *** # mine",
    f'NODE_AUTH_TOKEN: "{UUID}"': 'NODE_AUTH_TOKEN: "***"',
    f"the log said {NPM}.": "the log said npm_***.",
    f"npmAuthToken: '{UUID}'": "npmAuthToken: '***'",
    'npmAuthIdent: "user:secret"': 'npmAuthIdent: "***"',
    f'token = "{UUID}"': 'token = "***"',
    "ghp_" + "a1B2" * 9: "ghp_***",
    "github_pat_11" + "ABCDEFGHIJ_" * 4: "github_pat_***",
    "glpat-" + "abcdeFGHIJ" * 2: "glpat-***",
    "https://user:hunter22@example.com/": "https://user:***@example.com/",
    "https://:hunter22@example.com/": "https://:***@example.com/",
    "Authorization: Bearer abcdefghijklmnop0123": "Authorization: Bearer ***",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghij": "eyJ***",
}

NO_SECRETS = [
    "//registry.npmjs.org/:_authToken=${NPM_TOKEN}",
    '//registry.npmjs.org/:_authToken="${NPM_TOKEN}"',
    "//registry.npmjs.org/:_authToken=${{ secrets.NPM_TOKEN }}",
    "//registry.npmjs.org/:_authToken=$NPM_TOKEN",
    "//registry.npmjs.org/:_authToken=%NPM_TOKEN%",
    "//registry.npmjs.org/:_authToken=${NPM_TOKEN-}",
    "//registry.npmjs.org/:_authToken=",
    "//registry.npmjs.org/:_authToken=<token>",
    "//registry.npmjs.org/:_authToken=XXXXX-XXXXX-XXXXX-XXXXX",
    "//registry.npmjs.org/:_authToken=your-token-here",
    "npm config set //registry.npmjs.org/:_authToken ${NPM_TOKEN}",
    "npm config set '//registry.npmjs.org/:_authToken' \"${NODE_AUTH_TOKEN}\"",
    "NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}",
    "token: ${{ steps.app-token-0123456789abcdef.outputs.token }}",
    "id-token: write",
    "uses: actions/create-github-app-token@0123456789abcdef0123456789abcdef01234567 # v2",
    "npmAuthToken: ${NPM_TOKEN}",
    r'echo "//registry.npmjs.org/:_authToken=\${NPM_TOKEN}" > .npmrc',
    "https://x-access-token:${{ secrets.GITHUB_TOKEN }}@github.com/acme/logger",
    "https://$USER:$PASSWORD@example.com",
    "https://example.com:8080/path@1",
    "git@github.com:acme/logger.git",
    "`_authToken` is set; NPM_TOKEN: authenticates-the-release",
    "integrity sha512-0123456789abcdef0123456789abcdef==",
    "basic authentication",
]


@pytest.mark.parametrize(("text", "expected"), SECRETS.items())
def test_a_literal_secret_is_masked(text: str, expected: str) -> None:
    assert has_secret(text)
    assert masked(text) == expected


@pytest.mark.parametrize("text", NO_SECRETS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text) == text
    assert not has_secret(text)


def test_all_secrets_of_a_text_are_masked() -> None:
    text = masked("\n".join(SECRETS))
    assert text == "\n".join(SECRETS.values())


PUNCTUATION = ["=", ":", " ", "\n", '"', "'", "://", "@", ".", "$", "-", "***"]
NAMES = ["_authToken", "_password", "npmAuthToken", "token", "Bearer ", "eyJ", "${X}", "x"]
WORDS = st.sampled_from([NPM, UUID, "a1" * 9, *PUNCTUATION, *NAMES])


@given(st.lists(WORDS, max_size=12).map("".join))
def test_nothing_is_left_to_mask_and_no_npm_token_survives(text: str) -> None:
    once = masked(text)
    assert masked(once) == once
    assert not has_secret(once)
    assert NPM not in once


@pytest.mark.parametrize("piece", ["eyJ", "token=", "_authToken ", "npm_", "://a:", "bearer ", "a"])
def test_a_hostile_text_costs_no_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    start = time.perf_counter()
    masked(text)
    assert time.perf_counter() - start < 10
