package promotable.budgets_test

import data.promotable.budgets
import data.promotable.fixture_test as fixture

_found(slo) := found if found := budgets.findings with input as fixture.with_items({"slo": slo})

_codes(slo) := fixture.codes(_found(slo))

_proven(slo) := proven if proven := budgets.proven with input as fixture.with_items({"slo": slo})

_both(measure) := {"canary": measure, "previous": {"canary": measure}}

# A stable version so slow and broken that only budgets speak.
_slow := {"stable": {"p95Ms": 9000, "errorRate": 1}}

_budgets_only(slo) := _codes(object.union(slo, _slow))

test_within_every_budget_everything_is_proven if {
	_codes({}) == set()
	_proven({}) == budgets.metrics
}

test_the_budget_itself_passes if {
	_budgets_only(_both({"p95Ms": 350, "errorRate": 0.02})) == set()
	_proven(object.union(_both({"p95Ms": 350, "errorRate": 0.02}), _slow)) == budgets.metrics
}

test_two_windows_over_budget_are_a_breach if {
	_budgets_only(_both({"p95Ms": 350.1})) == {"P95_OVER_BUDGET"}
	_budgets_only(_both({"errorRate": 0.021})) == {"ERROR_RATE_OVER_BUDGET"}
}

test_a_breach_says_everything_that_was_measured if {
	some finding in _found(object.union(_both({"p95Ms": 412.5}), _slow))
	finding.class == "waivable_breach"
	finding.params == {
		"metric": "p95",
		"measured": 412.5,
		"budget": 350,
		"unit": "ms",
		"samples": 1200,
		"window": 300000,
		"source": "prometheus",
		"evidenceId": fixture.evidence_id,
		"confirmedBy": "previous_window",
	}
}

test_one_window_over_budget_is_not_confirmed if {
	some finding in _found(object.union({"canary": {"p95Ms": 412.5}}, _slow))
	finding.code == "UNCONFIRMED"
	finding.params == {
		"over": "P95_OVER_BUDGET",
		"metric": "p95",
		"measured": 412.5,
		"budget": 350,
		"reference": 350,
		"unit": "ms",
		"samples": 1200,
		"window": 300000,
		"source": "prometheus",
		"evidenceId": fixture.evidence_id,
		"confirmation": 60000,
	}
}

test_more_than_twice_the_budget_confirms_itself if {
	_budgets_only({"canary": {"p95Ms": 700}}) == {"UNCONFIRMED"}
	_budgets_only({"canary": {"p95Ms": 700.1}}) == {"P95_OVER_BUDGET"}
}

test_windows_too_close_confirm_nothing if {
	_budgets_only(object.union(_both({"p95Ms": 400}), {"previous": {"endGapMs": 59999}})) == {"UNCONFIRMED"}
}

test_the_window_before_must_be_of_the_same_pods_stage_and_trust if {
	every previous in [{"podTemplateHash": "other"}, {"startOffsetMs": 0}, {"signer": "revoked"}] {
		_budgets_only(object.union(_both({"p95Ms": 400}), {"previous": previous})) == {"UNCONFIRMED"}
	}
}

test_without_a_window_before_nothing_is_confirmed if {
	facts := json.patch(fixture.with_items({"slo": {"canary": {"p95Ms": 400}, "stable": {"p95Ms": 9000}}}), [{"op": "replace", "path": "/items/slo/previous", "value": {"absent": "NO_PREVIOUS"}}])
	fixture.codes(budgets.findings) == {"UNCONFIRMED"} with input as facts
}

test_thin_stale_and_foreign_windows_break_nothing if {
	every flaw in [{"canary": {"samples": 100}}, {"ageMs": 180001}, {"podTemplateHash": "other"}, {"signer": "revoked"}, {"covers": []}] {
		_budgets_only(object.union(_both({"p95Ms": 900}), flaw)) == {"UNCONFIRMED"}
	}
}

test_an_unknown_number_of_requests_is_reported_as_null if {
	facts := json.patch(fixture.with_items({"slo": {"canary": {"p95Ms": 400}, "stable": {"p95Ms": 9000}}}), [{"op": "replace", "path": "/items/slo/canary/samples", "value": {"absent": "SAMPLES_UNKNOWN"}}])
	found := budgets.findings with input as facts
	{finding.params.samples | some finding in found} == {null}
}

test_a_short_window_may_break_a_budget if {
	_budgets_only(object.union(_both({"p95Ms": 400}), {"windowMs": 1000})) == {"P95_OVER_BUDGET"}
}

_p99 := fixture.layers({"p99BudgetMs": 500})

test_p99_counts_where_it_has_a_budget if {
	_proven({"canary": {"p99Ms": 5000}}) == budgets.metrics
	over := fixture.with_items({"slo": _both({"p99Ms": 500.5})})
	fixture.codes(budgets.findings) == {"P99_OVER_BUDGET"} with input as over with data.configuration.layers as _p99
	within := fixture.with_items({"slo": _both({"p99Ms": 500})})
	budgets.proven == budgets.metrics with input as within with data.configuration.layers as _p99
}

