# METADATA
# title: SLO window
# description: Does the counting window belong to this stage, and does it hold enough requests to show anything?
package promotable.window

import data.promotable.reason
import data.promotable.records
import data.promotable.stage
import data.promotable.thresholds

# METADATA
# title: The window is not one of this stage
# description: It began before the warm-up was over, measured other pods, or lies before the release became suspect.
# custom:
#   code: WINDOW_NOT_OF_STAGE
#   class: missing_proof
#   owner: platform
#   settings: [warmUpMs]
#   message: "The window in {evidenceId:short} does not belong to this stage: {causes}."
#   fix: Wait for the next window of these pods; a window begins at the earliest {warmUp:duration} after the stage.
findings contains reason.finding(rego.metadata.rule(), ["window"], params) if {
	count(_strays) > 0
	params := {
		"causes": sort(_strays),
		"startOffset": counting.startOffsetMs,
		"warmUp": thresholds.settings.warmUpMs,
		"unit": "ms",
		"evidenceId": counting.evidenceId,
	}
}

# METADATA
# title: Too few requests
# description: The smallest number of requests that can show a budget kept with 95 % confidence follows from the budget.
# custom:
#   code: INSUFFICIENT_SAMPLES
#   class: missing_proof
#   owner: service
#   settings: [p95BudgetMs, p99BudgetMs, errorRateBudget]
#   message: "{have} requests measured, {need} are needed{etaSeconds:eta}."
#   fix: Wait, send more traffic to the canary, or lengthen the window of this stage.
findings contains reason.finding(rego.metadata.rule(), ["samples"], params) if {
	counting.canary.samples < need
	params := {
		"have": counting.canary.samples,
		"need": need,
		"etaSeconds": _eta_seconds,
		"window": counting.windowMs,
		"source": counting.source,
		"evidenceId": counting.evidenceId,
	}
}

# METADATA
# title: Nobody knows how many requests were measured
# description: A percentile without a count proves nothing, of the canary and of the stable version alike.
# custom:
#   code: SAMPLES_UNKNOWN
#   class: missing_proof
#   owner: service
#   message: The window in {evidenceId:short} does not say how many requests it saw.
#   fix: Have the collector report the number of requests.
findings contains reason.finding(rego.metadata.rule(), ["samples"], {"need": need, "source": counting.source, "evidenceId": counting.evidenceId}) if {
	some measure in [counting.canary, counting.stable]
	measure.samples.absent == "SAMPLES_UNKNOWN"
}

# METADATA
# title: Made requests stand in for real ones
# description: Real requests were too few for as long as the layers ask for, so requests made for the purpose were measured; they show less.
# custom:
#   code: SYNTHETIC_EVIDENCE
#   class: note
#   owner: service
#   settings: [syntheticWindow]
#   message: "Measured with requests made for the purpose ({source}): real ones were {realSamples} in {realWindow:duration}."
#   fix: Look at the canary yourself; real traffic to it would show more.
findings contains reason.finding(rego.metadata.rule(), [], params) if {
	is_number(counting.synthetic.realSamples)
	thresholds.settings.syntheticWindow != "refused"
	params := {
		"realSamples": counting.synthetic.realSamples,
		"realWindow": counting.synthetic.realWindowMs,
		"source": counting.source,
		"evidenceId": counting.evidenceId,
	}
}

# METADATA
# title: Made requests do not count
# description: The layers do not let them stand in here, or the real ones were not shown to be too few for long enough.
# custom:
#   code: SYNTHETIC_NOT_COUNTED
#   class: missing_proof
#   owner: service
#   settings: [syntheticWindow, syntheticAfterMs, p95BudgetMs, p99BudgetMs, errorRateBudget]
#   message: "The window in {evidenceId:short} is of requests made for the purpose and does not count: {causes}."
#   fix: Send real traffic to the canary, or have a person decide (`mc override`).
findings contains reason.finding(rego.metadata.rule(), ["samples"], {"causes": sort(_unfit), "source": counting.source, "evidenceId": counting.evidenceId}) if {
	count(_unfit) > 0
}

