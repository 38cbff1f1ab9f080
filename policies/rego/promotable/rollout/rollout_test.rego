package promotable.rollout_test

import data.promotable.fixture_test as fixture
import data.promotable.rollout

_decision(facts) := decision if decision := rollout.decision with input as facts

_codes(facts) := [reason.code | some reason in _decision(facts).reasons]

_missing := {"absent": "NO_EVIDENCE"}

test_a_good_canary_passes_without_a_word if {
	_decision(fixture.facts) == {"verdict": "pass", "reasons": [], "warnings": []}
}

test_malformed_facts_hold_and_are_judged_no_further if {
	decision := _decision(object.union(fixture.with_items({"tests": fixture.red}), {"extra": true}))
	decision == {
		"verdict": "hold",
		"reasons": [{"code": "UNKNOWN_SHAPE", "class": "missing_proof", "params": {"path": ""}}],
		"warnings": [],
	}
}

test_facts_of_evidence_are_no_rollout_facts if {
	_decision(fixture.evidence).verdict == "hold"
	_codes(fixture.evidence) == ["UNPROVEN"]
}

test_every_rule_can_stop_a_rollout if {
	_codes(fixture.with_items({"tests": fixture.red})) == ["TESTS_FAILED"]
	_codes(fixture.replaced("/items/tests", _missing)) == ["NO_EVIDENCE"]
	_codes(object.union(fixture.facts, {"request": {"digests": [fixture.digest_b]}})) == ["DIGEST_MISMATCH"]
	_codes(fixture.with_items({"slo": {"windowMs": 200000, "startOffsetMs": 370000}})) == ["PENDING"]
	_codes(fixture.with_items({"slo": {"canary": {"samples": 10}}})) == ["INSUFFICIENT_SAMPLES"]
	_codes(fixture.with_items({"slo": {"canary": {"p95Ms": 800}}})) == ["P95_OVER_BUDGET", "REGRESSION_VS_STABLE"]
}

test_an_unknown_release_holds_for_one_reason if {
	facts := object.union(fixture.facts, {
		"release": {"known": false, "digests": []},
		"items": null,
	})
	unknown := object.union(facts, {"items": {item: _missing | some item, _ in fixture.facts.items}})
	_decision(unknown).verdict == "hold"
	_codes(unknown) == ["NO_EVIDENCE"]
}

test_a_critical_vulnerability_fails if {
	critical := object.union(fixture.scan, {"value": {"counts": {"critical": 1}}})
	_decision(fixture.with_items({"scan": [critical]})).verdict == "fail"
	_codes(fixture.with_items({"scan": [critical]})) == ["VULN_OVER_BUDGET"]
}

test_what_is_advisory_is_told_and_stops_nothing if {
	elsewhere := fixture.layers({"lineCoverageFloor": 0.9, "trustedBuilders": ["https://pinned.example"]})
	decision := rollout.decision with input as fixture.facts with data.configuration.layers as elsewhere
	decision.verdict == "pass"
	[note.params.wouldBe | some note in decision.warnings] == ["COVERAGE_BELOW_FLOOR", "PROVENANCE_BUILDER_UNTRUSTED"]
	stricter := fixture.layers({"lineCoverageFloor": 0.9, "coverageLevel": "required-if-present"})
	judged := rollout.decision with input as fixture.facts with data.configuration.layers as stricter
	[reason.code | some reason in judged.reasons] == ["COVERAGE_BELOW_FLOOR"]
}

test_a_changed_item_after_a_pass_is_told if {
	before := {"standing": {"passedWith": [fixture.evidence_id]}}
	newer := object.union(fixture.scan, {"evidenceId": _newer, "value": {"counts": {"critical": 1}}})
	decision := _decision(object.union(fixture.with_items({"scan": [newer]}), before))
	decision.verdict == "fail"
	[note.params | some note in decision.warnings] == [{"codes": ["VULN_OVER_BUDGET"], "evidenceIds": [_newer]}]
	same := object.union(fixture.scan, {"value": {"counts": {"critical": 1}}})
	_decision(object.union(fixture.with_items({"scan": [same]}), before)).warnings == []
	_decision(object.union(fixture.facts, before)) == {"verdict": "pass", "reasons": [], "warnings": []}
}

