# METADATA
# title: What clients say about themselves
# description: >-
#   Reasons for a hold that no policy could find, because the question or its answer did not get through. Every one is a hold.
package promotable.client

import data.promotable.reason
import data.promotable.verdict

# METADATA
# description: The hold for a fault between client and gate; input is `{code, params}`, an unknown code is `INTERNAL`.
# entrypoint: true
decision := verdict.malformed(findings)

# METADATA
# title: MC did not answer
# description: The attempt and its retries ran out of time, or the connection failed.
# custom:
#   code: MC_UNREACHABLE
#   class: missing_proof
#   integrity: true
#   owner: platform
#   message: "MC did not answer within {timeout:duration}: {cause}."
#   fix: See whether MC runs and can be reached from here; a still valid decision, a proven release or an offline override go on without it.
findings contains reason.finding(rego.metadata.rule(), [], input.params) if input.code == "MC_UNREACHABLE"

# METADATA
# title: MC did not accept the credentials
# description: A 401 or 403 is never a verdict.
# custom:
#   code: UNAUTHENTICATED
#   class: missing_proof
#   integrity: true
#   owner: platform
#   message: "MC refused the credentials (HTTP {status})."
#   fix: Renew the token, and see that its audience, service and scope fit; `mc auth whoami` shows them.
findings contains reason.finding(rego.metadata.rule(), [], input.params) if input.code == "UNAUTHENTICATED"

# METADATA
# title: MC refused the question
# description: A 4xx other than 401 and 403 is never a verdict.
# custom:
#   code: QUESTION_REFUSED
#   class: missing_proof
#   integrity: true
#   owner: platform
#   message: "MC refused the question with {error} (HTTP {status})."
#   fix: Correct the question as the faults in the log say.
findings contains reason.finding(rego.metadata.rule(), [], input.params) if input.code == "QUESTION_REFUSED"

# METADATA
# title: The answer could not be read
# description: HTML, an empty body, another schema or an unknown verdict.
# custom:
#   code: ANSWER_UNREADABLE
#   class: missing_proof
#   integrity: true
#   owner: platform
#   message: "The answer is not one of a gate: {cause}."
#   fix: See what stands between this client and MC; a proxy or a login page may have answered.
findings contains reason.finding(rego.metadata.rule(), [], input.params) if input.code == "ANSWER_UNREADABLE"

# METADATA
# title: The decision could not be verified
# description: No signature, a wrong one, or one by a key that is not trusted.
# custom:
#   code: DECISION_UNVERIFIED
#   class: missing_proof
#   integrity: true
#   owner: security
#   message: "The decision's signature does not hold: {cause}."
#   fix: See that the client pins the right root and has a fresh key set; then ask again.
findings contains reason.finding(rego.metadata.rule(), [], input.params) if input.code == "DECISION_UNVERIFIED"

# METADATA
# title: The decision has expired
# description: A pass counts until `validUntil` and not a moment longer.
# custom:
#   code: DECISION_EXPIRED
#   class: missing_proof
#   integrity: true
#   owner: platform
#   settings: [passValidMs]
#   message: "The decision ended {age:duration} ago."
#   fix: Ask again; if MC cannot be reached, the hold stays.
findings contains reason.finding(rego.metadata.rule(), [], input.params) if input.code == "DECISION_EXPIRED"

# METADATA
# title: A newer decision is known
# description: Decisions are ordered by ledger epoch and revision, never by time.
# custom:
#   code: DECISION_OUTDATED
#   class: missing_proof
#   integrity: true
#   owner: platform
#   message: "The decision has revision {revision}, this client has seen {known}."
#   fix: Ask again; if it stays, MC may have been restored from a backup.
findings contains reason.finding(rego.metadata.rule(), [], input.params) if input.code == "DECISION_OUTDATED"

# METADATA
# title: The decision answers another question
# description: Subject, stage, pod template or digests differ from those asked about.
# custom:
#   code: DECISION_FOREIGN
#   class: missing_proof
#   integrity: true
#   owner: security
#   message: "The decision is about another {field}."
#   fix: Ask again; if it stays, see what stands between this client and MC.
findings contains reason.finding(rego.metadata.rule(), [], input.params) if input.code == "DECISION_FOREIGN"

# METADATA
# title: The policy gave no verdict
# description: The engine threw, or its result has another shape.
# custom:
#   code: POLICY_FAILED
#   class: missing_proof
#   integrity: true
#   owner: platform
#   message: "The policy gave no verdict: {cause}."
#   fix: Report it with the facts digest; nothing is decided until the policy answers.
findings contains reason.finding(rego.metadata.rule(), [], input.params) if input.code == "POLICY_FAILED"

# METADATA
# title: The ledger of MC lies behind a checkpoint
# description: MC was restored to a state older than a checkpoint that had left it; what was decided since is not known to it.
# custom:
#   code: LEDGER_BEHIND_CHECKPOINT
#   class: missing_proof
#   integrity: true
#   owner: platform
#   message: "MC decides nothing: its ledger lies behind a checkpoint that had already left it."
#   fix: Restore the newest backup of MC's database, or accept the loss with `--accept-loss`; readiness and the first line of MC's log name what is missing.
findings contains reason.finding(rego.metadata.rule(), [], input.params) if input.code == "LEDGER_BEHIND_CHECKPOINT"

# METADATA
# title: Something went wrong inside
# description: An uncaught error never looks like a verdict.
# custom:
#   code: INTERNAL
#   class: missing_proof
#   integrity: true
#   owner: platform
#   message: "An internal error kept the question from being decided."
#   fix: See the log for the request id; ask again.
findings contains reason.finding(rego.metadata.rule(), [], input.params) if not input.code in _others

_others := {
	"MC_UNREACHABLE",
	"UNAUTHENTICATED",
	"QUESTION_REFUSED",
	"ANSWER_UNREADABLE",
	"DECISION_UNVERIFIED",
	"DECISION_EXPIRED",
	"DECISION_OUTDATED",
	"DECISION_FOREIGN",
	"POLICY_FAILED",
	"LEDGER_BEHIND_CHECKPOINT",
}
