"""Failures of the npm CLI itself, before or beside the publish."""

from __future__ import annotations

from tp_init.explain import clues, signals
from tp_init.explain.model import HINT, PROOF, STRONG, Case, Cause, Evidence, Row
from tp_init.explain.signals import signal
from tp_init.model import Location
from tp_init.rules import missing_id_token, missing_publish_config, npm_too_old

__all__ = ["ROWS"]

_PUBLISH = "https://github.com/npm/cli/blob/latest/lib/commands/publish.js"
_LIBNPMPUBLISH = "https://github.com/npm/cli/blob/latest/workspaces/libnpmpublish/lib/publish.js"


def _prerelease(case: Case) -> tuple[Evidence, ...]:
    """Versions with a hyphen."""
    return tuple(
        Evidence(
            STRONG,
            "repository",
            str(Location(package.document.path)),
            f"`{package.name}` has the version {package.version}.",
        )
        for package in (case.setup.packages if case.setup is not None else ())
        if "-" in package.version
    )


_RANGE_TAG = signal(
    "range-tag", "Tag name must not be a valid SemVer range", r"SemVer range: (?P<tag>\S{1,80})"
)
_HIGHER = signal(
    "higher-version",
    "Cannot implicitly apply the",
    r"previously published version (?P<there>\S{1,80}) is higher than the new version"
    r" (?P<new>\S{1,80}?)\.?(?:\s|$)",
)
_ENGINE = signal(
    "npm-engine",
    "npm@",
    r"(?:error|ERR!) (?:notsup|code EBADENGINE|engine).{0,80}\bnpm@(?P<npm>\d+\.\d+\.\d+)",
)
_NEEDS = signal(
    "needs-node", "equired:", r'Required:? .{0,40}"?node"?\W{1,4}(?P<needs>[^"}]{1,80})'
)
_GIT_PATH = signal(
    "git-path",
    ".tgz",
    r"(?:git ls-remote|git --no-replace-objects ls-remote) .{0,20}?ssh://git@github\.com/(?P<path>\S{1,200}?\.tgz)(?:\.git)?",
)

