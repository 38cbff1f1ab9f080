# METADATA
# title: Levels of items
# description: >-
#   What each item of evidence is worth here: required, judged where it is present, or advisory. What an advisory item says is told
#   and never decides.
package promotable.levels

import data.promotable.reason
import data.promotable.records
import data.promotable.thresholds

# METADATA
# description: Which items must be on record; the cost only where the layers ask for it.
required contains item if {
	some item, level in _level
	not level in {"required-if-present", "advisory"}
	_may_be_demanded(item)
}

required contains "slo" if records.at_stage

required contains "cost" if {
	records.at_stage
	thresholds.settings.requireCost == true
}

# METADATA
# description: The build items that need not be there.
voluntary := object.keys(_level) - required

# METADATA
# description: The items whose findings count.
judged := required | {item |
	some item in voluntary
	_level[item] != "advisory"
	count(records.counted[item]) > 0
}

# METADATA
# description: The items that are there and only told about.
advisory := {item |
	some item in voluntary
	_level[item] == "advisory"
	count(records.counted[item]) > 0
}

# METADATA
# description: The items that are judged or told about.
looked_at := judged | advisory

# METADATA
# description: The checks that the contents of the judged build items must pass.
content := {check |
	some item, check in {
		"sbom": "components",
		"tests": "results",
		"coverage": "line_coverage",
		"scan": "vulnerabilities",
		"provenance": "builder",
	}
	item in judged
}

# METADATA
# description: Findings as they count, those about advisory items as notes.
weighed(found) := found if count(advisory) == 0

else := {finding | some finding in found; not _told_only(finding)} | {_advice(finding) | some finding in found; _told_only(finding)}

_told_only(finding) if {
	finding.class != "note"
	finding.params.item in advisory
}

# METADATA
# title: An advisory item would not pass
# description: It is told for information; where the item is required, the code that it names would stand.
# custom:
#   code: ADVISORY
#   class: note
#   owner: service
#   settings: [sbomLevel, testsLevel, coverageLevel, scanLevel, provenanceLevel]
#   message: "{wouldBe}: the {item} evidence {evidenceId:short} would not pass where it is required (advisory)."
#   fix: Nothing has to be done for this release; see the reason code {wouldBe}.
_advice(finding) := reason.finding(rego.metadata.rule(), [], object.union(finding.params, {"wouldBe": finding.code}))

_level := {
	"sbom": thresholds.settings.sbomLevel,
	"tests": thresholds.settings.testsLevel,
	"coverage": thresholds.settings.coverageLevel,
	"scan": thresholds.settings.scanLevel,
	"provenance": thresholds.settings.provenanceLevel,
}

# Where the evidence alone is judged, it may well be a part of it.
_may_be_demanded(_) if records.at_stage

_may_be_demanded(item) if item in {"sbom", "tests"}
