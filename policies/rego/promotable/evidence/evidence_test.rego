package promotable.evidence_test

import data.promotable.evidence
import data.promotable.fixture_test as fixture

_found(facts) := found if found := evidence.findings with input as facts

_codes(facts) := fixture.codes(_found(facts))

_proven(facts) := proven if proven := evidence.proven with input as facts

test_complete_evidence_is_proven if {
	_codes(fixture.facts) == set()
	_proven(fixture.facts) == {"sbom", "tests", "scan", "slo"}
}

test_an_absent_item_is_no_evidence if {
	facts := fixture.replaced("/items/sbom", {"absent": "NO_EVIDENCE"})
	some finding in _found(facts)
	finding.code == "NO_EVIDENCE"
	finding.params == {"items": ["sbom"], "digests": [fixture.digest_a]}
	finding.checks == {"sbom", "components"}
	_proven(facts) == {"tests", "scan", "slo"}
}

test_every_digest_needs_every_item if {
	digests := [fixture.digest_a, fixture.digest_b]
	facts := object.union(fixture.facts, {"request": {"digests": digests}, "release": {"digests": digests}})
	some finding in _found(facts)
	finding.params == {"items": ["sbom", "slo", "tests"], "digests": [fixture.digest_b]}
	_proven(facts) == set()
}

test_several_jobs_add_up if {
	digests := [fixture.digest_a, fixture.digest_b]
	both := [fixture.sbom, object.union(fixture.sbom, {"covers": [fixture.digest_b]})]
	facts := object.union(fixture.with_items({"sbom": both}), {"request": {"digests": digests}, "release": {"digests": digests}})
	"sbom" in _proven(facts)
}

test_what_only_another_digest_says_is_not_asked if {
	other := object.union(fixture.sbom, {"covers": [fixture.digest_b], "signer": "revoked"})
	_codes(fixture.with_items({"sbom": [fixture.sbom, other]})) == set()
}

test_a_release_that_nobody_knows_has_no_evidence if {
	some finding in _found(object.union(fixture.facts, {"release": {"known": false, "digests": []}}))
	finding.code == "NO_EVIDENCE"
	"release" in finding.checks
}

test_without_digests_every_record_is_looked_at if {
	facts := object.union(fixture.facts, {"request": {"digests": []}})
	_proven(facts) == {"sbom", "tests", "scan", "slo"}
	_codes(object.union(facts, {"release": {"digests": []}})) == set()
	_codes(object.union(facts, {"items": {"sbom": [object.union(fixture.sbom, {"signer": "revoked"})]}})) == {"SIGNER_REVOKED"}
}

_of_the_release := {
	"request": {"digests": []},
	"release": {"digests": []},
	"items": {
		"sbom": [object.union(fixture.sbom, {"covers": [fixture.identity]})],
		"tests": [object.union(fixture.tests, {"covers": [fixture.identity]})],
		"scan": [object.union(fixture.scan, {"covers": [fixture.identity]})],
		"slo": {"covers": [fixture.identity]},
	},
}

_optional := fixture.layers({"requireDigest": false})

test_where_no_digest_is_required_the_release_itself_is_covered_by_what_is_bound_to_it if {
	facts := object.union(fixture.facts, _of_the_release)
	evidence.findings == set() with input as facts with data.configuration.layers as _optional
	evidence.proven == {"sbom", "tests", "scan", "slo"} with input as facts with data.configuration.layers as _optional
}

test_what_is_bound_to_an_artifact_does_not_cover_the_release_itself if {
	facts := object.union(fixture.facts, {"request": {"digests": []}})
	found := evidence.findings with input as facts with data.configuration.layers as _optional
	some finding in found
	finding.code == "NO_EVIDENCE"
	finding.params == {"items": ["sbom", "slo", "tests"], "digests": []}
	evidence.proven == set() with input as facts with data.configuration.layers as _optional
}

test_asked_without_a_digest_no_record_is_left_out if {
	revoked := object.union(fixture.sbom, {"signer": "revoked"})
	whole := object.union(fixture.facts, _of_the_release)
	facts := object.union(whole, {"items": {"sbom": array.concat(whole.items.sbom, [revoked])}})
	fixture.codes(evidence.findings) == {"SIGNER_REVOKED"} with input as facts with data.configuration.layers as _optional
	evidence.proven == {"tests", "scan", "slo"} with input as facts with data.configuration.layers as _optional
}

