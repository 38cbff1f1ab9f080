# METADATA
# title: Findings
# description: Builds a finding from the METADATA of the rule that found it, so that code and class are written down once.
package promotable.reason

# METADATA
# description: >-
#   A finding is a reason with two inner fields: `checks`, the required checks that it accounts for, and `integrity`,
#   which keeps every exception away. `promotable.verdict` drops both.
finding(metadata, checks, params) := {
	"checks": checks,
	"code": metadata.custom.code,
	"class": metadata.custom.class,
	"integrity": object.get(metadata.custom, "integrity", false),
	"params": params,
}
