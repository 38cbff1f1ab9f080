package promotable.stage_test

import data.promotable.fixture_test as fixture
import data.promotable.stage

_found(facts) := found if found := stage.findings with input as facts

test_a_listed_stage_is_proven if {
	_found(fixture.facts) == set()
	stage.proven == {"stage"} with input as fixture.facts
}

test_a_stage_that_is_not_listed_is_unknown if {
	facts := object.union(fixture.facts, {"subject": {"stage": "30"}})
	fixture.codes(_found(facts)) == {"UNKNOWN_STAGE", "PENDING"}
	stage.proven == set() with input as facts
}

test_a_stage_without_a_window_of_its_own_takes_the_longest if {
	stage.window_ms == 600000 with input as object.union(fixture.facts, {"subject": {"stage": "30"}})
	stage.window_ms == 300000 with input as fixture.facts
}

test_a_short_window_is_pending if {
	_found(fixture.with_items({"slo": {"windowMs": 120500}})) == {{
		"checks": {"window"},
		"code": "PENDING",
		"class": "missing_proof",
		"integrity": false,
		"params": {
			"awaited": ["the window of stage 20"],
			"stage": "20",
			"window": 120500,
			"need": 300000,
			"unit": "ms",
			"etaSeconds": 180,
		},
	}}
}

test_before_the_first_window_the_stage_is_pending if {
	facts := object.union(fixture.replaced("/items/slo", {"absent": "NO_EVIDENCE"}), {"stage": {"startedAgoMs": 100000}})
	some finding in _found(facts)
	object.filter(finding.params, {"window", "need", "etaSeconds"}) == {"window": 0, "need": 300000, "etaSeconds": 260}
	"samples" in finding.checks
}

test_a_window_that_should_be_there_is_not_pending if {
	_found(fixture.replaced("/items/slo", {"absent": "NO_EVIDENCE"})) == set()
}

test_what_waits_in_a_spool_is_pending if {
	facts := object.union(fixture.replaced("/items/scan", {"absent": "NO_EVIDENCE"}), {"release": {"spooled": 2}})
	_found(facts) == {{
		"checks": {"scan", "vulnerabilities"},
		"code": "PENDING",
		"class": "missing_proof",
		"integrity": false,
		"params": {"awaited": ["scan"], "spooled": 2},
	}}
}
