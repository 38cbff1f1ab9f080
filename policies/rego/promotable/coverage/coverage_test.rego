package promotable.coverage_test

import data.promotable.coverage
import data.promotable.fixture_test as fixture

_layers(values) := layers if layers := fixture.layers(values)

_stated(value) := {"coverage": [object.union(fixture.record, {"value": value})]}

test_without_a_floor_any_figure_is_enough if {
	coverage.findings == set() with input as fixture.facts
	coverage.proven == {"line_coverage"} with input as fixture.facts
}

test_the_floor_itself_is_enough if {
	layers := _layers({"lineCoverageFloor": 0.8})
	coverage.findings == set() with input as fixture.facts with data.configuration.layers as layers
	coverage.proven == {"line_coverage"} with input as fixture.facts with data.configuration.layers as layers
}

test_below_the_floor_is_a_waivable_breach if {
	layers := _layers({"lineCoverageFloor": 0.801})
	found := coverage.findings with input as fixture.facts with data.configuration.layers as layers
	found == {{
		"checks": ["line_coverage"],
		"code": "COVERAGE_BELOW_FLOOR",
		"class": "waivable_breach",
		"integrity": false,
		"params": {
			"item": "coverage",
			"hit": 800,
			"found": 1000,
			"budget": 0.801,
			"unit": "fraction",
			"evidenceId": fixture.evidence_id,
		},
	}}
	coverage.proven == set() with input as fixture.facts with data.configuration.layers as layers
}

test_a_missing_or_absent_coverage_is_told_where_it_is_required if {
	layers := _layers({"coverageLevel": "required"})
	every facts in [fixture.replaced("/items/coverage", {"absent": "NO_EVIDENCE"}), fixture.with_items(_stated({"absent": "COVERAGE_ABSENT"}))] {
		found := coverage.findings with input as facts with data.configuration.layers as layers
		fixture.codes(found) == {"COVERAGE_MISSING"}
		coverage.proven == set() with input as facts with data.configuration.layers as layers
		coverage.findings == set() with input as facts
	}
}