test_a_budget_for_p99_wants_it_measured if {
	facts := fixture.replaced("/items/slo/canary/p99Ms", {"absent": "NOT_MEASURED"})
	fixture.codes(budgets.findings) == {"NOT_MEASURED"} with input as facts with data.configuration.layers as _p99
	not "p99" in budgets.proven with input as facts with data.configuration.layers as _p99
	budgets.proven == budgets.metrics with input as facts
}

test_no_budget_for_p95_is_stated if {
	facts := fixture.with_items({"slo": {"canary": {"p95Ms": 300}}})
	"p95" in budgets.proven with input as facts with data.configuration.layers as fixture.layers({"p95BudgetMs": null})
}

test_worse_than_stable_by_factor_and_by_step_is_a_regression if {
	_codes(_both({"p95Ms": 340})) == set()
	_codes(object.union(_both({"p95Ms": 340}), {"stable": {"p95Ms": 160}})) == {"REGRESSION_VS_STABLE"}
	_codes(object.union(_both({"p95Ms": 60}), {"stable": {"p95Ms": 20}})) == set()
	_codes(object.union(_both({"p95Ms": 71}), {"stable": {"p95Ms": 20}})) == {"REGRESSION_VS_STABLE"}
	_codes(object.union(_both({"errorRate": 0.0059}), {"stable": {"errorRate": 0.001}})) == set()
	_codes(object.union(_both({"errorRate": 0.0061}), {"stable": {"errorRate": 0.001}})) == {"REGRESSION_VS_STABLE"}
	_codes(object.union(_both({"errorRate": 0.018}), {"stable": {"errorRate": 0.01}})) == set()
}

test_a_regression_names_both_versions if {
	some finding in _found(object.union(_both({"errorRate": 0.015}), {"stable": {"samples": 5000}}))
	finding.params == {
		"metric": "error rate",
		"measured": 0.015,
		"stable": 0.001,
		"stableSamples": 5000,
		"factor": 2,
		"step": 0.005,
		"unit": "fraction",
		"samples": 1200,
		"window": 300000,
		"source": "prometheus",
		"evidenceId": fixture.evidence_id,
		"confirmedBy": "multiple_of_budget",
	}
}

test_an_unconfirmed_regression_refers_to_stable if {
	some finding in _found({"canary": {"p95Ms": 340}, "stable": {"p95Ms": 150}})
	finding.code == "UNCONFIRMED"
	finding.params.over == "REGRESSION_VS_STABLE"
	finding.params.reference == 150
}

test_a_stated_absence_of_stable_is_noted if {
	facts := fixture.replaced("/items/slo/stable", {"absent": "NO_STABLE"})
	fixture.codes(budgets.findings) == {"NO_BASELINE"} with input as facts
	budgets.proven == budgets.metrics with input as facts
}

test_a_stable_version_measured_too_seldom_is_noted if {
	_codes({"canary": {"p95Ms": 340}, "stable": {"samples": 148, "p95Ms": 10}}) == {"BASELINE_TOO_SMALL"}
	_proven({"stable": {"samples": 148}}) == budgets.metrics
}

test_a_window_of_made_requests_confirms_none_of_real_ones if {
	facts := json.patch(fixture.with_items({"slo": object.union(_both({"p95Ms": 400}), _slow)}), [{"op": "replace", "path": "/items/slo/previous/synthetic", "value": {"realSamples": 1, "realWindowMs": 3600000}}])
	fixture.codes(budgets.findings) == {"UNCONFIRMED"} with input as facts
}

test_a_stable_version_that_was_not_measured_is_noted if {
	facts := fixture.replaced("/items/slo/stable", {"absent": "NOT_MEASURED"})
	fixture.codes(budgets.findings) == {"BASELINE_NOT_MEASURED"} with input as facts
	budgets.proven == budgets.metrics with input as facts
}

test_where_the_layers_ask_for_a_comparison_it_must_be_possible if {
	layers := fixture.layers({"requireBaseline": true})
	unmeasured := fixture.replaced("/items/slo/stable", {"absent": "NOT_MEASURED"})
	seldom := fixture.with_items({"slo": {"stable": {"samples": 148}}})
	every facts, have in {unmeasured: 0, seldom: 148} {
		found := budgets.findings with input as facts with data.configuration.layers as layers
		{[finding.code, finding.params.have] | some finding in found} == {["BASELINE_MISSING", have]}
		proven := budgets.proven with input as facts with data.configuration.layers as layers
		proven == {"p95", "p99", "errors"}
	}
	first := fixture.replaced("/items/slo/stable", {"absent": "NO_STABLE"})
	fixture.codes(budgets.findings) == {"NO_BASELINE"} with input as first with data.configuration.layers as layers
	budgets.proven == budgets.metrics with input as first with data.configuration.layers as layers
	budgets.findings == set() with input as fixture.facts with data.configuration.layers as layers
}

test_a_stable_version_that_nobody_counted_compares_with_nothing if {
	facts := fixture.replaced("/items/slo/stable/samples", {"absent": "SAMPLES_UNKNOWN"})
	budgets.findings == set() with input as facts
	budgets.proven == {"p95", "p99", "errors"} with input as facts
}

test_without_a_window_nothing_is_proven if {
	facts := fixture.replaced("/items/slo", {"absent": "NO_EVIDENCE"})
	budgets.findings == set() with input as facts
	budgets.proven == set() with input as facts
}
