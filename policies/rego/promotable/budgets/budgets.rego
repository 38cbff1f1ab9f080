# METADATA
# title: Budgets
# description: >-
#   Does the canary stay within every budget, and is it no worse than the stable version? A breach of telemetry counts once it is
#   confirmed: by the window before, or by being over a multiple of the budget.
package promotable.budgets

import data.promotable.reason
import data.promotable.thresholds
import data.promotable.window

# METADATA
# title: 95th percentile over budget
# description: Confirmed by a second window or by a multiple of the budget.
# custom:
#   code: P95_OVER_BUDGET
#   class: waivable_breach
#   owner: service
#   settings: [p95BudgetMs, confirmationMs, confirmationFactor]
#   message: "p95 {measured:unit} is over the budget of {budget:unit} ({samples} requests in {window:duration}, {source})."
#   fix: Make the release faster and build again; `mc decision explain` shows the windows. A waiver of P95_OVER_BUDGET needs an owner and an end.
findings contains reason.finding(rego.metadata.rule(), ["p95"], _breach("p95")) if _confirmed_by("p95")

# METADATA
# title: 99th percentile over budget
# description: Confirmed by a second window or by a multiple of the budget.
# custom:
#   code: P99_OVER_BUDGET
#   class: waivable_breach
#   owner: service
#   settings: [p99BudgetMs, confirmationMs, confirmationFactor]
#   message: "p99 {measured:unit} is over the budget of {budget:unit} ({samples} requests in {window:duration}, {source})."
#   fix: Make the release faster and build again; `mc decision explain` shows the windows. A waiver of P99_OVER_BUDGET needs an owner and an end.
findings contains reason.finding(rego.metadata.rule(), ["p99"], _breach("p99")) if _confirmed_by("p99")

# METADATA
# title: Error rate over budget
# description: Confirmed by a second window or by a multiple of the budget.
# custom:
#   code: ERROR_RATE_OVER_BUDGET
#   class: waivable_breach
#   owner: service
#   settings: [errorRateBudget, confirmationMs, confirmationFactor]
#   message: "{measured:unit} of all requests failed, the budget is {budget:unit} ({samples} requests in {window:duration}, {source})."
#   fix: Repair the release and build again; `mc decision explain` shows the windows. A waiver of ERROR_RATE_OVER_BUDGET needs an owner and an end.
findings contains reason.finding(rego.metadata.rule(), ["errors"], _breach("errors")) if _confirmed_by("errors")

# METADATA
# title: Worse than the stable version
# description: Worse by a factor and by an absolute step, in the same window.
# custom:
#   code: REGRESSION_VS_STABLE
#   class: waivable_breach
#   owner: service
#   settings: [regressionFactor, regressionLatencyMs, regressionErrorRate, confirmationMs, confirmationFactor]
#   message: "{metric} {measured:unit} against {stable:unit} of the stable version in the same window ({samples} and {stableSamples} requests in {window:duration}, {source})."
#   fix: Compare the release with the stable version; build again, or ask for a waiver of REGRESSION_VS_STABLE.
findings contains reason.finding(rego.metadata.rule(), [metric], _breach(metric)) if {
	some metric in {"p95_vs_stable", "errors_vs_stable"}
	_confirmed_by(metric)
}

# METADATA
# title: Over budget, not confirmed yet
# description: One window over budget may be chance; the next one tells.
# custom:
#   code: UNCONFIRMED
#   class: missing_proof
#   owner: nobody
#   settings: [confirmationMs, confirmationFactor]
#   message: "{over}: {measured:unit} against {reference:unit} ({samples} requests in {window:duration}), not confirmed yet."
#   fix: Wait for the window that ends {confirmation:duration} later; if it is over as well, the release fails.
findings contains reason.finding(rego.metadata.rule(), [metric], params) if {
	some metric in metrics
	metric in _over
	not _confirmed_by(metric)
	params := object.union(_measurement(metric), {
		"over": _codes[metric],
		"reference": _reference(metric),
		"confirmation": thresholds.settings.confirmationMs,
	})
}

