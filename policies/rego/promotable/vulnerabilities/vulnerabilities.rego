# METADATA
# title: Vulnerabilities
# description: >-
#   Is the scan there, is it fresh, and does it stay within the budget of each severity? Findings that an exception names are not counted
#   and are told instead.
package promotable.vulnerabilities

import data.promotable.evidence
import data.promotable.levels
import data.promotable.reason
import data.promotable.records
import data.promotable.thresholds
import data.promotable.waiver

# METADATA
# title: No vulnerability scan
# description: It is required here, and missing for at least one digest, or the build stated that there is none.
# custom:
#   code: SCAN_MISSING
#   class: missing_proof
#   owner: service
#   settings: [scanLevel]
#   message: A vulnerability scan is required here and not on record.
#   fix: Scan what is shipped, pass the report to `mc evidence build --scan`, and publish.
findings contains reason.finding(rego.metadata.rule(), ["scan", "vulnerabilities"], {"item": "scan"}) if {
	"scan" in levels.required
	_missing
}

# METADATA
# title: Too many vulnerabilities
# description: More findings of a severity than its budget, in one scan, without those that an OpenVEX statement or a waiver takes out.
# custom:
#   code: VULN_OVER_BUDGET
#   class: waivable_breach
#   owner: service
#   settings: [vulnerabilitiesCriticalMax, vulnerabilitiesHighMax, vulnerabilitiesMediumMax, vulnerabilitiesLowMax, vulnerabilitiesUnknownMax]
#   message: "{measured} finding(s) of severity {severity}, {budget} may be: {worst:list}."
#   fix: "Update to a version without them, state in an OpenVEX document what does not apply, or ask for a waiver: `{command}`."
findings contains reason.finding(rego.metadata.rule(), ["vulnerabilities"], params) if {
	some index, record in _scans
	some severity, budget in _budgets
	_counted(index, severity) > budget
	params := {
		"item": "scan",
		"severity": severity,
		"measured": _counted(index, severity),
		"budget": budget,
		"unit": "findings",
		"worst": array.slice([_text(finding) | some finding in _open(index, severity)], 0, 5),
		"waived": count(_waived(index, severity)),
		"command": _command(record, _open(index, severity)),
		"evidenceId": record.evidenceId,
	}
}

# METADATA
# title: Findings are waived
# description: Exactly the findings that an exception in force names; they count again when it ends.
# custom:
#   code: VULN_WAIVED
#   class: note
#   owner: service
#   message: "Not counted, by {turnedBy}: {waived:list}."
#   fix: Repair what it covers before the exception ends.
findings contains reason.finding(rego.metadata.rule(), [], params) if {
	some index, record in _scans
	count(_excused[index]) > 0
	params := {
		"item": "scan",
		"waived": sort([_name(id, purl) | some [id, purl, _] in object.keys(_excused[index])]),
		"turnedBy": sort({by | some by in _excused[index][_]}),
		"evidenceId": record.evidenceId,
	}
}

# METADATA
# title: The vulnerability scan is too old
# description: What became known since is not in it; nor is it in a scan by a database that was old itself.
# custom:
#   code: VULN_SCAN_STALE
#   class: missing_proof
#   owner: service
#   settings: [scanHoldAgeMs, scanDatabaseMaxAgeMs]
#   message: "The {of} of the vulnerability scan {evidenceId:short} is {age:duration} old; at most {limit:duration} counts."
#   fix: Renew the scanner's database, scan again, and publish; the same digest needs no new build.
findings contains reason.finding(rego.metadata.rule(), [stale.check], params) if {
	some record in _scans
	some stale in _stale(record)
	params := {
		"item": "scan",
		"of": stale.of,
		"age": stale.age,
		"limit": stale.limit,
		"unit": "ms",
		"evidenceId": record.evidenceId,
	}
}

# METADATA
# title: The vulnerability scan will soon be too old
# description: Older than its warning age, still counting.
# custom:
#   code: VULN_SCAN_AGING
#   class: note
#   owner: service
#   settings: [scanWarnAgeMs]
#   message: The vulnerability scan {evidenceId:short} is {age:duration} old; it stops counting at {limit:duration}.
#   fix: Scan again before it stops counting; a nightly scan of what is deployed never gets here.
findings contains reason.finding(rego.metadata.rule(), [], params) if {
	some record in _scans
	record.ageMs > thresholds.settings.scanWarnAgeMs
	record.ageMs <= thresholds.settings.scanHoldAgeMs
	params := {
		"item": "scan",
		"age": record.ageMs,
		"limit": thresholds.settings.scanHoldAgeMs,
		"unit": "ms",
		"evidenceId": record.evidenceId,
	}
}