_newer := "2222222222222222222222222222222222222222222222222222222222222222"

test_a_stage_just_begun_is_pending if {
	facts := object.union(fixture.replaced("/items/slo", _missing), {"stage": {"startedAgoMs": 1000}})
	_codes(facts) == ["PENDING"]
}

test_a_breach_fails_also_when_proof_is_missing if {
	facts := object.union(fixture.with_items({"tests": fixture.red}), {"items": {"slo": {"ageMs": 200000}}})
	_decision(facts).verdict == "fail"
	_codes(facts) == ["STALE", "TESTS_FAILED"]
}

test_a_waiver_turns_a_fail_into_a_pass_with_a_warning if {
	decision := _decision(object.union(fixture.with_items({"tests": fixture.red}), {"exceptions": [fixture.waiver]}))
	decision.verdict == "pass"
	[warning.code | some warning in decision.warnings] == ["TESTS_FAILED"]
}

test_a_required_cost_must_be_measured if {
	decision := rollout.decision with input as fixture.facts with data.configuration.layers as fixture.layers({"requireCost": true})
	decision.verdict == "hold"
	[reason.code | some reason in decision.reasons] == ["COST_NOT_MEASURED"]
}

_proven := object.union(fixture.facts, {"standing": {"proven": true}})

test_a_proven_digest_goes_back_without_freshness_and_window if {
	stale := object.union(fixture.replaced("/items/slo", _missing), {"standing": {"proven": true}, "items": {"sbom": [object.union(fixture.sbom, {"ageMs": 9000000000})]}})
	_decision(stale) == {
		"verdict": "pass",
		"reasons": [],
		"warnings": [{"code": "ROLLBACK_TO_PROVEN", "class": "note", "params": {"digests": [fixture.digest_a]}}],
	}
}

test_what_is_revoked_suspect_current_unproven_or_foreign_does_not_go_back if {
	every changes in [
		{"standing": {"revoked": true}},
		{"standing": {"current": true}},
		{"standing": {"proven": false}},
		{"standing": {"suspectForMs": 1000}},
		{"request": {"digests": [fixture.digest_b]}},
		{"request": {"digests": []}},
	] {
		facts := object.union(_proven, changes)
		not "ROLLBACK_TO_PROVEN" in {warning.code | some warning in _decision(facts).warnings}
	}
}

test_the_current_release_asks_an_ordinary_question if {
	facts := object.union(object.union(_proven, {"standing": {"current": true}}), {"items": {"slo": {"ageMs": 200000}}})
	_codes(facts) == ["STALE"]
}

test_a_suspect_release_passes_with_a_window_from_after_the_suspicion if {
	_decision(object.union(_proven, {"standing": {"suspectForMs": 400000}})) == {"verdict": "pass", "reasons": [], "warnings": []}
	_codes(object.union(_proven, {"standing": {"suspectForMs": 1000}})) == ["WINDOW_NOT_OF_STAGE"]
}

test_settings_that_are_not_there_prove_nothing if {
	decision := rollout.decision with input as fixture.facts with data.configuration.layers as []
	decision.verdict == "hold"
}

test_a_layer_that_loosens_too_much_is_noted if {
	greedy := {"level": "service", "name": "checkout", "services": [], "values": {"p95BudgetMs": 9000}, "bounds": {}}
	decision := rollout.decision with input as fixture.facts with data.configuration.layers as array.concat(data.configuration.layers, [greedy])
	decision.verdict == "pass"
	[warning.code | some warning in decision.warnings] == ["THRESHOLD_OUT_OF_BOUNDS"]
}