# METADATA
# title: A figure with a budget was not measured
# description: The layers set a budget for it, the window states that it is not there.
# custom:
#   code: NOT_MEASURED
#   class: missing_proof
#   owner: service
#   settings: [p99BudgetMs]
#   message: "{metric} has a budget of {budget:unit} and was not measured."
#   fix: Have the collector measure {metric}, or take its budget out of the layers.
findings contains reason.finding(rego.metadata.rule(), ["p99"], params) if {
	window.counting.canary.p99Ms.absent == "NOT_MEASURED"
	is_number(thresholds.settings.p99BudgetMs)
	params := {"metric": "p99", "budget": thresholds.settings.p99BudgetMs, "unit": "ms", "evidenceId": window.counting.evidenceId}
}

# METADATA
# title: No stable version to compare with
# description: Stated by the evidence; the budgets alone decide.
# custom:
#   code: NO_BASELINE
#   class: note
#   owner: nobody
#   message: No stable version ran in this window, so the canary is held against the budgets alone.
#   fix: Nothing to do for a first release; otherwise have the collector measure the stable version too.
findings contains reason.finding(rego.metadata.rule(), [], {"evidenceId": window.counting.evidenceId}) if {
	window.counting.stable.absent == "NO_STABLE"
}

# METADATA
# title: Too few requests to the stable version
# description: The comparison would be chance; the budgets alone decide.
# custom:
#   code: BASELINE_TOO_SMALL
#   class: note
#   owner: service
#   settings: [p95BudgetMs, p99BudgetMs, errorRateBudget, requireBaseline]
#   message: "The stable version answered too few requests to compare with ({need} are needed), so the canary is held against the budgets alone."
#   fix: Lengthen the window, or send more traffic to the stable version.
findings contains reason.finding(rego.metadata.rule(), [], {"need": window.need, "evidenceId": window.counting.evidenceId}) if {
	thresholds.settings.requireBaseline == false
	_baseline_too_small
}

# METADATA
# title: The stable version was not measured
# description: It runs and answered nothing in this window, as the evidence states; the budgets alone decide.
# custom:
#   code: BASELINE_NOT_MEASURED
#   class: note
#   owner: service
#   settings: [requireBaseline]
#   message: The stable version answered no request in this window, so the canary is held against the budgets alone.
#   fix: Send traffic to the stable version, or set `requireBaseline` where none must go on without a comparison.
findings contains reason.finding(rego.metadata.rule(), [], {"evidenceId": window.counting.evidenceId}) if {
	thresholds.settings.requireBaseline == false
	window.counting.stable.absent == "NOT_MEASURED"
}

# METADATA
# title: Nothing to compare with
# description: The layers ask for a comparison with the stable version that runs, and it was not measured, or too seldom.
# custom:
#   code: BASELINE_MISSING
#   class: missing_proof
#   owner: service
#   settings: [requireBaseline, p95BudgetMs, p99BudgetMs, errorRateBudget]
#   message: "The canary must be compared with the stable version, which was measured with {have} requests ({need} are needed)."
#   fix: Lengthen the window, or send more traffic to the stable version.
findings contains reason.finding(rego.metadata.rule(), ["p95_vs_stable", "errors_vs_stable"], params) if {
	thresholds.settings.requireBaseline == true
	_baseline_lacks
	params := {"have": _compared, "need": window.need, "evidenceId": window.counting.evidenceId}
}

_compared := window.counting.stable.samples if is_number(window.counting.stable.samples)

else := 0

# METADATA
# description: The checks on what a window measured.
metrics := object.keys(_codes)

# METADATA
# description: Each check by a comparison that succeeded, or by a stated absence of what it compares with.
proven contains metric if {
	some metric, measured in _measures
	measured <= _limits[metric]
}

proven contains "p95" if {
	is_number(window.counting.canary.p95Ms)
	thresholds.settings.p95BudgetMs == null
}

proven contains "p99" if {
	is_number(window.counting.canary.p95Ms)
	thresholds.settings.p99BudgetMs == null
}

proven contains metric if {
	some metric in {"p95_vs_stable", "errors_vs_stable"}
	window.counting.stable.absent == "NO_STABLE"
}

proven contains metric if {
	some metric in {"p95_vs_stable", "errors_vs_stable"}
	thresholds.settings.requireBaseline == false
	_baseline_lacks
}

_baseline_lacks if _baseline_too_small

