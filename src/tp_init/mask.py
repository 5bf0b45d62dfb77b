r"""Find the literal secrets in a text, and mask them.

A reference (`${NPM_TOKEN}`, `\${NPM_TOKEN}`, `${{ secrets.NPM_TOKEN }}`, `%TOKEN%`) is no secret.
When in doubt a value is masked: a masked word costs a reader a moment, a printed token the package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["has_secret", "masked"]

_MASK = "***"

# Every pattern has a group `secret`, which is what is masked; a prefix that says whose token it
# is stays, because it tells the reader what to revoke. No pattern can backtrack over more than a
# bounded stretch: the texts come from repositories that nobody has vetted.

_SHAPES = (  # what a secret looks like, wherever it stands
    # npm: https://docs.npmjs.com/about-access-tokens
    r"npm_(?P<secret>[A-Za-z0-9]{36,})",
    # GitHub: https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/
    r"gh[pousr]_(?P<secret>[A-Za-z0-9]{36,})",
    r"github_pat_(?P<secret>[A-Za-z0-9_]{22,})",
    # GitLab: https://docs.gitlab.com/security/tokens/#token-prefixes
    r"gl(?:pat|dt|cbt|rt|ptt)-(?P<secret>[A-Za-z0-9_-]{20,})",
    # A JSON web token: three base64url parts, the first one a JSON object.
    r"(?<![\w-])eyJ(?P<secret>[\w-]{10,4000}\.[\w-]{4,4000}\.[\w-]{8,4000})",
    # A password in an address; an Authorization header.
    r"://[^\s/:@'\"]{0,100}:(?P<secret>[^\s/@'\"]{3,200})@",
    r"(?i:\b(?:bearer|basic)\s{1,4})(?P<secret>(?=\S{0,100}[0-9=])[\w+/=.~-]{16,})",
)

_ANY = r"[\"']?(?P<secret>(?<=\")[^\"\n]+|(?<=')[^'\n]+|[^\s\"'`]+)"
_LONG = r"[\"']?(?P<secret>(?=[^\s\"'`]{0,100}[0-9])[\w+/=.~-]{16,})"

_NAMED = (  # what is secret because of the name before it, whatever it looks like
    # .npmrc: https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration
    r"(?i:_(?:authToken|auth|password))[\"']?[ \t]{0,8}=[ \t]{0,8}" + _ANY,
    # .yarnrc.yml: https://yarnpkg.com/configuration/yarnrc#npmAuthToken
    r"\bnpmAuth(?:Token|Ident)[\"']?[ \t]{0,8}:[ \t]{0,8}" + _ANY,
    # `npm config set KEY VALUE`; YAML, TOML, shell that sets a token's variable. Prose has these
    # names too, so here a value counts only where it looks like a token.
    r"(?i:_(?:authToken|auth|password))[\"']?[ \t]{1,8}" + _LONG,
    r"(?i:(?:token|_auth|secret|password))[\"']?[ \t]{0,8}[:=][ \t]{0,8}" + _LONG,
)

_PATTERNS = tuple(re.compile(pattern) for pattern in (*_SHAPES, *_NAMED))

_REFERENCE = re.compile(r"\\?\$[\w({]|%\w+%|<|\{\{|\*\*\*")
_PLACEHOLDER = re.compile(r"(?i:[x*.…?-]+|undefined|null|none|true|false|dummy|fake|your[-_].*)")


def has_secret(text: str) -> bool:
    """Whether a text holds a literal secret."""
    return any(True for _ in _secrets(text))


def masked(text: str) -> str:
    """The text with `***` in place of every literal secret. A second masking changes nothing."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(_secrets(text)):
        if start >= done:
            pieces += (text[done:start], _MASK)
        done = max(done, end)
    return "".join((*pieces, text[done:]))


def _secrets(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the secrets; they may overlap."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            secret = match["secret"]
            if not _REFERENCE.match(secret) and not _PLACEHOLDER.fullmatch(secret):
                yield match.span("secret")
