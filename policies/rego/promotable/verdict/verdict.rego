# METADATA
# title: The algebra of a verdict
# description: >-
#   An unwaived breach fails; else a missing proof holds; else every required check has succeeded and the verdict is pass.
package promotable.verdict

import data.promotable.reason
import data.promotable.waiver

# METADATA
# description: >-
#   The verdict over findings, once the exceptions in force have turned into warnings exactly the reasons that they list.
#   `required` and `proven` are sets of checks.
judge(required, proven, found, exceptions) := _result(standing, warnings) if {
	all := found | _unproven(required, proven, found)
	turned := {finding | some finding in all; count(waiver.turning(finding, exceptions)) > 0}
	notes := {finding | some finding in all; finding.class == "note"}
	standing := (all - turned) - notes
	warnings := ((notes | {waiver.turn(finding, exceptions) | some finding in turned}) | waiver.notes(all, exceptions)) | _changed(standing)
}

# METADATA
# description: Facts of unknown shape are not judged, and no exception is looked at.
malformed(found) := _result(found, set())

# METADATA
# description: A pass for a stated cause, with its notes.
passed(notes) := _result(set(), notes)

# METADATA
# title: A required check has no proof
# description: >-
#   The safety net: a pass needs every required check to have succeeded; one that neither succeeded nor gave a reason holds.
# custom:
#   code: UNPROVEN
#   class: missing_proof
#   integrity: true
#   owner: platform
#   message: "Required checks without proof: {checks}."
#   fix: The facts or the settings do not fit this policy; see that policy, layers and facts belong to the same version.
_unproven(required, proven, found) := {reason.finding(rego.metadata.rule(), open, {"checks": sort(open)}) |
	open := (required - proven) - {check |
		some finding in found
		finding.class != "note"
		some check in finding.checks
	}
	count(open) > 0
}

# METADATA
# title: Evidence changed after a pass
# description: This question passed before; records that did not count then keep it from passing now.
# custom:
#   code: EVIDENCE_CHANGED_AFTER_PASS
#   class: note
#   owner: service
#   message: "This passed before; newer evidence keeps it from passing: {codes:list}."
#   fix: Look at who published what since (`mc evidence status`); what already runs elsewhere passed on the older evidence.
_changed(standing) := {reason.finding(rego.metadata.rule(), [], {"codes": sort(codes), "evidenceIds": sort(newer)}) |
	before := input.standing.passedWith
	is_array(before)
	changes := {[finding.code, finding.params.evidenceId] |
		some finding in standing
		not finding.params.evidenceId in before
	}
	count(changes) > 0
	codes := {code | some [code, _] in changes}
	newer := {id | some [_, id] in changes}
}

_result(standing, warnings) := {
	"verdict": _verdict(standing),
	"reasons": _listed(standing),
	"warnings": _listed(warnings),
}

_verdict(standing) := "fail" if {
	some finding in standing
	finding.class in {"breach", "waivable_breach"}
}

else := "hold" if count(standing) > 0

else := "pass" if count(standing) == 0

# Sorted by code and then by params, so that the same facts give the same bytes; no more than a result may hold.
_listed(found) := array.slice(ordered, 0, 256) if {
	ordered := [{"code": code, "class": class, "params": params} |
		some [code, params, class] in sort({[finding.code, finding.params, finding.class] | some finding in found})
	]
}
