# METADATA
# title: Waivers and overrides
# description: >-
#   Which exception turns which reason into a warning. A waiver turns waivable breaches, an override any reason; neither turns
#   a reason of integrity. An expired exception is absent.
package promotable.waiver

import data.promotable.reason
import data.promotable.thresholds
import data.promotable.vulnerabilities

# METADATA
# description: The ids of the exceptions in force that turn a finding.
turning(finding, exceptions) := {exception.id |
	some exception in exceptions
	_counts(exception, finding)
}

# METADATA
# description: A turned finding says who turned it.
turn(finding, exceptions) := object.union(
	finding,
	{"params": object.union(finding.params, {"turnedBy": sort(turning(finding, exceptions))})},
)

# METADATA
# description: What a person should know about the exceptions at hand.
notes(found, exceptions) := _expiring(exceptions) | _ignored(found, exceptions)

# METADATA
# title: A waiver ends soon
# description: It counts until the last moment and not a moment longer.
# custom:
#   code: WAIVER_EXPIRES
#   class: note
#   owner: service
#   settings: [waiverWarnMs]
#   message: "Waiver {id} ends in {expiresIn:duration}; from then on its reasons count again."
#   fix: Repair what it covers, or have it renewed before it ends.
_expiring(exceptions) := {reason.finding(rego.metadata.rule(), [], params) |
	some exception in exceptions
	exception.kind == "waiver"
	_in_force(exception)
	exception.expiresInMs <= thresholds.settings.waiverWarnMs
	params := {"id": exception.id, "expiresIn": exception.expiresInMs, "unit": "ms"}
}

# METADATA
# title: An exception lists a reason and does not turn it
# description: Each cause is named.
# custom:
#   code: EXCEPTION_IGNORED
#   class: note
#   owner: service
#   settings: [waiverMaxMs, overrideMaxMs, breakGlassMaxMs]
#   message: "The {kind} {id} lists {codes} and does not count: {causes}."
#   fix: Ask for an exception that is verified, in force, and made for exactly these digests, this stage and this environment.
_ignored(found, exceptions) := {reason.finding(rego.metadata.rule(), [], params) |
	some exception in exceptions
	codes := {finding.code | some finding in found; _lists_in_vain(exception, finding)}
	count(codes) > 0
	causes := _causes(exception) | {_nothing_there(exception) | count(_causes(exception)) == 0}
	params := {"id": exception.id, "kind": exception.kind, "codes": sort(codes), "causes": sort(causes)}
}

_lists_in_vain(exception, finding) if {
	finding.class != "note"
	finding.code in exception.codes
	not _counts(exception, finding)
	not vulnerabilities.excuses(exception)
}

_nothing_there(exception) := "one_suite_only" if is_string(exception.suite)

else := "no_such_finding" if is_string(exception.rule)

else := "one_path_only" if is_string(exception.path)

else := "not_turnable"

# METADATA
# description: >-
#   Whether an exception that names a rule takes out what is named here: `code`, `rule`, `path` and the `digests` that it is about.
takes_out(exception, subject) if {
	exception.suite.absent == "NOT_STATED"
	exception.rule == subject.rule
	_path_fits(exception.path, subject.path)
	subject.code in exception.codes
	count(subject.digests) > 0
	every digest in subject.digests { digest in exception.digests }
	_alive(exception)
}

_path_fits(path, _) if path.absent == "NOT_STATED"

_path_fits(path, place) if {
	is_string(path)
	path == place
}

_counts(exception, finding) if {
	_in_force(exception)
	_turns(exception, finding)
}

# Only what is narrowed in no way is about a whole reason.
_turns(exception, finding) if {
	exception.rule.absent == "NOT_STATED"
	exception.path.absent == "NOT_STATED"
	exception.suite.absent == "NOT_STATED"
	finding.code in exception.codes
	finding.integrity == false
	_may(exception.kind, finding.class)
}

_may("waiver", "waivable_breach")

_may(kind, class) if {
	kind in {"override", "break_glass"}
	class in {"breach", "waivable_breach", "missing_proof"}
}

# Positive proof: each condition must hold. An exception is made for digests, so without a digest in question none applies.
_in_force(exception) if {
	_alive(exception)
	count(input.request.digests) > 0
	every digest in input.request.digests { digest in exception.digests }
}

_alive(exception) if {
	exception.verified == true
	_countersign_fits(exception)
	exception.activeForMs >= 0
	exception.expiresInMs > 0
	exception.activeForMs + exception.expiresInMs <= _longest(exception.kind)
	exception.environment == input.subject.environment
	input.subject.stage in exception.stages
}

# A break-glass counts before it is countersigned; what must come of it, promotable.countersign says.
_countersign_fits(exception) if is_boolean({"break_glass": exception.countersigned}[exception.kind])

_countersign_fits(exception) if {
	exception.kind in {"waiver", "override"}
	exception.countersigned.absent == "NOT_APPLICABLE"
}

_longest("waiver") := thresholds.settings.waiverMaxMs

_longest("override") := thresholds.settings.overrideMaxMs

_longest("break_glass") := thresholds.settings.breakGlassMaxMs

_causes(exception) := {cause | some cause, true in {
	"unverified": exception.verified != true,
	"not_yet": exception.activeForMs < 0,
	"expired": exception.expiresInMs <= 0,
	"too_long": (exception.activeForMs + exception.expiresInMs) > _longest(exception.kind),
	"other_environment": exception.environment != input.subject.environment,
	"other_stage": count({input.subject.stage} - {stage | some stage in exception.stages}) > 0,
	"other_digest": count({digest | some digest in input.request.digests} - {digest | some digest in exception.digests}) > 0,
	"no_digest": count(input.request.digests) == 0,
}}
