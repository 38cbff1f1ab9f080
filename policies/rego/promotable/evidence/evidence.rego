# METADATA
# title: Evidence items
# description: >-
#   Is every required item on record for every digest that runs, by a trusted signer, and fresh? What it says is judged in
#   `promotable.build`, `promotable.window`, `promotable.budgets` and `promotable.cost`.
package promotable.evidence

import data.promotable.build
import data.promotable.coverage
import data.promotable.levels
import data.promotable.provenance
import data.promotable.reason
import data.promotable.records
import data.promotable.shape
import data.promotable.stage
import data.promotable.thresholds
import data.promotable.verdict
import data.promotable.vulnerabilities

# METADATA
# description: What the evidence alone is worth, as `mc try` shows it; not a decision about a rollout.
# entrypoint: true
decision := verdict.malformed(shape.findings) if count(shape.findings) > 0

else := verdict.judge(_checks, _proven, levels.weighed(_findings), [])

_checks := ({"shape", "schema"} | levels.judged) | levels.content

_proven := ((proven | contents) | shape.proven) | _of_evidence

_findings := (findings | content_findings) | thresholds.findings

# METADATA
# description: What the rules about the contents of the build items found; those about an item that is not there need not be asked.
content_findings := ((build.findings | coverage.findings) | vulnerabilities.findings) | provenance.findings

# METADATA
# description: The checks on contents of the build items that have succeeded.
contents := ((build.proven | coverage.proven) | vulnerabilities.proven) | provenance.proven

_of_evidence contains "schema" if input.schema == "https://promotable.dev/facts/evidence/v1"

# METADATA
# title: No evidence on record
# description: The release is unknown, or a required item is missing for at least one digest.
# custom:
#   code: NO_EVIDENCE
#   class: missing_proof
#   owner: service
#   message: "No evidence on record: {items}{digests:for}."
#   fix: Publish the missing evidence with `mc evidence publish`, bound to exactly these digests, or to the release itself (`--tenant`) where it has none; if it was published, see `mc evidence status`.
findings contains reason.finding(rego.metadata.rule(), resting_on(_untold), {"items": sort(_untold), "digests": sort(_gap_digests)}) if {
	_refused == 0
	_held_back == 0
	count(_untold) > 0
}

# METADATA
# title: Evidence is there, its signature does not count
# description: Statements were refused because their signer is not trusted, or came as unsigned claims.
# custom:
#   code: SIGNATURE_UNTRUSTED
#   class: missing_proof
#   integrity: true
#   owner: security
#   message: "Missing: {items}. {untrusted} statement(s) refused because their signer is not trusted, {unsigned} unsigned claim(s) listed but never counting."
#   fix: Have the signer's key added to the key set, or sign with a trusted key; the publisher sends the spooled statements again by itself.
findings contains reason.finding(rego.metadata.rule(), resting_on(_gaps), params) if {
	count(_gaps) > 0
	_refused > 0
	params := {"items": sort(_gaps), "untrusted": input.release.untrusted, "unsigned": input.release.unsigned}
}

# METADATA
# title: The key of a counting record was revoked
# description: A revoked key proves nothing, not even about the past.
# custom:
#   code: SIGNER_REVOKED
#   class: missing_proof
#   integrity: true
#   owner: security
#   message: The {item} evidence {evidenceId:short} is signed by a key that has been revoked.
#   fix: Produce the {item} evidence again and sign it with a key in force.
findings contains reason.finding(rego.metadata.rule(), [item], {"item": item, "evidenceId": record.evidenceId}) if {
	some item in levels.looked_at
	some record in records.counted[item]
	record.signer != "trusted"
}

# METADATA
# title: Evidence is too old
# description: Older than the setting of its item allows.
# custom:
#   code: STALE
#   class: missing_proof
#   owner: service
#   settings: [sbomHoldAgeMs, testsHoldAgeMs, coverageHoldAgeMs, provenanceHoldAgeMs, windowMaxAgeMs, costHoldAgeMs]
#   message: The {item} evidence {evidenceId:short} is {age:duration} old; at most {limit:duration} counts.
#   fix: Measure again and publish; for a window, see whether the collector still runs.
findings contains reason.finding(rego.metadata.rule(), [item], params) if {
	some item in levels.looked_at
	item != "scan"
	some record in records.counted[item]
	record.ageMs > _hold_age[item]
	params := {"item": item, "age": record.ageMs, "limit": _hold_age[item], "unit": "ms", "evidenceId": record.evidenceId}
}

# METADATA
# title: Evidence will soon be too old
# description: Older than the warning age of its item, still counting.
# custom:
#   code: EVIDENCE_AGING
#   class: note
#   owner: service
#   settings: [sbomWarnAgeMs, testsWarnAgeMs, coverageWarnAgeMs, provenanceWarnAgeMs]
#   message: The {item} evidence {evidenceId:short} is {age:duration} old; it stops counting at {limit:duration}.
#   fix: Build the {item} evidence again before it stops counting.
findings contains reason.finding(rego.metadata.rule(), [item], params) if {
	some item in levels.looked_at
	some record in records.counted[item]
	record.ageMs > _warn_age[item]
	record.ageMs <= _hold_age[item]
	params := {"item": item, "age": record.ageMs, "limit": _hold_age[item], "unit": "ms", "evidenceId": record.evidenceId}
}

