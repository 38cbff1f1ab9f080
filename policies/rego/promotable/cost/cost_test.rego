package promotable.cost_test

import data.promotable.cost
import data.promotable.fixture_test as fixture

_required := fixture.layers({"requireCost": true})

test_an_estimate_over_budget_is_a_note if {
	facts := fixture.with_items({"cost": {"graphqlPerMillionUsd": 2.1}})
	cost.findings == {{
		"checks": [],
		"code": "COST_ADVISORY",
		"class": "note",
		"integrity": false,
		"params": {
			"metric": "graphqlPerMillion",
			"measured": 2.1,
			"budget": 2,
			"unit": "usd",
			"estimated": true,
			"evidenceId": fixture.evidence_id,
		},
	}} with input as facts
}

test_within_budget_nothing_is_said if {
	cost.findings == set() with input as fixture.facts
	cost.findings == set() with input as fixture.replaced("/items/cost", {"absent": "NO_EVIDENCE"})
}

test_an_estimate_is_no_measurement_where_one_is_required if {
	fixture.codes(cost.findings) == {"COST_NOT_MEASURED"} with input as fixture.facts with data.configuration.layers as _required
	cost.proven == set() with input as fixture.facts with data.configuration.layers as _required
}

test_a_bill_over_budget_is_a_waivable_breach_where_required if {
	facts := fixture.with_items({"cost": {"graphqlPerMillionUsd": 2.1, "estimated": false}})
	{[finding.code, finding.class] | some finding in cost.findings} == {["COST_OVER_BUDGET", "waivable_breach"]} with input as facts
		with data.configuration.layers as _required
	cost.proven == set() with input as facts with data.configuration.layers as _required
}

test_a_bill_within_budget_is_proven if {
	facts := fixture.with_items({"cost": {"graphqlPerMillionUsd": 2, "estimated": false}})
	cost.findings == set() with input as facts with data.configuration.layers as _required
	cost.proven == {"unit_cost"} with input as facts with data.configuration.layers as _required
}
