# METADATA
# title: Coverage
# description: Do the tests go through as much of the code as the layers ask for?
package promotable.coverage

import data.promotable.evidence
import data.promotable.levels
import data.promotable.reason
import data.promotable.records
import data.promotable.thresholds

# METADATA
# title: No coverage
# description: It is required here, and missing for at least one digest, or the build stated that there is none.
# custom:
#   code: COVERAGE_MISSING
#   class: missing_proof
#   owner: service
#   settings: [coverageLevel]
#   message: The coverage of the tests is required here and not on record.
#   fix: Pass the LCOV report to `mc evidence build --coverage`, and publish.
findings contains reason.finding(rego.metadata.rule(), ["coverage", "line_coverage"], {"item": "coverage"}) if {
	"coverage" in levels.required
	_missing
}

# METADATA
# title: Coverage below its floor
# description: Fewer of the lines were gone through than the layers ask for.
# custom:
#   code: COVERAGE_BELOW_FLOOR
#   class: waivable_breach
#   owner: service
#   settings: [lineCoverageFloor]
#   message: "The tests go through {hit} of {found} lines; at least {budget:unit} are asked for."
#   fix: Test what is not covered, or ask for a waiver of COVERAGE_BELOW_FLOOR.
findings contains reason.finding(rego.metadata.rule(), ["line_coverage"], params) if {
	some record in records.counted.coverage
	lines := record.value.lines
	below(lines)
	params := {
		"item": "coverage",
		"hit": lines.hit,
		"found": lines.found,
		"budget": thresholds.settings.lineCoverageFloor,
		"unit": "fraction",
		"evidenceId": record.evidenceId,
	}
}

# METADATA
# description: Every counted record holds a figure, none below the floor.
proven contains "line_coverage" if {
	count(records.counted.coverage) > 0
	every record in records.counted.coverage { _reached(record.value.lines) }
}

_missing if "coverage" in evidence.missing

_missing if {
	some record in records.counted.coverage
	record.value.absent == "COVERAGE_ABSENT"
}

# In millionths of a line, so that every engine rounds alike.
_asked_for(lines) := round((lines.found * thresholds.settings.lineCoverageFloor) * 1000000)

# METADATA
# description: Whether so many lines are fewer than the layers ask for.
below(lines) if lines.hit * 1000000 < _asked_for(lines)

_reached(lines) if lines.hit * 1000000 >= _asked_for(lines)

_reached(lines) if {
	is_number(lines.found)
	thresholds.settings.lineCoverageFloor == null
}
