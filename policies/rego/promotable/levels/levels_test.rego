package promotable.levels_test

import data.promotable.evidence
import data.promotable.fixture_test as fixture
import data.promotable.levels

_layers(values) := layers if layers := fixture.layers(values)

_absent := {"absent": "NO_EVIDENCE"}

test_by_default_sbom_tests_and_scan_are_required_and_the_rest_is_told_about if {
	levels.required == {"sbom", "tests", "scan", "slo"} with input as fixture.facts
	levels.judged == {"sbom", "tests", "scan", "slo"} with input as fixture.facts
	levels.advisory == {"coverage", "provenance"} with input as fixture.facts
	levels.content == {"components", "results", "vulnerabilities"} with input as fixture.facts
}

test_the_cost_is_required_where_the_layers_say_so if {
	required := levels.required with input as fixture.facts with data.configuration.layers as _layers({"requireCost": true})
	"cost" in required
}

test_an_item_that_need_not_be_there_is_judged_where_it_is if {
	layers := _layers({"scanLevel": "required-if-present"})
	there := levels.judged with input as fixture.facts with data.configuration.layers as layers
	"scan" in there
	gone := levels.judged with input as fixture.replaced("/items/scan", _absent) with data.configuration.layers as layers
	not "scan" in gone
	evidence.missing == set() with input as fixture.replaced("/items/scan", _absent) with data.configuration.layers as layers
}

test_to_state_that_there_is_none_is_no_fault_where_none_is_required if {
	facts := fixture.with_items({"scan": [object.union(fixture.record, {"value": {"absent": "SCAN_ABSENT"}})]})
	every level in ["required-if-present", "advisory"] {
		layers := _layers({"scanLevel": level})
		looked_at := levels.looked_at with input as facts with data.configuration.layers as layers
		not "scan" in looked_at
	}
	required := levels.required with input as facts
	"scan" in required
}

test_an_unknown_level_is_the_strictest if {
	required := levels.required with input as fixture.facts with data.configuration.layers as _layers({"coverageLevel": "sometimes"})
	"coverage" in required
}

test_where_the_evidence_alone_is_judged_the_scan_may_be_left_out if {
	levels.required == {"sbom", "tests"} with input as fixture.evidence
	judged := levels.judged with input as fixture.evidence
	"scan" in judged
}

_finding(item, code) := {"checks": {item}, "code": code, "class": "missing_proof", "integrity": true, "params": {"item": item}}

test_findings_about_advisory_items_become_notes if {
	found := {_finding("coverage", "STALE"), _finding("sbom", "STALE")}
	weighed := levels.weighed(found) with input as fixture.facts
	weighed == {
		_finding("sbom", "STALE"),
		{
			"checks": [],
			"code": "ADVISORY",
			"class": "note",
			"integrity": false,
			"params": {"item": "coverage", "wouldBe": "STALE"},
		},
	}
}

test_where_nothing_is_advisory_findings_stay_as_they_are if {
	facts := json.patch(fixture.facts, [
		{"op": "replace", "path": "/items/coverage", "value": _absent},
		{"op": "replace", "path": "/items/provenance", "value": _absent},
	])
	found := {_finding("coverage", "STALE")}
	levels.weighed(found) == found with input as facts
}
