package promotable.vulnerabilities_test

import data.promotable.fixture_test as fixture
import data.promotable.vulnerabilities

_found(facts) := found if found := vulnerabilities.findings with input as facts

_codes(facts) := fixture.codes(_found(facts))

_proven(facts) := proven if proven := vulnerabilities.proven with input as facts

_layers(values) := layers if layers := fixture.layers(values)

_cve(id, severity) := {"id": id, "purl": "pkg:npm/left@1.2.3", "severity": severity, "fixedIn": ["1.2.4"]}

_counts := {"critical": 0, "high": 0, "medium": 0, "low": 0, "unknown": 0}

_scan(counts, findings) := object.union(fixture.record, {"value": {
	"counts": object.union(_counts, counts),
	"findings": findings,
	"databaseAgeMs": 0,
}})

_critical := _scan({"critical": 1}, [_cve("CVE-1", "critical")])

_narrow(changes) := object.union(fixture.waiver, object.union({"codes": ["VULN_OVER_BUDGET"], "rule": "CVE-1"}, changes))

_with(scan, exceptions) := object.union(fixture.with_items({"scan": [scan]}), {"exceptions": exceptions})

test_a_clean_scan_is_proven if {
	_found(fixture.facts) == set()
	_proven(fixture.facts) == {"vulnerabilities"}
}

test_a_budget_that_is_met_exactly_passes if {
	full := _scan({"high": 5, "medium": 10, "low": 50}, [])
	_found(fixture.with_items({"scan": [full]})) == set()
	_proven(fixture.with_items({"scan": [full]})) == {"vulnerabilities"}
	every counts in [{"critical": 1}, {"high": 6}, {"medium": 11}, {"low": 51}, {"unknown": 1}] {
		_codes(fixture.with_items({"scan": [_scan(counts, [])]})) == {"VULN_OVER_BUDGET"}
		_proven(fixture.with_items({"scan": [_scan(counts, [])]})) == set()
	}
}

test_a_breach_names_the_worst_and_the_way_out if {
	_found(fixture.with_items({"scan": [_critical]})) == {{
		"checks": ["vulnerabilities"],
		"code": "VULN_OVER_BUDGET",
		"class": "waivable_breach",
		"integrity": false,
		"params": {
			"item": "scan",
			"severity": "critical",
			"measured": 1,
			"budget": 0,
			"unit": "findings",
			"worst": ["CVE-1 in pkg:npm/left@1.2.3 (fixed in 1.2.4)"],
			"waived": 0,
			"command": _command("--rule 'CVE-1' --path 'pkg:npm/left@1.2.3'"),
			"evidenceId": fixture.evidence_id,
		},
	}}
}

_command(narrowed) := concat(" ", [
	"mc waiver request --service checkout --environment production --code VULN_OVER_BUDGET --stage 20 --stage 50",
	concat(" ", ["--digest", fixture.digest_a]),
	narrowed,
	"--owner OWNER --justification WHY --mitigation WHAT --ticket TICKET",
])

_params(scan) := params if {
	some finding in _found(fixture.with_items({"scan": [scan]}))
	params := finding.params
}

test_what_a_report_says_is_quoted_for_the_shell if {
	hostile := object.union(_cve("CVE-1", "critical"), {"purl": "pkg:npm/it's$(reboot)", "fixedIn": []})
	params := _params(_scan({"critical": 1}, [hostile]))
	params.command == _command(`--rule 'CVE-1' --path 'pkg:npm/it'\''s$(reboot)'`)
	params.worst == ["CVE-1 in pkg:npm/it's$(reboot) (no fix known)"]
}

test_a_component_that_is_not_stated_is_left_out if {
	bare := {"id": "CVE-1", "purl": {"absent": "NOT_STATED"}, "severity": "critical", "fixedIn": ["2", "3"]}
	params := _params(_scan({"critical": 1}, [bare]))
	params.worst == ["CVE-1 (fixed in 2, 3)"]
	params.command == _command("--rule 'CVE-1'")
}

test_findings_that_are_not_listed_count_as_well if {
	params := _params(_scan({"low": 51}, []))
	params.worst == []
	not contains(params.command, "--rule")
}

test_each_scan_has_its_own_budget if {
	some_high := _scan({"high": 5}, [])
	_found(fixture.with_items({"scan": [some_high, some_high]})) == set()
	_codes(fixture.with_items({"scan": [fixture.scan, _critical]})) == {"VULN_OVER_BUDGET"}
}

test_a_severity_without_a_limit_is_not_counted if {
	facts := fixture.with_items({"scan": [_critical]})
	layers := _layers({"vulnerabilitiesCriticalMax": null})
	vulnerabilities.findings == set() with input as facts with data.configuration.layers as layers
	vulnerabilities.proven == {"vulnerabilities"} with input as facts with data.configuration.layers as layers
}

