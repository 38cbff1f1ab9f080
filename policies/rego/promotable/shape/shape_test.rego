package promotable.shape_test

import data.promotable.fixture_test as fixture
import data.promotable.shape

test_known_facts_have_no_fault_and_are_proven if {
	count(shape.findings) == 0 with input as fixture.facts
	shape.proven == {"shape"} with input as fixture.facts
	count(shape.findings) == 0 with input as fixture.evidence
}

_faults := {concat(" ", [finding.code, finding.params.path]) | some finding in shape.findings}

test_a_missing_field_is_named_with_its_path if {
	_faults == {"MISSING_FIELD /items/sbom/0/value/components"} with input as json.remove(fixture.facts, ["items/sbom/0/value/components"])
}

test_every_missing_field_is_named if {
	_faults == {"MISSING_FIELD /exceptions", "MISSING_FIELD /stage"} with input as object.remove(fixture.facts, ["exceptions", "stage"])
}

test_an_unknown_field_is_refused if {
	_faults == {"UNKNOWN_SHAPE /release"} with input as object.union(fixture.facts, {"release": {"extra": 1}})
}

test_an_unknown_tag_is_refused if {
	_faults == {"UNKNOWN_SHAPE /items/slo/absent"} with input as fixture.replaced("/items/slo", {"absent": "SOMETHING"})
}

test_values_of_another_type_are_refused if {
	every path in ["/items/slo/windowMs", "/release/known", "/request/digests", "/subject/service", "/items/sbom/0/signer", "/standing", "/items/slo/source"] {
		_faults == {concat(" ", ["UNKNOWN_SHAPE", path])} with input as fixture.replaced(path, null)
	}
}

test_an_object_without_fields_says_nothing if {
	_faults == {"UNKNOWN_SHAPE /request/podTemplateHash"} with input as fixture.replaced("/request/podTemplateHash", {})
}

test_numbers_stay_in_their_range if {
	some_ages := [-1, 9007199254740993, 1e300]
	every age in some_ages {
		"UNKNOWN_SHAPE /items/tests/0/ageMs" in _faults with input as fixture.replaced("/items/tests/0/ageMs", age)
	}
}

test_counts_are_whole if {
	_faults == {"UNKNOWN_SHAPE /items/sbom/0/failedRuns"} with input as fixture.replaced("/items/sbom/0/failedRuns", 0.5)
}

test_lists_may_not_be_empty_where_one_is_needed if {
	_faults == {"UNKNOWN_SHAPE /items/sbom"} with input as fixture.replaced("/items/sbom", [])
}

test_the_counts_of_a_report_must_add_up if {
	_faults == {"UNKNOWN_SHAPE /items/tests/0/value/total"} with input as fixture.replaced("/items/tests/0/value/total", 11)
}

test_a_window_that_ends_in_the_future_contradicts_itself if {
	_faults == {"UNKNOWN_SHAPE /items/slo/windowMs"} with input as fixture.replaced("/items/slo/windowMs", 900000)
}

test_a_window_is_no_younger_than_its_end if {
	_faults == {"UNKNOWN_SHAPE /items/slo/ageMs"} with input as fixture.replaced("/items/slo/ageMs", 0)
}

test_a_scan_counts_what_it_lists if {
	finding := {"id": "CVE-1", "purl": "pkg:npm/left@1.2.3", "severity": "critical", "fixedIn": []}
	_faults == {"UNKNOWN_SHAPE /items/scan/0/value/counts/critical"} with input as fixture.replaced("/items/scan/0/value/findings", [finding])
}

test_tests_go_through_no_more_lines_than_there_are if {
	_faults == {"UNKNOWN_SHAPE /items/coverage/0/value/lines/hit"} with input as fixture.replaced("/items/coverage/0/value/lines/hit", 1001)
}

test_facts_of_an_unknown_schema_are_refused if {
	_faults == {"UNKNOWN_SHAPE /schema"} with input as fixture.replaced("/schema", "https://promotable.dev/facts/rollout/v2")
	_faults == {"UNKNOWN_SHAPE /schema"} with input as []
	count(shape.proven) == 0 with input as {}
}

test_a_digest_is_exactly_a_digest if {
	every value in ["", "sha256:", "sha256:AB", concat("", [fixture.digest_a, "a"]), concat("", ["sha256:", replace(fixture.evidence_id, "1", "g")]), fixture.evidence_id, concat("", [fixture.digest_a, "\n"])] {
		_faults == {"UNKNOWN_SHAPE /request/digests/0"} with input as fixture.replaced("/request/digests/0", value)
	}
}

test_a_name_is_exactly_a_name if {
	every value in ["", "-a", "a b", "a\n"] {
		_faults == {"UNKNOWN_SHAPE /subject/service"} with input as fixture.replaced("/subject/service", value)
	}
}

test_names_are_spelt_as_the_contracts_say if {
	good := ["a", "A9", "a.b_c-d"]
	every name in good {
		_faults == set() with input as fixture.replaced("/subject/tenant", name)
	}
	bad := ["", ".a", "a-", "a b", "a/b", "ä", "a\n", "-", concat("", [format_int(1000000000000000 + number, 10) | some number in numbers.range(1, 9)])]
	every name in bad {
		_faults == {"UNKNOWN_SHAPE /subject/tenant"} with input as fixture.replaced("/subject/tenant", name)
	}
}

test_a_release_id_may_hold_a_plus if {
	_faults == set() with input as fixture.replaced("/subject/releaseId", "1.4.2+build-7")
	_faults == {"UNKNOWN_SHAPE /subject/service"} with input as fixture.replaced("/subject/service", "1.4.2+build-7")
}

test_a_stage_is_a_weight_or_complete if {
	every stage in ["1", "20", "99", "complete"] {
		_faults == set() with input as fixture.replaced("/subject/stage", stage)
	}
	every stage in ["", "0", "05", "100", "2a", "Complete", "-1", " 20"] {
		_faults == {"UNKNOWN_SHAPE /subject/stage"} with input as fixture.replaced("/subject/stage", stage)
	}
}
