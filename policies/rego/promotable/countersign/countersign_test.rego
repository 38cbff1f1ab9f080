package promotable.countersign_test

import data.promotable.countersign
import data.promotable.fixture_test as fixture

_glass(changes) := object.union(fixture.waiver, object.union({"kind": "break_glass", "id": "G-1", "countersigned": false}, changes))

_facts(exceptions) := object.union(fixture.facts, {"exceptions": exceptions})

test_break_glass_is_to_be_countersigned_within_a_day if {
	in_time := _facts([_glass({"activeForMs": 86400000})])
	countersign.findings == set() with input as in_time
	countersign.proven == {"countersign"} with input as in_time
	late := _facts([_glass({"activeForMs": 86400001}), _glass({"id": "G-0", "activeForMs": 90000000})])
	countersign.proven == set() with input as late
	found := countersign.findings with input as late
	some finding in found
	finding.code == "COUNTERSIGN_MISSING"
	finding.class == "missing_proof"
	finding.integrity == true
	finding.params == {"ids": ["G-0", "G-1"], "within": 86400000, "unit": "ms"}
}

test_an_end_does_not_end_the_duty if {
	every changes in [{"expiresInMs": -1}, {"digests": [fixture.digest_b]}, {"stages": ["50"]}, {"verified": false}] {
		facts := _facts([_glass(object.union({"activeForMs": 90000000}, changes))])
		found := countersign.findings with input as facts
		count(found) == 1
	}
}

test_what_is_countersigned_or_no_break_glass_is_in_order if {
	every exception in [_glass({"countersigned": true}), fixture.waiver, object.union(fixture.waiver, {"kind": "override"})] {
		facts := _facts([object.union(exception, {"activeForMs": 90000000})])
		countersign.findings == set() with input as facts
		countersign.proven == {"countersign"} with input as facts
	}
}

test_what_is_not_stated_is_not_in_order if {
	facts := _facts([_glass({"countersigned": {"absent": "NOT_APPLICABLE"}, "activeForMs": 0})])
	count(countersign.findings) == 1 with input as facts
}

test_nothing_is_proven_without_a_list if {
	facts := object.remove(fixture.facts, {"exceptions"})
	countersign.proven == set() with input as facts
}
