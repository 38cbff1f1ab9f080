package promotable.window_test

import data.promotable.fixture_test as fixture
import data.promotable.window

_found(facts) := found if found := window.findings with input as facts

_codes(facts) := fixture.codes(_found(facts))

_causes(facts) := {cause | some finding in _found(facts); some cause in finding.params.causes}

test_a_good_window_is_proven if {
	_codes(fixture.facts) == set()
	window.proven == {"window", "samples"} with input as fixture.facts
	window.usable with input as fixture.facts
}

test_a_window_from_before_the_end_of_the_warm_up_is_not_of_the_stage if {
	_codes(fixture.with_items({"slo": {"startOffsetMs": 60000}})) == set()
	facts := fixture.with_items({"slo": {"startOffsetMs": 59999}})
	_causes(facts) == {"began_before_warm_up"}
	window.proven == {"samples"} with input as facts
	not window.usable with input as facts
}

test_a_window_of_other_pods_is_not_of_the_stage if {
	_causes(fixture.with_items({"slo": {"podTemplateHash": "other"}})) == {"other_pods"}
	_causes(fixture.replaced("/items/slo/podTemplateHash", {"absent": "NOT_APPLICABLE"})) == {"other_pods"}
	_codes(fixture.replaced("/request/podTemplateHash", {"absent": "NOT_SENT"})) == set()
}

test_a_suspect_release_needs_a_window_from_after_the_suspicion if {
	_causes(object.union(fixture.facts, {"standing": {"suspectForMs": 329999}})) == {"before_suspicion"}
	_codes(object.union(fixture.facts, {"standing": {"suspectForMs": 330000}})) == set()
}

test_too_few_requests_prove_nothing if {
	_codes(fixture.with_items({"slo": {"canary": {"samples": 149}}})) == set()
	some finding in _found(fixture.with_items({"slo": {"canary": {"samples": 100}}}))
	finding.code == "INSUFFICIENT_SAMPLES"
	finding.params == {
		"have": 100,
		"need": 149,
		"etaSeconds": 147,
		"window": 300000,
		"source": "prometheus",
		"evidenceId": fixture.evidence_id,
	}
}

test_without_any_request_there_is_no_estimate if {
	some finding in _found(fixture.with_items({"slo": {"canary": {"samples": 0}}}))
	finding.params.etaSeconds == null
}

test_requests_that_nobody_counted_prove_nothing if {
	facts := fixture.replaced("/items/slo/canary/samples", {"absent": "SAMPLES_UNKNOWN"})
	_codes(facts) == {"SAMPLES_UNKNOWN"}
	window.proven == {"window"} with input as facts
}

test_requests_to_the_stable_version_that_nobody_counted_prove_nothing if {
	facts := fixture.replaced("/items/slo/stable/samples", {"absent": "SAMPLES_UNKNOWN"})
	_codes(facts) == {"SAMPLES_UNKNOWN"}
}

test_the_need_is_the_greatest_of_the_budgets_in_force if {
	window.need == 149 with input as fixture.facts
	window.need == 299 with input as fixture.facts with data.configuration.layers as fixture.layers({"p99BudgetMs": 500})
	window.need == 59 with input as fixture.facts with data.configuration.layers as fixture.layers({"errorRateBudget": 0.5})
		with data.configuration.samples.errorRate as [{"budget": 0.5, "samples": 5}]
	window.need == 5 with input as fixture.facts with data.configuration.layers as fixture.layers({"errorRateBudget": 0.5, "p95BudgetMs": null})
		with data.configuration.samples.errorRate as [{"budget": 0.5, "samples": 5}]
}

test_a_budget_whose_need_is_unknown_proves_nothing if {
	window.proven == {"window"} with input as fixture.facts with data.configuration.samples.errorRate as []
}

_made(synthetic) := fixture.replaced("/items/slo/synthetic", synthetic)

_scarce := {"realSamples": 148, "realWindowMs": 3600000}

_permitted(permission) := fixture.layers({"syntheticWindow": permission})

test_made_requests_stand_in_where_real_ones_were_too_few_for_an_hour if {
	_codes(_made(_scarce)) == {"SYNTHETIC_EVIDENCE"}
	window.proven == {"window", "samples"} with input as _made(_scarce)
	window.usable with input as _made(_scarce)
}

test_made_requests_do_not_count_beside_real_ones_that_suffice_or_may_still_come if {
	every synthetic, cause in {
		{"realSamples": 149, "realWindowMs": 3600000}: "enough_real_requests",
		{"realSamples": 10, "realWindowMs": 3599999}: "real_window_too_short",
	} {
		_codes(_made(synthetic)) == {"SYNTHETIC_EVIDENCE", "SYNTHETIC_NOT_COUNTED"}
		_causes(_made(synthetic)) == {cause}
		window.proven == {"window"} with input as _made(synthetic)
		not window.usable with input as _made(synthetic)
	}
	unstated := _made({"absent": "NOT_STATED"})
	_codes(unstated) == {"SYNTHETIC_NOT_COUNTED"}
	_causes(unstated) == {"real_requests_not_stated"}
	window.proven == {"window"} with input as unstated
}

test_a_layer_can_tell_made_requests_only_or_refuse_them if {
	every permission, codes in {"advisory": {"SYNTHETIC_EVIDENCE", "SYNTHETIC_NOT_COUNTED"}, "refused": {"SYNTHETIC_NOT_COUNTED"}} {
		found := window.findings with input as _made(_scarce) with data.configuration.layers as _permitted(permission)
		fixture.codes(found) == codes
		proven := window.proven with input as _made(_scarce) with data.configuration.layers as _permitted(permission)
		proven == {"window"}
		real := window.findings with input as fixture.facts with data.configuration.layers as _permitted(permission)
		real == set()
	}
}

test_a_window_that_does_not_say_what_it_is_of_proves_nothing if {
	window.proven == {"window"} with input as json.patch(fixture.facts, [{"op": "remove", "path": "/items/slo/synthetic"}])
}

test_windows_of_real_and_of_made_requests_do_not_confirm_each_other if {
	window.same_traffic({"synthetic": {"absent": "NOT_SYNTHETIC"}}, {"synthetic": {"absent": "NOT_SYNTHETIC"}})
	window.same_traffic({"synthetic": _scarce}, {"synthetic": _scarce})
	not window.same_traffic({"synthetic": _scarce}, {"synthetic": {"absent": "NOT_SYNTHETIC"}})
}

test_without_a_window_nothing_is_said if {
	_codes(fixture.replaced("/items/slo", {"absent": "NO_EVIDENCE"})) == set()
}

test_a_short_window_is_not_proven if {
	window.proven == {"samples"} with input as fixture.with_items({"slo": {"windowMs": 299999}})
}