test_an_exception_takes_out_exactly_the_finding_that_it_names if {
	facts := _with(_critical, [_narrow({})])
	some note in _found(facts)
	note.code == "VULN_WAIVED"
	note.params == {
		"item": "scan",
		"waived": ["CVE-1 in pkg:npm/left@1.2.3"],
		"turnedBy": ["W-1"],
		"evidenceId": fixture.evidence_id,
	}
	_codes(facts) == {"VULN_WAIVED"}
	_proven(facts) == {"vulnerabilities"}
	two := _scan({"critical": 2}, [_cve("CVE-1", "critical"), _cve("CVE-2", "critical")])
	_codes(_with(two, [_narrow({})])) == {"VULN_WAIVED", "VULN_OVER_BUDGET"}
	_codes(_with(two, [_narrow({}), _narrow({"id": "W-2", "rule": "CVE-2"})])) == {"VULN_WAIVED"}
}

test_a_path_narrows_it_to_one_component if {
	here := _narrow({"path": "pkg:npm/left@1.2.3"})
	_codes(_with(_critical, [here])) == {"VULN_WAIVED"}
	elsewhere := object.union(here, {"path": "pkg:npm/right@1.0.0"})
	_codes(_with(_critical, [elsewhere])) == {"VULN_OVER_BUDGET"}
}

test_an_exception_that_is_not_in_force_takes_out_nothing if {
	every changes in [
		{"expiresInMs": 0},
		{"activeForMs": -1},
		{"verified": false},
		{"environment": "staging"},
		{"stages": ["50"]},
		{"digests": [fixture.digest_b]},
		{"codes": ["TESTS_FAILED"]},
		{"rule": "CVE-2"},
	] {
		facts := _with(_critical, [_narrow(changes)])
		_codes(facts) == {"VULN_OVER_BUDGET"}
		_proven(facts) == set()
		not vulnerabilities.excuses(_narrow(changes)) with input as facts
	}
}

test_an_exception_must_be_made_for_the_digests_that_the_scan_is_about if {
	digests := [fixture.digest_a, fixture.digest_b]
	asked := {"request": {"digests": digests}, "release": {"digests": digests}}
	beside := object.union(fixture.scan, {"covers": [fixture.digest_b]})
	one := object.union(fixture.with_items({"scan": [_critical, beside]}), {"exceptions": [_narrow({})]})
	_codes(object.union(one, asked)) == {"VULN_WAIVED"}
	both := object.union(_critical, {"covers": digests})
	_codes(object.union(_with(both, [_narrow({})]), asked)) == {"VULN_OVER_BUDGET"}
}

test_a_finding_listed_twice_is_taken_out_once if {
	finding := _cve("CVE-1", "critical")
	_codes(_with(_scan({"critical": 2}, [finding, finding]), [_narrow({})])) == {"VULN_WAIVED", "VULN_OVER_BUDGET"}
}

test_a_scan_gets_old if {
	aging := object.union(fixture.scan, {"ageMs": 86400001})
	_codes(fixture.with_items({"scan": [aging]})) == {"VULN_SCAN_AGING"}
	last := object.union(fixture.scan, {"ageMs": 259200000})
	_codes(fixture.with_items({"scan": [last]})) == {"VULN_SCAN_AGING"}
	stale := object.union(fixture.scan, {"ageMs": 259200001})
	some finding in _found(fixture.with_items({"scan": [stale]}))
	finding.code == "VULN_SCAN_STALE"
	finding.checks == ["scan"]
	finding.params.of == "result"
}

test_a_scan_by_an_old_database_is_stale if {
	old := object.union(fixture.scan, {"value": {"databaseAgeMs": 432000001}})
	facts := fixture.with_items({"scan": [old]})
	some finding in _found(facts)
	finding.code == "VULN_SCAN_STALE"
	finding.checks == ["vulnerabilities"]
	finding.params.of == "database"
	_proven(facts) == set()
	layers := _layers({"scanDatabaseMaxAgeMs": null})
	vulnerabilities.findings == set() with input as facts with data.configuration.layers as layers
	vulnerabilities.proven == {"vulnerabilities"} with input as facts with data.configuration.layers as layers
	unknown := json.patch(fixture.scan, [{"op": "replace", "path": "/value/databaseAgeMs", "value": {"absent": "NOT_STATED"}}])
	_proven(fixture.with_items({"scan": [unknown]})) == {"vulnerabilities"}
}

test_a_missing_or_absent_scan_is_told_where_it_is_required if {
	every facts in [
		fixture.replaced("/items/scan", {"absent": "NO_EVIDENCE"}),
		fixture.with_items({"scan": [object.union(fixture.record, {"value": {"absent": "SCAN_ABSENT"}})]}),
	] {
		_codes(facts) == {"SCAN_MISSING"}
		_proven(facts) == set()
		layers := _layers({"scanLevel": "advisory"})
		vulnerabilities.findings == set() with input as facts with data.configuration.layers as layers
	}
}

test_a_count_that_is_not_there_proves_nothing if {
	uncounted := json.patch(fixture.scan, [{"op": "remove", "path": "/value/counts/critical"}])
	_proven(fixture.with_items({"scan": [uncounted]})) == set()
	layers := _layers({"vulnerabilitiesCriticalMax": null})
	vulnerabilities.proven == set() with input as fixture.with_items({"scan": [uncounted]}) with data.configuration.layers as layers
}