test_what_is_bound_to_the_release_itself_covers_no_digest if {
	every layers in [_optional, data.configuration.layers] {
		facts := object.union(fixture.facts, {"items": _of_the_release.items})
		evidence.proven == set() with input as facts with data.configuration.layers as layers
	}
}

test_refused_statements_are_named_instead_of_no_evidence if {
	facts := object.union(fixture.replaced("/items/tests", {"absent": "NO_EVIDENCE"}), {"release": {"untrusted": 1}})
	some finding in _found(facts)
	finding.code == "SIGNATURE_UNTRUSTED"
	finding.integrity == true
	finding.params == {"items": ["tests"], "untrusted": 1, "unsigned": 0}
	not "NO_EVIDENCE" in _codes(facts)
}

test_a_window_that_cannot_have_ended_is_not_missing_yet if {
	facts := object.union(fixture.replaced("/items/slo", {"absent": "NO_EVIDENCE"}), {"stage": {"startedAgoMs": 10000}})
	_codes(facts) == set()
	_codes(object.union(facts, {"stage": {"startedAgoMs": 600000}})) == {"NO_EVIDENCE"}
}

test_a_revoked_signer_proves_nothing if {
	facts := fixture.with_items({"slo": {"signer": "revoked"}})
	_codes(facts) == {"SIGNER_REVOKED"}
	_proven(facts) == {"sbom", "tests", "scan"}
}

test_evidence_gets_old if {
	warn := fixture.with_items({"sbom": [object.union(fixture.sbom, {"ageMs": 2592000001})]})
	_codes(warn) == {"EVIDENCE_AGING"}
	"sbom" in _proven(warn)
	last := fixture.with_items({"sbom": [object.union(fixture.sbom, {"ageMs": 7776000000})]})
	_codes(last) == {"EVIDENCE_AGING"}
	stale := fixture.with_items({"sbom": [object.union(fixture.sbom, {"ageMs": 7776000001})]})
	_codes(stale) == {"STALE"}
	not "sbom" in _proven(stale)
	_codes(fixture.with_items({"slo": {"ageMs": 180001}})) == {"STALE"}
}

test_more_than_three_failed_runs_are_too_many if {
	_codes(fixture.with_items({"tests": [object.union(fixture.tests, {"failedRuns": 3})]})) == set()
	facts := fixture.with_items({"tests": [object.union(fixture.tests, {"failedRuns": 4})]})
	_codes(facts) == {"TOO_MANY_ATTEMPTS"}
	not "tests" in _proven(facts)
}

_runs(count_of, facts) := [object.union(facts, {"run": run}) | some run in numbers.range(1, count_of)]

test_more_than_three_runs_below_the_floor_are_too_many if {
	layers := fixture.layers({"lineCoverageFloor": 0.5, "coverageLevel": "required"})
	low := {"lines": {"found": 1000, "hit": 499}}
	of := _covering(_runs(4, low))
	_codes_with(of, layers) == {"TOO_MANY_ATTEMPTS"}
	not "coverage" in evidence.proven with input as of with data.configuration.layers as layers
	every earlier in [
		_runs(3, low),
		array.concat(_runs(3, low), _runs(3, low)),
		_runs(4, {"lines": {"found": 1000, "hit": 500}}),
	] {
		_codes_with(_covering(earlier), layers) == set()
		"coverage" in evidence.proven with input as _covering(earlier) with data.configuration.layers as layers
	}
}

_covering(earlier) := fixture.with_items({"coverage": [object.union(fixture.coverage, {"earlier": earlier})]})

_codes_with(facts, layers) := codes if {
	codes := fixture.codes(evidence.findings) with input as facts with data.configuration.layers as layers
}

_scanned(earlier) := fixture.with_items({"scan": [object.union(fixture.scan, {"earlier": earlier})]})

test_more_than_three_runs_over_the_budget_within_a_day_are_too_many if {
	critical := {"counts": object.union(fixture.clean.counts, {"critical": 1}), "endedBeforeMs": 86400000}
	_codes(_scanned(_runs(4, critical))) == {"TOO_MANY_ATTEMPTS"}
	not "scan" in _proven(_scanned(_runs(4, critical)))
	every earlier in [
		_runs(3, critical),
		_runs(4, object.union(critical, {"endedBeforeMs": 86400001})),
		_runs(4, object.union(critical, {"counts": {"critical": 0, "low": 50}})),
	] {
		_codes(_scanned(earlier)) == set()
		"scan" in _proven(_scanned(earlier))
	}
}

