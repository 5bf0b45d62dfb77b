"""The rules, in the order in which they are reported.

Those of `RULES` decide what a migration changes. Those that only `check` knows stand behind them:
they speak of one release, or of hardening, and never change a file.
"""

from __future__ import annotations

from tp_init.rules import (
    action_too_old,
    cache_beside_identity,
    called_workflow_name,
    command_without_oidc,
    environment_differs,
    generated_manifest,
    generated_workflow,
    lock_file_missing,
    lock_file_stale,
    missing_id_token,
    missing_publish_config,
    node_too_old,
    npm_too_old,
    one_time_password,
    path_read_as_repository,
    persisted_credentials,
    prerelease_without_tag,
    provenance_not_switched_off,
    provenance_on_restricted_package,
    refused_trigger,
    tag_is_a_version,
    third_party_code_beside_identity,
    token_in_action_input,
    token_in_job_env,
    token_in_npmrc,
    token_in_publish_step,
    token_in_script,
    token_in_workflow_env,
    token_passed_on,
    tool_expects_login,
    tool_too_old,
    tool_without_oidc,
    unfollowed_publish,
    unpinned_action,
    unsupported_runner,
    version_already_published,
    whoami_guard,
    workflow_elsewhere,
    wrong_repository,
    yarn_too_old,
)
from tp_init.rules.model import Rule

__all__ = ["CHECKS", "RULES", "Rule"]

RULES: tuple[Rule, ...] = (
    generated_workflow.RULE,
    refused_trigger.RULE,
    unsupported_runner.RULE,
    tool_without_oidc.RULE,
    tool_expects_login.RULE,
    missing_id_token.RULE,
    npm_too_old.RULE,
    node_too_old.RULE,
    action_too_old.RULE,
    tool_too_old.RULE,
    lock_file_stale.RULE,
    yarn_too_old.RULE,
    token_in_publish_step.RULE,
    token_in_job_env.RULE,
    token_in_workflow_env.RULE,
    token_in_action_input.RULE,
    token_in_script.RULE,
    token_in_npmrc.RULE,
    token_passed_on.RULE,
    unfollowed_publish.RULE,
    whoami_guard.RULE,
    command_without_oidc.RULE,
    one_time_password.RULE,
    environment_differs.RULE,
    wrong_repository.RULE,
    generated_manifest.RULE,
    missing_publish_config.RULE,
    lock_file_missing.RULE,
)

CHECKS: tuple[Rule, ...] = (
    *RULES,
    workflow_elsewhere.RULE,
    version_already_published.RULE,
    prerelease_without_tag.RULE,
    tag_is_a_version.RULE,
    path_read_as_repository.RULE,
    provenance_on_restricted_package.RULE,
    provenance_not_switched_off.RULE,
    called_workflow_name.RULE,
    third_party_code_beside_identity.RULE,
    cache_beside_identity.RULE,
    persisted_credentials.RULE,
    unpinned_action.RULE,
)
"""Every rule."""
