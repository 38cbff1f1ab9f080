# METADATA
# title: Facts of a known shape
# description: >-
#   Generated from the contracts by `scripts/build.ts`. Says yes only to facts that have exactly the fields, types and ranges of their
#   schema; which of them is wrong, `promotable.shape` finds out.
package promotable.known

import data.promotable.spelling

# METADATA
# description: Whether these are facts of one of the schemas.
facts(value) if _rollout(value)

else if _evidence(value)

_rollout(value) if {
	count(value) == 8
	value.schema == "https://promotable.dev/facts/rollout/v1"
	_rollout_subject(value.subject)
	_rollout_request(value.request)
	_rollout_release(value.release)
	_rollout_standing(value.standing)
	_rollout_stage(value.stage)
	_rollout_items(value.items)
	_rollout_exceptions(value.exceptions)
}

_rollout_subject(value) if {
	count(value) == 5
	_rollout_subject_tenant(value.tenant)
	_rollout_subject_tenant(value.service)
	_rollout_subject_release_id(value.releaseId)
	_rollout_subject_tenant(value.environment)
	_rollout_subject_stage(value.stage)
}

_rollout_subject_tenant(value) if {
	spelling.name(value, "abcdef0123456789ghijklmnopqrstuvwxyz._-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "._-", "._-", 1, 128)
}

_rollout_subject_release_id(value) if {
	spelling.name(value, "abcdef0123456789ghijklmnopqrstuvwxyz._+-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "._+-", "._+-", 1, 128)
}

_rollout_subject_stage(value) if {
	value == "complete"
}

else if {
	spelling.name(value, "0123456789", "0", "", 1, 2)
}

_rollout_request(value) if {
	count(value) == 2
	_rollout_request_digests(value.digests)
	_rollout_request_pod_template_hash(value.podTemplateHash)
}

_rollout_request_digests(value) if {
	is_array(value)
	count(value) <= 256
	every item in value {
		_rollout_request_digests_item(item)
	}
}

_rollout_request_digests_item(value) if {
	value in _digests
}

else if {
	spelling.letters(value, "sha256:", "abcdef0123456789", 71, 71)
}

_digests contains text if {
	some texts in [input.request.digests, input.release.digests]
	some text in texts
	spelling.letters(text, "sha256:", "abcdef0123456789", 71, 71)
}

_rollout_request_pod_template_hash(value) if {
	spelling.letters(value, "", "abcdef0123456789ghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 1, 63)
}

else if {
	count(value) == 1
	value.absent == "NOT_SENT"
}

_rollout_release(value) if {
	count(value) == 6
	is_boolean(value.known)
	_rollout_request_digests_item(value.identity)
	_rollout_request_digests(value.digests)
	spelling.integer(value.untrusted, 0, 9007199254740991)
	spelling.integer(value.unsigned, 0, 9007199254740991)
	spelling.integer(value.spooled, 0, 9007199254740991)
}

_rollout_standing(value) if {
	count(value) == 5
	is_boolean(value.proven)
	is_boolean(value.revoked)
	is_boolean(value.current)
	_rollout_standing_suspect_for_ms(value.suspectForMs)
	_rollout_standing_passed_with(value.passedWith)
}

_rollout_standing_suspect_for_ms(value) if {
	spelling.number(value, 0, 9007199254740991)
}

else if {
	count(value) == 1
	value.absent == "NOT_SUSPECT"
}

_rollout_standing_passed_with(value) if {
	is_array(value)
	count(value) <= 512
	every item in value {
		_rollout_standing_passed_with_item(item)
	}
}

else if {
	count(value) == 1
	value.absent == "NO_PASS"
}

_rollout_standing_passed_with_item(value) if {
	value in _ids
}

else if {
	spelling.letters(value, "", "abcdef0123456789", 64, 64)
}

_ids contains text if {
	some records in [input.items.sbom, [input.items.slo]]
	some record in records
	text := record.evidenceId
	spelling.letters(text, "", "abcdef0123456789", 64, 64)
}

_rollout_stage(value) if {
	count(value) == 1
	spelling.number(value.startedAgoMs, 0, 9007199254740991)
}

_rollout_items(value) if {
	count(value) == 7
	_rollout_items_sbom(value.sbom)
	_rollout_items_tests(value.tests)
	_rollout_items_coverage(value.coverage)
	_rollout_items_scan(value.scan)
	_rollout_items_provenance(value.provenance)
	_rollout_items_slo(value.slo)
	_rollout_items_cost(value.cost)
}

_rollout_items_sbom(value) if {
	is_array(value)
	count(value) >= 1
	count(value) <= 64
	every item in value {
		_rollout_items_sbom_item(item)
	}
}

else if {
	count(value) == 1
	value.absent == "NO_EVIDENCE"
}

_rollout_items_sbom_item(value) if {
	count(value) == 6
	_rollout_standing_passed_with_item(value.evidenceId)
	_rollout_request_digests(value.covers)
	_rollout_items_sbom_item_signer(value.signer)
	spelling.number(value.ageMs, 0, 9007199254740991)
	spelling.integer(value.failedRuns, 0, 9007199254740991)
	_rollout_items_sbom_item_value(value.value)
}

_rollout_items_sbom_item_signer("trusted")

_rollout_items_sbom_item_signer("revoked")

_rollout_items_sbom_item_value(value) if {
	count(value) == 2
	spelling.integer(value.components, 0, 9007199254740991)
	_rollout_standing_passed_with_item(value.componentsDigest)
}

else if {
	count(value) == 1
	value.absent == "SBOM_ABSENT"
}

_rollout_items_tests(value) if {
	is_array(value)
	count(value) >= 1
	count(value) <= 64
	every item in value {
		_rollout_items_tests_item(item)
	}
}

else if {
	count(value) == 1
	value.absent == "NO_EVIDENCE"
}

_rollout_items_tests_item(value) if {
	count(value) == 6
	_rollout_standing_passed_with_item(value.evidenceId)
	_rollout_request_digests(value.covers)
	_rollout_items_sbom_item_signer(value.signer)
	spelling.number(value.ageMs, 0, 9007199254740991)
	spelling.integer(value.failedRuns, 0, 9007199254740991)
	_rollout_items_tests_item_value(value.value)
}

_rollout_items_tests_item_value(value) if {
	count(value) == 5
	spelling.integer(value.total, 0, 9007199254740991)
	spelling.integer(value.passed, 0, 9007199254740991)
	spelling.integer(value.failed, 0, 9007199254740991)
	spelling.integer(value.errors, 0, 9007199254740991)
	spelling.integer(value.skipped, 0, 9007199254740991)
}

else if {
	count(value) == 1
	value.absent == "TESTS_ABSENT"
}

_rollout_items_coverage(value) if {
	is_array(value)
	count(value) >= 1
	count(value) <= 64
	every item in value {
		_rollout_items_coverage_item(item)
	}
}

else if {
	count(value) == 1
	value.absent == "NO_EVIDENCE"
}

_rollout_items_coverage_item(value) if {
	count(value) == 7
	_rollout_standing_passed_with_item(value.evidenceId)
	_rollout_request_digests(value.covers)
	_rollout_items_sbom_item_signer(value.signer)
	spelling.number(value.ageMs, 0, 9007199254740991)
	spelling.integer(value.failedRuns, 0, 9007199254740991)
	_rollout_items_coverage_item_earlier(value.earlier)
	_rollout_items_coverage_item_value(value.value)
}

_rollout_items_coverage_item_earlier(value) if {
	is_array(value)
	count(value) <= 20
	every item in value {
		_rollout_items_coverage_item_earlier_item(item)
	}
}

_rollout_items_coverage_item_earlier_item(value) if {
	count(value) == 2
	spelling.integer(value.run, 0, 9007199254740991)
	_rollout_items_coverage_item_earlier_item_lines(value.lines)
}

_rollout_items_coverage_item_earlier_item_lines(value) if {
	count(value) == 2
	spelling.integer(value.found, 0, 9007199254740991)
	spelling.integer(value.hit, 0, 9007199254740991)
}

_rollout_items_coverage_item_value(value) if {
	count(value) == 1
	_rollout_items_coverage_item_earlier_item_lines(value.lines)
}

else if {
	count(value) == 1
	value.absent == "COVERAGE_ABSENT"
}

_rollout_items_scan(value) if {
	is_array(value)
	count(value) >= 1
	count(value) <= 64
	every item in value {
		_rollout_items_scan_item(item)
	}
}

else if {
	count(value) == 1
	value.absent == "NO_EVIDENCE"
}

_rollout_items_scan_item(value) if {
	count(value) == 7
	_rollout_standing_passed_with_item(value.evidenceId)
	_rollout_request_digests(value.covers)
	_rollout_items_sbom_item_signer(value.signer)
	spelling.number(value.ageMs, 0, 9007199254740991)
	spelling.integer(value.failedRuns, 0, 9007199254740991)
	_rollout_items_scan_item_earlier(value.earlier)
	_rollout_items_scan_item_value(value.value)
}

_rollout_items_scan_item_earlier(value) if {
	is_array(value)
	count(value) <= 20
	every item in value {
		_rollout_items_scan_item_earlier_item(item)
	}
}

_rollout_items_scan_item_earlier_item(value) if {
	count(value) == 3
	spelling.integer(value.run, 0, 9007199254740991)
	_rollout_items_scan_item_earlier_item_counts(value.counts)
	spelling.number(value.endedBeforeMs, 0, 9007199254740991)
}

_rollout_items_scan_item_earlier_item_counts(value) if {
	count(value) == 5
	spelling.integer(value.critical, 0, 9007199254740991)
	spelling.integer(value.high, 0, 9007199254740991)
	spelling.integer(value.medium, 0, 9007199254740991)
	spelling.integer(value.low, 0, 9007199254740991)
	spelling.integer(value.unknown, 0, 9007199254740991)
}

_rollout_items_scan_item_value(value) if {
	count(value) == 3
	_rollout_items_scan_item_earlier_item_counts(value.counts)
	_rollout_items_scan_item_value_findings(value.findings)
	_rollout_items_scan_item_value_database_age_ms(value.databaseAgeMs)
}

else if {
	count(value) == 1
	value.absent == "SCAN_ABSENT"
}

_rollout_items_scan_item_value_findings(value) if {
	is_array(value)
	count(value) <= 200
	every item in value {
		_rollout_items_scan_item_value_findings_item(item)
	}
}

_rollout_items_scan_item_value_findings_item(value) if {
	count(value) == 4
	_rollout_items_scan_item_value_findings_item_id(value.id)
	_rollout_items_scan_item_value_findings_item_purl(value.purl)
	_rollout_items_scan_item_value_findings_item_severity(value.severity)
	_rollout_items_scan_item_value_findings_item_fixed_in(value.fixedIn)
}

_rollout_items_scan_item_value_findings_item_id(value) if {
	spelling.text(value, 1, 128)
}

_rollout_items_scan_item_value_findings_item_purl(value) if {
	spelling.text(value, 1, 512)
}

else if {
	count(value) == 1
	value.absent == "NOT_STATED"
}

_rollout_items_scan_item_value_findings_item_severity("critical")

_rollout_items_scan_item_value_findings_item_severity("high")

_rollout_items_scan_item_value_findings_item_severity("medium")

_rollout_items_scan_item_value_findings_item_severity("low")

_rollout_items_scan_item_value_findings_item_severity("unknown")

_rollout_items_scan_item_value_findings_item_fixed_in(value) if {
	is_array(value)
	count(value) <= 2
	every item in value {
		_rollout_items_scan_item_value_findings_item_id(item)
	}
}

_rollout_items_scan_item_value_database_age_ms(value) if {
	spelling.number(value, 0, 9007199254740991)
}

else if {
	count(value) == 1
	value.absent == "NOT_STATED"
}

_rollout_items_provenance(value) if {
	is_array(value)
	count(value) >= 1
	count(value) <= 64
	every item in value {
		_rollout_items_provenance_item(item)
	}
}

else if {
	count(value) == 1
	value.absent == "NO_EVIDENCE"
}

_rollout_items_provenance_item(value) if {
	count(value) == 6
	_rollout_standing_passed_with_item(value.evidenceId)
	_rollout_request_digests(value.covers)
	_rollout_items_sbom_item_signer(value.signer)
	spelling.number(value.ageMs, 0, 9007199254740991)
	spelling.integer(value.failedRuns, 0, 9007199254740991)
	_rollout_items_provenance_item_value(value.value)
}

_rollout_items_provenance_item_value(value) if {
	count(value) == 2
	_rollout_items_provenance_item_value_builder_id(value.builderId)
	_rollout_items_scan_item_value_findings_item_purl(value.sourceUri)
}

else if {
	count(value) == 1
	value.absent == "PROVENANCE_ABSENT"
}

_rollout_items_provenance_item_value_builder_id(value) if {
	spelling.text(value, 1, 512)
}

_rollout_items_slo(value) if {
	count(value) == 13
	_rollout_standing_passed_with_item(value.evidenceId)
	_rollout_request_digests(value.covers)
	_rollout_items_sbom_item_signer(value.signer)
	spelling.number(value.ageMs, 0, 9007199254740991)
	spelling.integer(value.failedRuns, 0, 9007199254740991)
	_rollout_items_slo_pod_template_hash(value.podTemplateHash)
	spelling.number(value.windowMs, 0, 9007199254740991)
	spelling.number(value.startOffsetMs, -9007199254740991, 9007199254740991)
	_rollout_items_slo_canary(value.canary)
	_rollout_items_slo_synthetic(value.synthetic)
	_rollout_items_slo_source(value.source)
	_rollout_items_slo_stable(value.stable)
	_rollout_items_slo_previous(value.previous)
}

else if {
	count(value) == 1
	value.absent == "NO_EVIDENCE"
}

_rollout_items_slo_pod_template_hash(value) if {
	spelling.letters(value, "", "abcdef0123456789ghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 1, 63)
}

else if {
	count(value) == 1
	value.absent == "NOT_APPLICABLE"
}

_rollout_items_slo_canary(value) if {
	count(value) == 4
	_rollout_items_slo_canary_samples(value.samples)
	spelling.number(value.p95Ms, 0, 9007199254740991)
	_rollout_items_slo_canary_p99_ms(value.p99Ms)
	spelling.number(value.errorRate, 0, 1)
}

_rollout_items_slo_canary_samples(value) if {
	spelling.integer(value, 0, 9007199254740991)
}

else if {
	count(value) == 1
	value.absent == "SAMPLES_UNKNOWN"
}

_rollout_items_slo_canary_p99_ms(value) if {
	spelling.number(value, 0, 9007199254740991)
}

else if {
	count(value) == 1
	value.absent == "NOT_MEASURED"
}

_rollout_items_slo_synthetic(value) if {
	count(value) == 2
	spelling.integer(value.realSamples, 0, 9007199254740991)
	spelling.number(value.realWindowMs, 0, 9007199254740991)
}

else if {
	count(value) == 1
	_rollout_items_slo_synthetic_absent(value.absent)
}

_rollout_items_slo_synthetic_absent("NOT_SYNTHETIC")

_rollout_items_slo_synthetic_absent("NOT_STATED")

_rollout_items_slo_source(value) if {
	spelling.text(value, 1, 64)
}

_rollout_items_slo_stable(value) if {
	count(value) == 4
	_rollout_items_slo_canary_samples(value.samples)
	spelling.number(value.p95Ms, 0, 9007199254740991)
	_rollout_items_slo_canary_p99_ms(value.p99Ms)
	spelling.number(value.errorRate, 0, 1)
}

else if {
	count(value) == 1
	_rollout_items_slo_stable_absent(value.absent)
}

_rollout_items_slo_stable_absent("NO_STABLE")

_rollout_items_slo_stable_absent("NOT_MEASURED")

_rollout_items_slo_previous(value) if {
	count(value) == 8
	_rollout_standing_passed_with_item(value.evidenceId)
	_rollout_items_sbom_item_signer(value.signer)
	_rollout_items_slo_pod_template_hash(value.podTemplateHash)
	spelling.number(value.windowMs, 0, 9007199254740991)
	spelling.number(value.startOffsetMs, -9007199254740991, 9007199254740991)
	_rollout_items_slo_canary(value.canary)
	_rollout_items_slo_synthetic(value.synthetic)
	spelling.number(value.endGapMs, 0, 9007199254740991)
}

else if {
	count(value) == 1
	value.absent == "NO_PREVIOUS"
}

_rollout_items_cost(value) if {
	count(value) == 8
	_rollout_standing_passed_with_item(value.evidenceId)
	_rollout_request_digests(value.covers)
	_rollout_items_sbom_item_signer(value.signer)
	spelling.number(value.ageMs, 0, 9007199254740991)
	spelling.integer(value.failedRuns, 0, 9007199254740991)
	_rollout_items_slo_canary_p99_ms(value.graphqlPerMillionUsd)
	_rollout_items_slo_canary_p99_ms(value.ingestPerThousandUsd)
	is_boolean(value.estimated)
}

else if {
	count(value) == 1
	value.absent == "NO_EVIDENCE"
}

_rollout_exceptions(value) if {
	is_array(value)
	count(value) <= 64
	every item in value {
		_rollout_exceptions_item(item)
	}
}

_rollout_exceptions_item(value) if {
	count(value) == 13
	_rollout_exceptions_item_kind(value.kind)
	_rollout_items_scan_item_value_findings_item_id(value.id)
	_rollout_exceptions_item_codes(value.codes)
	_rollout_exceptions_item_digests(value.digests)
	_rollout_subject_tenant(value.environment)
	_rollout_exceptions_item_stages(value.stages)
	_rollout_exceptions_item_rule(value.rule)
	_rollout_items_scan_item_value_findings_item_purl(value.path)
	_rollout_exceptions_item_rule(value.suite)
	is_boolean(value.verified)
	_rollout_exceptions_item_countersigned(value.countersigned)
	spelling.number(value.activeForMs, -9007199254740991, 9007199254740991)
	spelling.number(value.expiresInMs, -9007199254740991, 9007199254740991)
}

_rollout_exceptions_item_kind("waiver")

_rollout_exceptions_item_kind("override")

_rollout_exceptions_item_kind("break_glass")

_rollout_exceptions_item_codes(value) if {
	is_array(value)
	count(value) >= 1
	count(value) <= 64
	every item in value {
		_rollout_exceptions_item_codes_item(item)
	}
}

_rollout_exceptions_item_codes_item(value) if {
	spelling.name(value, "0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789_", "", 2, 64)
}

_rollout_exceptions_item_digests(value) if {
	is_array(value)
	count(value) >= 1
	count(value) <= 256
	every item in value {
		_rollout_request_digests_item(item)
	}
}

_rollout_exceptions_item_stages(value) if {
	is_array(value)
	count(value) >= 1
	count(value) <= 100
	every item in value {
		_rollout_subject_stage(item)
	}
}

_rollout_exceptions_item_rule(value) if {
	spelling.text(value, 1, 128)
}

else if {
	count(value) == 1
	value.absent == "NOT_STATED"
}

_rollout_exceptions_item_countersigned(value) if {
	is_boolean(value)
}

else if {
	count(value) == 1
	value.absent == "NOT_APPLICABLE"
}

_evidence(value) if {
	count(value) == 4
	value.schema == "https://promotable.dev/facts/evidence/v1"
	_evidence_subject(value.subject)
	_evidence_request(value.request)
	_evidence_items(value.items)
}

_evidence_subject(value) if {
	count(value) == 4
	_rollout_subject_tenant(value.tenant)
	_rollout_subject_tenant(value.service)
	_rollout_subject_release_id(value.releaseId)
	_rollout_subject_tenant(value.environment)
}

_evidence_request(value) if {
	count(value) == 1
	_rollout_request_digests(value.digests)
}

_evidence_items(value) if {
	count(value) == 5
	_rollout_items_sbom(value.sbom)
	_rollout_items_tests(value.tests)
	_rollout_items_coverage(value.coverage)
	_rollout_items_scan(value.scan)
	_rollout_items_provenance(value.provenance)
}
