# METADATA
# title: Stages
# description: Is this a stage that the environment has, and could its window have ended by now?
package promotable.stage

import data.promotable.evidence
import data.promotable.reason
import data.promotable.records
import data.promotable.thresholds

# METADATA
# title: The stage is not one of this environment
# description: The stages of an environment are policy data; what is not listed is never decided.
# custom:
#   code: UNKNOWN_STAGE
#   class: missing_proof
#   owner: platform
#   settings: [stages]
#   message: "{stage} is not a stage of this environment, which has: {stages}."
#   fix: Ask for a listed stage, or add this one to the setting `stages` together with its window.
findings contains reason.finding(rego.metadata.rule(), ["stage"], params) if {
	not input.subject.stage in thresholds.settings.stages
	params := {"stage": input.subject.stage, "stages": sort(thresholds.settings.stages)}
}

# METADATA
# title: Not there yet
# description: >-
#   The counting window is shorter than the setting, the first one is still being measured, or a publisher said that it holds missing
#   evidence back in its spool.
# custom:
#   code: PENDING
#   class: missing_proof
#   owner: nobody
#   settings: [windowMs, warmUpMs]
#   message: "Not there yet: {awaited:list}{window:progress}{etaSeconds:eta}{spooled:spool}."
#   fix: Wait; the next measurement decides, and what waits in a spool is sent by itself (`mc evidence replay` sends it now).
findings contains reason.finding(rego.metadata.rule(), awaited.checks, awaited.params) if some awaited in _awaited

_awaited contains {"checks": _open, "params": params} if {
	_measured_ms < window_ms
	params := {
		"awaited": [concat(" ", ["the window of stage", input.subject.stage])],
		"stage": input.subject.stage,
		"window": _measured_ms,
		"need": window_ms,
		"unit": "ms",
		"etaSeconds": ceil(_remaining_ms / 1000),
	}
}

_awaited contains {"checks": evidence.resting_on(evidence.awaited), "params": params} if {
	count(evidence.awaited) > 0
	params := {"awaited": sort(evidence.awaited), "spooled": input.release.spooled}
}

_open := {"window"} if records.covered("slo")

else := evidence.resting_on({"slo"})

# METADATA
# description: How long a window of this stage must be; a stage without a setting of its own takes the longest.
window_ms := object.get(thresholds.settings.windowMs, input.subject.stage, max(_windows))

_windows := {value | some value in thresholds.settings.windowMs}

# METADATA
# description: Milliseconds until the first window of this stage can have ended; zero or less when it should be there.
window_due_in_ms := (thresholds.settings.warmUpMs + window_ms) - input.stage.startedAgoMs

_measured_ms := input.items.slo.windowMs if records.covered("slo")

else := 0 if window_due_in_ms > 0

_remaining_ms := window_ms - _measured_ms if records.covered("slo")

else := window_due_in_ms

# METADATA
# description: The stage is listed.
proven contains "stage" if input.subject.stage in thresholds.settings.stages