_baseline_lacks if window.counting.stable.absent == "NOT_MEASURED"

_baseline_counts if window.enough(window.counting.stable)

# Only a count that is known can be too small; an unknown one is a hold of its own.
_baseline_too_small if {
	is_number(window.counting.stable.samples)
	window.counting.stable.samples < window.need
}

_codes := {
	"p95": "P95_OVER_BUDGET",
	"p99": "P99_OVER_BUDGET",
	"errors": "ERROR_RATE_OVER_BUDGET",
	"p95_vs_stable": "REGRESSION_VS_STABLE",
	"errors_vs_stable": "REGRESSION_VS_STABLE",
}

# The field of a measure that a metric reads; what is no number is not compared.
_figure("p95", measure) := measure.p95Ms

_figure("p99", measure) := measure.p99Ms

_figure("errors", measure) := measure.errorRate

_figure("p95_vs_stable", measure) := measure.p95Ms

_figure("errors_vs_stable", measure) := measure.errorRate

_unit := {"p95": "ms", "p99": "ms", "errors": "fraction", "p95_vs_stable": "ms", "errors_vs_stable": "fraction"}

_name := {
	"p95": "p95",
	"p99": "p99",
	"errors": "error rate",
	"p95_vs_stable": "p95",
	"errors_vs_stable": "error rate",
}

_budget := {
	"p95": thresholds.settings.p95BudgetMs,
	"p99": thresholds.settings.p99BudgetMs,
	"errors": thresholds.settings.errorRateBudget,
}

_step := {
	"p95_vs_stable": thresholds.settings.regressionLatencyMs,
	"errors_vs_stable": thresholds.settings.regressionErrorRate,
}

# Figure and limit on one scale: relative rules count in millionths, so that every engine rounds alike.
_measured(metric, measure) := _figure(metric, measure) if {
	is_number(_figure(metric, measure))
	is_number(_budget[metric])
}

_measured(metric, measure) := _millionths(_figure(metric, measure)) if _step[metric]

_limit(metric) := _budget[metric] if is_number(_budget[metric])

_limit(metric) := max({_millionths(stable * thresholds.settings.regressionFactor), _millionths(stable + _step[metric])}) if {
	_baseline_counts
	stable := _figure(metric, window.counting.stable)
	_step[metric]
}

_millionths(value) := round(value * 1000000)

# Of the counting window, once for all rules.
_measures[metric] := _measured(metric, window.counting.canary) if some metric in metrics

_limits[metric] := _limit(metric) if some metric in metrics

_over contains metric if {
	some metric, measured in _measures
	measured > _limits[metric]
}

_confirmed_by(metric) := "multiple_of_budget" if {
	metric in _over
	window.usable
	_measures[metric] > _limits[metric] * thresholds.settings.confirmationFactor
}

else := "previous_window" if {
	metric in _over
	window.usable
	_exceeded_before(metric)
}

_exceeded_before(metric) if {
	before := window.counting.previous
	before.signer == "trusted"
	before.podTemplateHash == window.counting.podTemplateHash
	window.same_traffic(before, window.counting)
	before.endGapMs >= thresholds.settings.confirmationMs
	count(window.strays(before)) == 0
	_measured(metric, before.canary) > _limits[metric]
}

_breach(metric) := object.union(_measurement(metric), {"confirmedBy": _confirmed_by(metric)})

_measurement(metric) := object.union(_held_against(metric), {
	"metric": _name[metric],
	"measured": _figure(metric, window.counting.canary),
	"unit": _unit[metric],
	"samples": _samples(window.counting.canary),
	"window": window.counting.windowMs,
	"source": window.counting.source,
	"evidenceId": window.counting.evidenceId,
})

_held_against(metric) := {"budget": _budget[metric]} if _budget[metric]

_held_against(metric) := {
	"stable": _figure(metric, window.counting.stable),
	"stableSamples": _samples(window.counting.stable),
	"factor": thresholds.settings.regressionFactor,
	"step": _step[metric],
} if {
	_step[metric]
}

_reference(metric) := _budget[metric] if _budget[metric]

_reference(metric) := _figure(metric, window.counting.stable) if _step[metric]

_samples(measure) := measure.samples if is_number(measure.samples)

else := null
