# METADATA
# title: Unit cost
# description: Advisory by default, a note at most; a reason only where the layers require it, and never from an estimate.
package promotable.cost

import data.promotable.reason
import data.promotable.thresholds

# METADATA
# title: Unit cost above its budget, for information
# description: The verdict does not depend on it.
# custom:
#   code: COST_ADVISORY
#   class: note
#   owner: service
#   settings: [requireCost, graphqlCostBudgetUsd, ingestCostBudgetUsd]
#   message: "{metric} costs {measured:unit}, above {budget:unit} (advisory{estimated:estimate})."
#   fix: Look into what makes the calls expensive; this is no reason against the release.
findings contains reason.finding(rego.metadata.rule(), [], _params(metric)) if {
	not _required
	some metric in _over
}

# METADATA
# title: Unit cost over budget
# description: Measured from a bill, where the layers require the cost.
# custom:
#   code: COST_OVER_BUDGET
#   class: waivable_breach
#   owner: service
#   settings: [requireCost, graphqlCostBudgetUsd, ingestCostBudgetUsd]
#   message: "{metric} costs {measured:unit}, budget {budget:unit}."
#   fix: Make the calls cheaper, or ask for a waiver of COST_OVER_BUDGET.
findings contains reason.finding(rego.metadata.rule(), ["unit_cost"], _params(metric)) if {
	_required
	_cost.estimated == false
	some metric in _over
}

# METADATA
# title: Unit cost is required and was not measured
# description: An estimate is no measurement.
# custom:
#   code: COST_NOT_MEASURED
#   class: missing_proof
#   owner: service
#   settings: [requireCost]
#   message: The unit cost is required here, and none was measured from a bill.
#   fix: Publish cost evidence from the provider's bill.
findings contains reason.finding(rego.metadata.rule(), ["unit_cost"], {"item": "cost"}) if {
	_required
	not _measured
}

# METADATA
# description: Every figure with a budget was measured and lies within it.
proven contains "unit_cost" if {
	_measured
	every metric, limit in _budgets { _figures[metric] <= limit }
}

_required if thresholds.settings.requireCost == true

_cost := input.items.cost

_figures := {"graphqlPerMillion": _cost.graphqlPerMillionUsd, "ingestPerThousand": _cost.ingestPerThousandUsd}

_budgets := {metric: limit |
	some metric, limit in {
		"graphqlPerMillion": thresholds.settings.graphqlCostBudgetUsd,
		"ingestPerThousand": thresholds.settings.ingestCostBudgetUsd,
	}
	limit != null
}

_measured if {
	_cost.estimated == false
	every metric, _ in _budgets { is_number(_figures[metric]) }
}

_over contains metric if {
	some metric, limit in _budgets
	is_number(_figures[metric])
	_figures[metric] > limit
}

_params(metric) := {
	"metric": metric,
	"measured": _figures[metric],
	"budget": _budgets[metric],
	"unit": "usd",
	"estimated": _cost.estimated,
	"evidenceId": _cost.evidenceId,
}
