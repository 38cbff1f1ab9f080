package promotable.digests_test

import data.promotable.digests
import data.promotable.fixture_test as fixture

_optional := fixture.layers({"requireDigest": false})

_asking(list) := object.union(fixture.facts, {"request": {"digests": list}})

test_digests_of_the_release_are_proven if {
	digests.findings == set() with input as fixture.facts
	digests.proven == {"digests", "standing"} with input as fixture.facts
}

test_a_foreign_digest_is_a_breach_of_integrity if {
	facts := _asking([fixture.digest_a, fixture.digest_b])
	digests.findings == {{
		"checks": ["digests"],
		"code": "DIGEST_MISMATCH",
		"class": "breach",
		"integrity": true,
		"params": {"digests": [fixture.digest_b]},
	}} with input as facts
	digests.proven == {"standing"} with input as facts
}

test_foreign_digests_are_a_breach_where_none_is_required_too if {
	fixture.codes(digests.findings) == {"DIGEST_MISMATCH"} with input as _asking([fixture.digest_b]) with data.configuration.layers as _optional
}

test_no_digest_holds_where_one_is_required if {
	fixture.codes(digests.findings) == {"DIGEST_MISSING"} with input as _asking([])
	digests.proven == {"standing"} with input as _asking([])
	digests.findings == set() with input as _asking([]) with data.configuration.layers as _optional
	digests.proven == {"digests", "standing"} with input as _asking([]) with data.configuration.layers as _optional
}

test_a_release_without_digests_proves_none if {
	facts := object.union(fixture.facts, {"release": {"digests": []}})
	digests.findings == set() with input as facts
	digests.proven == {"standing"} with input as facts
}

test_a_revoked_digest_is_a_breach if {
	facts := object.union(fixture.facts, {"standing": {"revoked": true}})
	fixture.codes(digests.findings) == {"DIGEST_REVOKED"} with input as facts
	digests.proven == {"digests"} with input as facts
}
