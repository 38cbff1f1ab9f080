package promotable.build_test

import data.promotable.build
import data.promotable.fixture_test as fixture

_found(items) := found if found := build.findings with input as fixture.with_items(items)

_proven(items) := proven if proven := build.proven with input as fixture.with_items(items)

_tests(value) := {"tests": [object.union(fixture.tests, {"value": value})]}

test_good_results_are_proven if {
	_found({}) == set()
	_proven({}) == {"components", "results"}
}

test_an_empty_sbom_is_a_breach if {
	items := {"sbom": [object.union(fixture.sbom, {"value": {"components": 0}})]}
	_found(items) == {{
		"checks": ["components"],
		"code": "SBOM_EMPTY",
		"class": "breach",
		"integrity": false,
		"params": {"item": "sbom", "measured": 0, "evidenceId": fixture.evidence_id},
	}}
	_proven(items) == {"results"}
}

test_a_stated_absence_is_missing_proof if {
	absent := [object.union(fixture.record, {"value": {"absent": "SBOM_ABSENT"}})]
	fixture.codes(_found({"sbom": absent})) == {"SBOM_ABSENT"}
	untested := [object.union(fixture.record, {"value": {"absent": "TESTS_ABSENT"}})]
	fixture.codes(_found({"tests": untested})) == {"TESTS_ABSENT"}
	_proven({"sbom": absent, "tests": untested}) == set()
}

test_skipped_tests_alone_prove_nothing if {
	items := _tests({"passed": 0, "skipped": 10})
	fixture.codes(_found(items)) == {"TESTS_ABSENT"}
	_proven(items) == {"components"}
}

test_failures_and_errors_are_a_waivable_breach if {
	some finding in _found({"tests": fixture.red})
	finding.code == "TESTS_FAILED"
	finding.class == "waivable_breach"
	finding.params == {
		"item": "tests",
		"measured": 2,
		"budget": 0,
		"unit": "tests",
		"samples": 10,
		"failed": 1,
		"errors": 1,
		"evidenceId": fixture.evidence_id,
	}
	_proven({"tests": fixture.red}) == {"components"}
}
