# METADATA
# title: Rollout
# description: May this release go on from this stage? Composes every rule about evidence, digests, stage, window and cost.
package promotable.rollout

import data.promotable.budgets
import data.promotable.cost
import data.promotable.countersign
import data.promotable.digests
import data.promotable.evidence
import data.promotable.levels
import data.promotable.reason
import data.promotable.shape
import data.promotable.stage
import data.promotable.thresholds
import data.promotable.verdict
import data.promotable.window

# METADATA
# description: The decision about one stage of a rollout; input are the rollout facts.
# entrypoint: true
decision := verdict.malformed(shape.findings) if count(shape.findings) > 0

else := verdict.passed(_rollback | thresholds.findings) if count(_rollback) > 0

else := verdict.judge(_required, _proven, _findings, object.get(input, "exceptions", []))

# Operators and no union of a set of sets: that hashes every member of each.
_findings := levels.weighed(_found)

_found := (((((((evidence.findings | evidence.content_findings) | digests.findings) | stage.findings) | window.findings) | budgets.findings) | cost.findings) | countersign.findings) | thresholds.findings

# Small sets first: a union writes down all that it joins.
_proven := ((evidence.proven | evidence.contents) | (window.proven | budgets.proven)) | _of_little

_of_little := ((shape.proven | _of_rollout) | (digests.proven | stage.proven)) | (cost.proven | countersign.proven)

_required := _always | ((levels.judged | levels.content) | (budgets.metrics | _costs))

_always := {"shape", "schema", "release", "digests", "standing", "stage", "window", "samples", "countersign"}

_costs contains "unit_cost" if thresholds.settings.requireCost == true

_of_rollout contains "schema" if input.schema == "https://promotable.dev/facts/rollout/v1"

_of_rollout contains "release" if input.release.known == true

# METADATA
# title: Rollback to a proven release
# description: >-
#   Recognised by digest alone: every digest passed the last stage here without override, is neither revoked nor suspect, and belongs
#   to no current or running canary release. Freshness and window are not asked for: the way back is open.
# custom:
#   code: ROLLBACK_TO_PROVEN
#   class: note
#   owner: nobody
#   message: These digests passed the last stage of this environment before; the way back to them is open.
#   fix: Nothing to do.
_rollback contains reason.finding(rego.metadata.rule(), [], {"digests": sort(input.request.digests)}) if {
	input.schema == "https://promotable.dev/facts/rollout/v1"
	input.standing.proven == true
	input.standing.revoked == false
	input.standing.current == false
	input.standing.suspectForMs == {"absent": "NOT_SUSPECT"}
	"shape" in shape.proven
	"digests" in digests.proven
	count(input.request.digests) > 0
}