# METADATA
# title: Too many failed runs
# description: >-
#   An item that turned green after many failures is chance, not proof. Red tests and a bill that lists nothing failed; so did coverage below its
#   floor, and within a day a scan over its budget that found something else than the one that counts.
# custom:
#   code: TOO_MANY_ATTEMPTS
#   class: missing_proof
#   owner: service
#   settings: [failedRunsMax, lineCoverageFloor, scanWarnAgeMs]
#   message: "{failedRuns} distinct runs of {item} failed before this one; at most {limit} may."
#   fix: Find out why the runs failed; build a new release once the cause is gone.
findings contains reason.finding(rego.metadata.rule(), [item], params) if {
	some item in levels.looked_at
	some record in records.counted[item]
	_failed_runs(item, record) > thresholds.settings.failedRunsMax
	params := {"item": item, "failedRuns": _failed_runs(item, record), "limit": thresholds.settings.failedRunsMax, "evidenceId": record.evidenceId}
}

# METADATA
# description: The items that stand, each shown by what is there and never by what is not.
proven contains item if {
	some item in levels.judged
	_there(item)
	every record in records.counted[item] {
		record.signer == "trusted"
		record.ageMs <= _hold_age[item]
		_failed_runs(item, record) <= thresholds.settings.failedRunsMax
	}
}

# Whether coverage or a scan failed hangs on the layers, so it is counted here and not where the facts are made.
_failed_runs("coverage", record) := count({earlier.run | some earlier in record.earlier; coverage.below(earlier.lines)}) if {
	is_array(record.earlier)
}

# The same findings again are the same answer, whatever was done about them meanwhile; a renewed scan answers for new knowledge.
_failed_runs("scan", record) := count(runs) if {
	is_array(record.earlier)
	runs := {earlier.run |
		some earlier in record.earlier
		earlier.endedBeforeMs <= thresholds.settings.scanWarnAgeMs
		earlier.counts != record.value.counts
		vulnerabilities.exceeds(earlier.counts)
	}
}

_failed_runs(item, record) := record.failedRuns if not item in {"coverage", "scan"}

# What is required must speak for every digest; what need not be there, for those that it is there for.
_there(item) if records.covered(item)

_there(item) if {
	not item in levels.required
	count(records.counted[item]) > 0
}

# METADATA
# description: Required items that are missing and that a rule of their own tells of.
missing contains item if {
	_refused == 0
	_held_back == 0
	not "release" in _gaps
	some item in (_gaps & _told_by_themselves)
}

_told_by_themselves := {"coverage", "scan", "provenance"}

_untold := _gaps if "release" in _gaps

else := _gaps - _told_by_themselves

# METADATA
# description: Missing items that a publisher may hold back in its spool; nobody has to publish them again.
awaited := _gaps if {
	_refused == 0
	_held_back > 0
}

else := set()

# METADATA
# description: Items and the checks that cannot be made without them.
resting_on(items) := items | {check | some item in items; some check in _checks_of[item]}

_checks_of := {
	"release": {"digests"},
	"sbom": {"components"},
	"tests": {"results"},
	"coverage": {"line_coverage"},
	"scan": {"vulnerabilities"},
	"provenance": {"builder"},
	"slo": {"window", "samples", "p95", "p99", "errors", "p95_vs_stable", "errors_vs_stable"},
	"cost": {"unit_cost"},
}

_gaps contains "release" if {
	records.at_stage
	not _release_fixed
}

_gaps contains item if {
	some item in levels.required
	not records.covered(item)
	not _awaited(item)
}

_release_fixed if {
	input.release.known == true
	count(records.released) > 0
}

_release_fixed if {
	input.release.known == true
	count(records.asked) == 0
}

# A window that cannot have ended yet is pending (`promotable.stage`), unless nobody knows the release.
_awaited("slo") if {
	_release_fixed
	_refused == 0
	stage.window_due_in_ms > 0
}

_gap_digests contains digest if {
	count(records.asked) > 0
	some item in (_untold - {"release"})
	some digest in records.uncovered[item]
}

_gap_digests contains digest if {
	"release" in _gaps
	some digest in records.asked
}

default _refused := 0

_refused := input.release.untrusted + input.release.unsigned

default _held_back := 0

_held_back := input.release.spooled

_hold_age := {
	"sbom": thresholds.settings.sbomHoldAgeMs,
	"tests": thresholds.settings.testsHoldAgeMs,
	"coverage": thresholds.settings.coverageHoldAgeMs,
	"scan": thresholds.settings.scanHoldAgeMs,
	"provenance": thresholds.settings.provenanceHoldAgeMs,
	"slo": thresholds.settings.windowMaxAgeMs,
	"cost": thresholds.settings.costHoldAgeMs,
}

_warn_age := {
	"sbom": thresholds.settings.sbomWarnAgeMs,
	"tests": thresholds.settings.testsWarnAgeMs,
	"coverage": thresholds.settings.coverageWarnAgeMs,
	"provenance": thresholds.settings.provenanceWarnAgeMs,
}