# METADATA
# description: Every counted record holds a scan by a database young enough, within every budget.
proven contains "vulnerabilities" if {
	count(_scans) > 0
	every index, record in _scans {
		_database_fresh(record.value.databaseAgeMs)
		every severity, budget in _budgets { _counted(index, severity) <= budget }
		count(_rated(record)) == count(_all_budgets)
	}
}

# METADATA
# description: Whether an exception that names a finding takes one out here.
excuses(exception) if {
	some index, _ in _scans
	some by in _excused[index][_]
	by == exception.id
}

# METADATA
# description: Whether a scan found more of a severity than its budget, before any exception.
exceeds(counts) if {
	some severity, budget in _budgets
	counts[severity] > budget
}

_scans := object.get(records.counted, "scan", [])

_missing if "scan" in evidence.missing

_missing if {
	some record in _scans
	record.value.absent == "SCAN_ABSENT"
}

_all_budgets := {
	"critical": thresholds.settings.vulnerabilitiesCriticalMax,
	"high": thresholds.settings.vulnerabilitiesHighMax,
	"medium": thresholds.settings.vulnerabilitiesMediumMax,
	"low": thresholds.settings.vulnerabilitiesLowMax,
	"unknown": thresholds.settings.vulnerabilitiesUnknownMax,
}

_budgets := {severity: budget | some severity, budget in _all_budgets; budget != null}

_rated(record) := {severity | some severity, _ in _all_budgets; is_number(record.value.counts[severity])}

# Of each scan, the findings that exceptions take out, with the ids of these; a key is one finding, however often it is listed.
_excused[index] := {[finding.id, finding.purl, finding.severity]: by |
	count(_narrow) > 0
	some finding in record.value.findings
	by := [exception.id | some exception in _narrow; waiver.takes_out(exception, _subject(record, finding))]
	count(by) > 0
} if {
	some index, record in _scans
}

_narrow := [exception | some exception in object.get(input, "exceptions", []); is_string(exception.rule)]

_subject(record, finding) := {
	"code": "VULN_OVER_BUDGET",
	"rule": finding.id,
	"path": finding.purl,
	"digests": records.concerned(record),
}

_counted(index, severity) := _scans[index].value.counts[severity] - count(_waived(index, severity))

_waived(index, severity) := [id | some [id, _, waived] in object.keys(_excused[index]); waived == severity]

_open(index, severity) := [finding |
	some finding in _scans[index].value.findings
	finding.severity == severity
	not _excused[index][[finding.id, finding.purl, finding.severity]]
]

_stale(record) := {limit |
	some limit in [
		{"check": "scan", "of": "result", "age": record.ageMs, "limit": thresholds.settings.scanHoldAgeMs},
		{
			"check": "vulnerabilities",
			"of": "database",
			"age": record.value.databaseAgeMs,
			"limit": thresholds.settings.scanDatabaseMaxAgeMs,
		},
	]
	is_number(limit.age)
	is_number(limit.limit)
	limit.age > limit.limit
}

_database_fresh(age) if age.absent == "NOT_STATED"

_database_fresh(age) if {
	is_number(age)
	thresholds.settings.scanDatabaseMaxAgeMs == null
}

_database_fresh(age) if {
	is_number(age)
	age <= thresholds.settings.scanDatabaseMaxAgeMs
}

_text(finding) := concat("", [_name(finding.id, finding.purl), " (", _fix(finding.fixedIn), ")"])

_name(id, purl) := concat(" in ", [id, purl]) if is_string(purl)

else := id

_fix(versions) := concat("", ["fixed in ", concat(", ", versions)]) if count(versions) > 0

else := "no fix known"

# The waiver of the worst finding, to be pasted into a shell: nothing that came from a report is left unquoted. What only a person can
# say stands in capitals.
_command(record, findings) := concat(" ", array.concat(
	array.concat(_where(record), _narrowed_to(findings)),
	["--owner OWNER --justification WHY --mitigation WHAT --ticket TICKET"],
))

_where(record) := array.concat(
	["mc waiver request --service", input.subject.service, "--environment", input.subject.environment, "--code VULN_OVER_BUDGET"],
	array.concat(
		[concat(" ", ["--stage", stage]) | some stage in thresholds.settings.stages],
		[concat(" ", ["--digest", digest]) | some digest in sort(records.concerned(record))],
	),
)

_narrowed_to(findings) := array.concat(
	["--rule", _quoted(findings[0].id)],
	[part | is_string(findings[0].purl); some part in ["--path", _quoted(findings[0].purl)]],
) if {
	count(findings) > 0
}

else := []

_quoted(text) := concat("", ["'", replace(text, "'", `'\''`), "'"])