_unfit contains "not_allowed" if {
	not counting.synthetic.absent == "NOT_SYNTHETIC"
	thresholds.settings.syntheticWindow != "allowed"
}

_unfit contains "real_requests_not_stated" if counting.synthetic.absent == "NOT_STATED"

_unfit contains "enough_real_requests" if counting.synthetic.realSamples >= need

_unfit contains "real_window_too_short" if counting.synthetic.realWindowMs < thresholds.settings.syntheticAfterMs

_fit if counting.synthetic.absent == "NOT_SYNTHETIC"

_fit if {
	thresholds.settings.syntheticWindow == "allowed"
	is_number(counting.synthetic.realSamples)
	counting.synthetic.realSamples < need
	counting.synthetic.realWindowMs >= thresholds.settings.syntheticAfterMs
}

# METADATA
# description: Whether two windows are both of real requests, or both of made ones.
same_traffic(window, other) if window.synthetic.absent == other.synthetic.absent

same_traffic(window, other) if {
	is_number(window.synthetic.realSamples)
	is_number(other.synthetic.realSamples)
}

# METADATA
# description: The window is long enough and of this stage; its requests suffice.
proven contains "window" if {
	count(_strays) == 0
	counting.startOffsetMs >= thresholds.settings.warmUpMs
	counting.windowMs >= stage.window_ms
}

proven contains "samples" if {
	enough(counting.canary)
	_fit
}

# METADATA
# description: The counting record of the item `slo`; undefined where there is none.
counting := input.items.slo if not input.items.slo.absent

# METADATA
# description: >-
#   Whether a breach may be built on the window. It must count in every respect but its length: a stale window must not abort
#   the next attempt before it was measured.
usable if {
	records.covered("slo")
	counting.signer == "trusted"
	counting.ageMs <= thresholds.settings.windowMaxAgeMs
	count(_strays) == 0
	enough(counting.canary)
	_fit
}

_strays := strays(counting)

# METADATA
# description: Why a window is not one of this stage; empty for one that is.
strays(window) := {cause | some cause, true in {
	"began_before_warm_up": window.startOffsetMs < thresholds.settings.warmUpMs,
	"other_pods": _other_pods(window),
	"before_suspicion": _before_suspicion(window),
}}

default _other_pods(_) := false

_other_pods(window) if {
	is_string(input.request.podTemplateHash)
	window.podTemplateHash != input.request.podTemplateHash
}

default _before_suspicion(_) := false

_before_suspicion(window) if {
	is_number(input.standing.suspectForMs)
	input.stage.startedAgoMs - window.startOffsetMs > input.standing.suspectForMs
}

# METADATA
# description: >-
#   Fewest requests that can show every budget in force kept with 95 % confidence: the least n with (1 - b)^n <= 0.05, where b is
#   0.05 for p95, 0.01 for p99, and the error budget itself. Computed where the layers are loaded, as Rego has no logarithm.
need := max({_p95_samples, _p99_samples, _error_samples})

default _p95_samples := 1

_p95_samples := data.configuration.samples.p95 if is_number(thresholds.settings.p95BudgetMs)

default _p99_samples := 1

_p99_samples := data.configuration.samples.p99 if is_number(thresholds.settings.p99BudgetMs)

_error_samples := entry.samples if {
	some entry in data.configuration.samples.errorRate
	entry.budget == thresholds.settings.errorRateBudget
}

# METADATA
# description: Whether one version was measured often enough.
enough(measure) if {
	is_number(measure.samples)
	measure.samples >= need
}

default _eta_seconds := null

_eta_seconds := ceil(((need - counting.canary.samples) * counting.windowMs) / (counting.canary.samples * 1000)) if {
	counting.canary.samples > 0
}
