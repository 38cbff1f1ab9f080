# METADATA
# title: Build results
# description: Is what the build evidence says good in itself - components listed, tests run and green?
package promotable.build

import data.promotable.reason
import data.promotable.records

# METADATA
# title: The build stated that there is no SBOM
# description: Stated absence is a fact, and no proof.
# custom:
#   code: SBOM_ABSENT
#   class: missing_proof
#   owner: service
#   message: The build evidence {evidenceId:short} states that no SBOM was made.
#   fix: Pass the SBOM to `mc evidence build --sbom`.
findings contains reason.finding(rego.metadata.rule(), ["components"], {"item": "sbom", "evidenceId": record.evidenceId}) if {
	some record in records.counted.sbom
	record.value.absent == "SBOM_ABSENT"
}

# METADATA
# title: The SBOM lists nothing
# description: A tool that found no component looked in the wrong place.
# custom:
#   code: SBOM_EMPTY
#   class: breach
#   owner: service
#   message: The SBOM in {evidenceId:short} lists no component.
#   fix: Point the SBOM tool at the lockfile or the image that is shipped, and publish again.
findings contains reason.finding(rego.metadata.rule(), ["components"], params) if {
	some record in records.counted.sbom
	record.value.components == 0
	params := {"item": "sbom", "measured": 0, "evidenceId": record.evidenceId}
}

# METADATA
# title: No test ran
# description: The build stated that there is no report, or every test was skipped.
# custom:
#   code: TESTS_ABSENT
#   class: missing_proof
#   owner: service
#   message: The build evidence {evidenceId:short} holds no result of a test that ran.
#   fix: Run the tests and pass their report to `mc evidence build --junit`.
findings contains reason.finding(rego.metadata.rule(), ["results"], {"item": "tests", "evidenceId": record.evidenceId}) if {
	some record in records.counted.tests
	not _tests_ran(record.value)
}

# METADATA
# title: Tests failed
# description: Failures and errors both count.
# custom:
#   code: TESTS_FAILED
#   class: waivable_breach
#   owner: service
#   message: "{measured} of {samples} tests failed ({failed} failures, {errors} errors)."
#   fix: Repair the tests or the code and build again, or ask for a waiver of TESTS_FAILED.
findings contains reason.finding(rego.metadata.rule(), ["results"], params) if {
	some record in records.counted.tests
	red := record.value.failed + record.value.errors
	red > 0
	params := {
		"item": "tests",
		"measured": red,
		"budget": 0,
		"unit": "tests",
		"samples": record.value.total,
		"failed": record.value.failed,
		"errors": record.value.errors,
		"evidenceId": record.evidenceId,
	}
}

# METADATA
# description: Each shown by what is there and never by what is not.
proven contains "components" if {
	count(records.counted.sbom) > 0
	every record in records.counted.sbom { record.value.components > 0 }
}

proven contains "results" if {
	count(records.counted.tests) > 0
	every record in records.counted.tests {
		_tests_ran(record.value)
		record.value.failed + record.value.errors == 0
	}
}

_tests_ran(value) if (value.passed + value.failed) + value.errors > 0