test_the_same_findings_again_are_no_attempt if {
	counts := object.union(fixture.clean.counts, {"critical": 1})
	earlier := _runs(4, {"counts": counts, "endedBeforeMs": 1000})
	_codes(fixture.with_items({"scan": [object.union(fixture.scan, {"earlier": earlier, "value": {"counts": counts}})]})) == set()
}

test_without_what_was_before_there_is_no_proof if {
	every item in ["coverage", "scan"] {
		record := object.remove({"coverage": fixture.coverage, "scan": fixture.scan}[item], {"earlier"})
		not item in _proven(fixture.replaced(concat("/", ["/items", item]), [record]))
	}
}

test_the_cost_is_missing_where_the_layers_require_it if {
	layers := fixture.layers({"requireCost": true})
	fixture.codes(evidence.findings) == {"NO_EVIDENCE"} with input as fixture.replaced("/items/cost", {"absent": "NO_EVIDENCE"})
		with data.configuration.layers as layers
}

test_what_need_not_be_there_stands_for_the_digests_that_it_is_there_for if {
	digests := [fixture.digest_a, fixture.digest_b]
	facts := object.union(fixture.facts, {"request": {"digests": digests}, "release": {"digests": digests}})
	layers := fixture.layers({"scanLevel": "required-if-present"})
	proven := evidence.proven with input as facts with data.configuration.layers as layers
	proven == {"scan"}
	old := object.union(facts, {"items": {"scan": [object.union(fixture.scan, {"ageMs": 259200001})]}})
	evidence.proven == set() with input as old with data.configuration.layers as layers
}

test_what_a_publisher_holds_back_is_awaited_and_not_missing if {
	facts := object.union(fixture.replaced("/items/scan", {"absent": "NO_EVIDENCE"}), {"release": {"spooled": 1}})
	_codes(facts) == set()
	evidence.awaited == {"scan"} with input as facts
	evidence.missing == set() with input as facts
	evidence.missing == {"scan"} with input as object.union(facts, {"release": {"spooled": 0}})
}

test_what_was_refused_is_told_before_what_is_held_back if {
	facts := object.union(fixture.replaced("/items/tests", {"absent": "NO_EVIDENCE"}), {"release": {"spooled": 1, "untrusted": 1}})
	_codes(facts) == {"SIGNATURE_UNTRUSTED"}
	evidence.awaited == set() with input as facts
}

test_items_with_a_code_of_their_own_are_told_by_it_unless_the_release_is_unknown if {
	facts := fixture.replaced("/items/scan", {"absent": "NO_EVIDENCE"})
	_codes(facts) == set()
	some finding in _found(object.union(facts, {"release": {"known": false}}))
	finding.params.items == ["release", "scan"]
}

test_the_evidence_alone_gets_an_opinion if {
	evidence.decision == {"verdict": "pass", "reasons": [], "warnings": []} with input as fixture.evidence
}

test_the_evidence_alone_may_fail if {
	result := evidence.decision with input as object.union(fixture.evidence, {"items": {"tests": fixture.red}})
	result.verdict == "fail"
	[reason.code | some reason in result.reasons] == ["TESTS_FAILED"]
}

test_malformed_evidence_holds if {
	result := evidence.decision with input as object.remove(fixture.evidence, ["items"])
	result.verdict == "hold"
	result.reasons == [{"code": "MISSING_FIELD", "class": "missing_proof", "params": {"path": "/items"}}]
}

test_facts_of_a_rollout_are_no_evidence_facts if {
	result := evidence.decision with input as fixture.facts
	result.verdict == "hold"
	result.reasons == [{"code": "UNPROVEN", "class": "missing_proof", "params": {"checks": ["schema"]}}]
}

test_the_evidence_alone_may_be_missing if {
	result := evidence.decision with input as json.patch(fixture.evidence, [{"op": "replace", "path": "/items/sbom", "value": {"absent": "NO_EVIDENCE"}}])
	result.verdict == "hold"
	[reason.code | some reason in result.reasons] == ["NO_EVIDENCE"]
}
