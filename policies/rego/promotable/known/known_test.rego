package promotable.known_test

import data.promotable.fixture_test as fixture
import data.promotable.known

test_facts_of_either_schema_are_known if {
	known.facts(fixture.facts)
	known.facts(fixture.evidence)
}

test_facts_of_another_schema_are_not if {
	not known.facts(object.union(fixture.facts, {"schema": fixture.evidence.schema}))
	not known.facts(object.union(fixture.facts, {"schema": "https://promotable.dev/facts/rollout/v2"}))
	every value in [{}, [], "", 0, null, true] { not known.facts(value) }
}

test_every_stated_absence_is_known if {
	every path, absences in {
		"/request/podTemplateHash": ["NOT_SENT"],
		"/items/sbom": ["NO_EVIDENCE"],
		"/items/sbom/0/value": ["SBOM_ABSENT"],
		"/items/tests": ["NO_EVIDENCE"],
		"/items/tests/0/value": ["TESTS_ABSENT"],
		"/items/coverage": ["NO_EVIDENCE"],
		"/items/coverage/0/value": ["COVERAGE_ABSENT"],
		"/items/scan": ["NO_EVIDENCE"],
		"/items/scan/0/value": ["SCAN_ABSENT"],
		"/items/scan/0/value/databaseAgeMs": ["NOT_STATED"],
		"/items/provenance": ["NO_EVIDENCE"],
		"/items/provenance/0/value": ["PROVENANCE_ABSENT"],
		"/items/provenance/0/value/sourceUri": ["NOT_STATED"],
		"/standing/passedWith": ["NO_PASS"],
		"/items/slo": ["NO_EVIDENCE"],
		"/items/slo/podTemplateHash": ["NOT_APPLICABLE"],
		"/items/slo/canary/samples": ["SAMPLES_UNKNOWN"],
		"/items/slo/canary/p99Ms": ["NOT_MEASURED"],
		"/items/slo/stable": ["NO_STABLE", "NOT_MEASURED"],
		"/items/slo/synthetic": ["NOT_SYNTHETIC", "NOT_STATED"],
		"/items/slo/previous": ["NO_PREVIOUS"],
		"/items/cost": ["NO_EVIDENCE"],
	} {
		every absence in absences { known.facts(fixture.replaced(path, {"absent": absence})) }
		not known.facts(fixture.replaced(path, {"absent": "SOMETHING"}))
		not known.facts(fixture.replaced(path, {"absent": absences[0], "more": 1}))
		not known.facts(fixture.replaced(path, {}))
	}
}

test_made_requests_are_known_by_the_real_ones_beside_them if {
	known.facts(fixture.replaced("/items/slo/synthetic", {"realSamples": 3, "realWindowMs": 3600000}))
	not known.facts(fixture.replaced("/items/slo/synthetic", {"realSamples": -1, "realWindowMs": 3600000}))
	not known.facts(fixture.replaced("/items/slo/synthetic", {"realSamples": 3}))
}

test_a_field_more_or_another_field_is_not_known if {
	not known.facts(object.union(fixture.facts, {"release": {"extra": 1}}))
	not known.facts(object.union(object.remove(fixture.facts, ["stage"]), {"stages": fixture.facts.stage}))
}

test_exceptions_are_known_by_all_their_fields if {
	known.facts(object.union(fixture.facts, {"exceptions": [fixture.waiver]}))
	known.facts(object.union(fixture.facts, {"exceptions": [object.union(fixture.waiver, {"kind": "override", "stages": ["complete", "99"]})]}))
	known.facts(object.union(fixture.facts, {"exceptions": [object.union(fixture.waiver, {"kind": "break_glass", "countersigned": false})]}))
	every field, _ in fixture.waiver {
		not known.facts(object.union(fixture.facts, {"exceptions": [object.remove(fixture.waiver, [field])]}))
		not known.facts(object.union(fixture.facts, {"exceptions": [object.union(fixture.waiver, {field: null})]}))
	}
}

test_a_revoked_signer_is_known_and_another_word_is_not if {
	known.facts(fixture.replaced("/items/cost/signer", "revoked"))
	not known.facts(fixture.replaced("/items/cost/signer", "Trusted"))
	not known.facts(fixture.replaced("/items/cost/signer", ["trusted"]))
}

test_findings_are_known_by_all_their_fields if {
	finding := {"id": "CVE-1", "purl": "pkg:npm/left@1.2.3", "severity": "critical", "fixedIn": ["1.2.4"]}
	every severity in ["critical", "high", "medium", "low", "unknown"] {
		known.facts(fixture.replaced("/items/scan/0/value/findings", [object.union(finding, {"severity": severity})]))
	}
	not known.facts(fixture.replaced("/items/scan/0/value/findings", [object.union(finding, {"severity": "awful"})]))
	every field, _ in finding {
		not known.facts(fixture.replaced("/items/scan/0/value/findings", [object.remove(finding, [field])]))
	}
}

test_an_exception_may_name_a_rule_and_a_place if {
	named := object.union(fixture.waiver, {"rule": "CVE-1", "path": "pkg:npm/left@1.2.3"})
	known.facts(object.union(fixture.facts, {"exceptions": [named]}))
	not known.facts(object.union(fixture.facts, {"exceptions": [object.union(named, {"rule": ""})]}))
}