ROWS: tuple[Row, ...] = (
    Row(
        id="provenance-without-identity",
        title='EUSAGE: provenance requires "write" access to the "id-token" permission',
        meaning="Provenance was asked for, and the job may not ask GitHub for an identity.",
        signals=(
            signal(
                "provenance-permission",
                "Provenance generation in GitHub Actions requires",
            ),
        ),
        causes=(
            Cause(
                id="missing-id-token",
                title="The publishing job may not ask for an id-token",
                why="Provenance is signed with the same identity that trusted publishing trades.",
                look="The `permissions:` of the publishing job, and of the job that calls it.",
                fix="Add `id-token: write` to the permissions of that job, and keep those it has.",
                command="tp-init --diff",
                source=_LIBNPMPUBLISH,
                clues=(clues.rule(missing_id_token.RULE),),
            ),
        ),
        codes=("EUSAGE",),
        decides=True,
    ),
    Row(
        id="provenance-for-private",
        title="EUSAGE: can't generate provenance for new or private package",
        meaning="Provenance is public, and npm takes the package for a private or a new one.",
        signals=(signal("provenance-private", "generate provenance for new or private package"),),
        causes=(
            Cause(
                id="provenance-without-access",
                title="Provenance was forced on a package that is not public",
                why=(
                    "A scoped package that is new counts as private until `access` says otherwise;"
                    " a package that is not there yet cannot be looked up."
                ),
                look="`publishConfig.access`, `--provenance`, and whether the package is on npm.",
                fix=(
                    "Set `publishConfig.access` to `public`. Publish the very first version by"
                    " hand, without provenance."
                ),
                command="npm publish --access public --provenance=false",
                source=_LIBNPMPUBLISH,
                clues=(clues.rule(missing_publish_config.RULE),),
            ),
        ),
        codes=("EUSAGE",),
        decides=True,
    ),
    Row(
        id="provenance-outside-ci",
        title="EUSAGE: automatic provenance generation not supported",
        meaning="Provenance was asked for where no identity can be had: on a person's machine.",
        signals=(signal("provenance-provider", "Automatic provenance generation not supported"),),
        causes=(
            Cause(
                id="provenance-by-hand",
                title="A publish by hand, of a package that asks for provenance",
                why=(
                    "`publishConfig.provenance` holds everywhere, and only the command line can"
                    " overrule it: the environment variable cannot."
                ),
                look="`publishConfig.provenance` in package.json.",
                fix="Switch it off for this one publish.",
                command="npm publish --access public --provenance=false",
                source=_LIBNPMPUBLISH,
            ),
        ),
        codes=("EUSAGE",),
        decides=True,
    ),
    Row(
        id="engine-too-old",
        title="EBADENGINE: the newest npm does not install on this Node",
        meaning=(
            "`npm install -g npm@latest` fetched an npm that refuses to run on the job's Node. npm"
            " 12 wants Node ^22.22.2, ^24.15.0 or 26 and newer."
        ),
        signals=(_ENGINE,),
        causes=(
            Cause(
                id="npm-upgrade-refused",
                title="The upgrade of npm does not fit the job's Node",
                why="`latest` is npm 12 since July 2026, and it moves on without asking.",
                look="`node-version` of the job, and the line that installs npm.",
                fix=(
                    "Use Node 24 and drop the upgrade: its npm is new enough. Where another Node"
                    " has to stay, write `npm install -g npm@11`."
                ),
                command="npm install -g npm@11",
                source="https://github.com/shannah/jdeploy/issues/469",
                clues=(
                    clues.said(_ENGINE, PROOF, "npm {npm} refuses to install."),
                    clues.said(_NEEDS, HINT, "It wants Node {needs}."),
                    clues.said(signals.NODE_SAYS, HINT, "The job has Node {version}."),
                    clues.rule(npm_too_old.RULE),
                ),
            ),
        ),
        codes=("EBADENGINE", "ENOTSUP"),
        decides=True,
    ),
    Row(
        id="promise-retry-missing",
        title="Cannot find module 'promise-retry'",
        meaning="npm broke while it replaced itself.",
        signals=(
            signal(
                "promise-retry", "promise-retry", r"Cannot find module '(?:\S*/)?promise-retry'"
            ),
        ),
        causes=(
            Cause(
                id="npm-upgrades-itself",
                title="npm 10.9.7, of Node 22.22.2, cannot replace itself",
                why="It removes a module that it still needs. npm 10.9.8 has it fixed.",
                look="Whether the job's Node is 22.22.2.",
                fix=(
                    "Use Node 24 and drop the upgrade. Where Node 22 has to stay, go by way of npm"
                    " 10."
                ),
                command="npm install -g npm@10 && npm install -g npm@11",
                source="https://github.com/npm/cli/issues/9151",
                clues=(
                    clues.said(
                        signal("node-22-22-2", "22.22.2", r"(?:^|\D)22\.22\.2(?:\D|$)", "either"),
                        STRONG,
                        "The job has Node 22.22.2.",
                    ),
                    clues.said(signals.NPM_UPGRADE, HINT, "The job upgrades npm."),
                    clues.rule(npm_too_old.RULE, HINT),
                ),
            ),
        ),
        codes=("MODULE_NOT_FOUND",),
    ),
    Row(
        id="sigstore-missing",
        title="Cannot find module 'sigstore'",
        meaning="The npm that runs lacks a part of itself, which signs provenance.",
        signals=(signal("sigstore", "sigstore", r"Cannot find module '(?:@?\S*/)?sigstore\S*'"),),
        causes=(
            Cause(
                id="npm-half-replaced",
                title="An upgrade of npm stopped half-way",
                why="npm replaced itself in place, and left an installation that is not whole.",
                look="The line that installs npm, and its own output.",
                fix="Use Node 24 and drop the upgrade: its npm is whole and new enough.",
                source="https://github.com/npm/cli/issues/9151",
                clues=(
                    clues.said(signals.NPM_UPGRADE, STRONG, "The job upgrades npm."),
                    clues.rule(npm_too_old.RULE, HINT),
                ),
            ),
        ),
        codes=("MODULE_NOT_FOUND",),
    ),
    Row(
        id="prerelease-without-tag",
        title="You must specify a tag using --tag when publishing a prerelease version",
        meaning="npm 11 and newer do not make a prerelease the `latest` without being told to.",
        signals=(signal("prerelease-tag", "--tag when publishing a prerelease version"),),
        causes=(
            Cause(
                id="prerelease-without-tag",
                title="A prerelease is published without a tag",
                why="`latest` is what everybody installs, and a prerelease seldom is meant to be.",
                look="The version in package.json, and the options of the publish.",
                fix="Publish it with a tag of its own.",
                command="npm publish --tag next",
                source=_PUBLISH,
                clues=(_prerelease,),
            ),
        ),
        decides=True,
    ),
    Row(
        id="tag-is-a-range",
        title="Tag name must not be a valid SemVer range",
        meaning="`npm install NAME@v1` could not tell such a tag from a version.",
        signals=(_RANGE_TAG,),
        causes=(
            Cause(
                id="tag-is-a-range",
                title="The dist-tag reads as a version",
                why="`v1` and `1.x` are ranges; `v1-lts`, `lts-1` and `release-1.x` are not.",
                look="The `--tag` of the publish, or `publishConfig.tag`.",
                fix="Take another name for the tag.",
                command="npm publish --tag v1-lts",
                source=_PUBLISH,
                clues=(clues.said(_RANGE_TAG, PROOF, "The tag is `{tag}`."),),
            ),
        ),
        decides=True,
    ),
    Row(
        id="latest-would-go-back",
        title='Cannot implicitly apply the "latest" tag',
        meaning="A higher version is on npm, so this one would take `latest` back.",
        signals=(_HIGHER, signal("implicit-latest", 'Cannot implicitly apply the "latest" tag')),
        causes=(
            Cause(
                id="backport-without-tag",
                title="An older line is published without a tag",
                why="npm 11 and newer ask for a tag where the version is not the highest.",
                look="The version in package.json, and the highest on npm.",
                fix="Give the older line a tag of its own.",
                command="npm publish --tag v1-lts",
                source=_PUBLISH,
                clues=(clues.said(_HIGHER, PROOF, "{there} is on npm, and this is {new}."),),
            ),
        ),
        decides=True,
    ),
    Row(
        id="marked-private",
        title="EPRIVATE: this package has been marked as private",
        meaning="package.json says `private: true`, and npm publishes no such package.",
        signals=(signal("eprivate", "This package has been marked as private"),),
        causes=(
            Cause(
                id="package-private",
                title="`private: true` in the package.json that is published",
                why="It guards against an accidental publish, mostly of a monorepo's root.",
                look="Which folder the publish runs in.",
                fix=(
                    "Publish from the package's own folder, or with `--workspace`; or take"
                    " `private` out if it is meant to be public."
                ),
                command="npm publish --workspace {package}",
                source=_PUBLISH,
            ),
        ),
        codes=("EPRIVATE",),
        decides=True,
    ),
    Row(
        id="tarball-taken-for-git",
        title="npm publish DIR/NAME.tgz asks GitHub",
        meaning="A path without `./` in front is read as `owner/repository` on GitHub.",
        signals=(_GIT_PATH,),
        causes=(
            Cause(
                id="path-without-dot",
                title="The path of the tarball lacks `./`",
                why="npm takes `dist/x.tgz` for a repository, and asks GitHub for it by SSH.",
                look="The argument of `npm publish`.",
                fix="Write `./` before the path; one tarball for each call.",
                command="npm publish ./dist/NAME.tgz",
                source="https://docs.npmjs.com/cli/v11/commands/npm-publish",
                clues=(clues.said(_GIT_PATH, PROOF, "npm asked GitHub for `{path}`."),),
            ),
        ),
        codes=("128",),
        decides=True,
    ),
    Row(
        id="npm-12-defaults",
        title="npm 12 does not install dependencies from git or a URL",
        meaning=(
            "npm 12 installs from git and from URLs only where it is allowed, and runs no install"
            " script of a dependency unasked. The lock file is not what is wrong."
        ),
        signals=(
            signal("allow-git", "allow-git", r"(?i)(?:error|ERR!).{0,300}allow-git"),
            signal("allow-remote", "allow-remote", r"(?i)(?:error|ERR!).{0,300}allow-remote"),
            signal("eallow", "EALLOW", r"code EALLOW(?:GIT|REMOTE|SCRIPTS?)"),
        ),
        causes=(
            Cause(
                id="npm-12-installs",
                title="The job installs with npm 12",
                why="`npm install -g npm@latest` brings npm 12, and its new defaults with it.",
                look="The npm that `npm ci` runs with.",
                fix=(
                    "Stay with the npm of Node 24, which is 11 and new enough; or allow what you"
                    " need, with `allow-git`, `allow-remote` and `npm approve-scripts`."
                ),
                command="npm install -g npm@11",
                source="https://docs.npmjs.com/cli/v12/using-npm/config",
                clues=(
                    clues.said(
                        signal("npm-12", "12.", r"(?:using npm@|npm\s+v|npm: )12\.\d+"),
                        STRONG,
                        "npm 12 ran.",
                    ),
                    clues.said(signals.NPM_UPGRADE, HINT, "The job upgrades npm."),
                ),
            ),
        ),
        decides=True,
    ),
)
