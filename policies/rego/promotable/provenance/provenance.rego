# METADATA
# title: Provenance
# description: Is it on record who built the artifacts, and is it one of the pinned builders?
package promotable.provenance

import data.promotable.evidence
import data.promotable.levels
import data.promotable.reason
import data.promotable.records
import data.promotable.thresholds

# METADATA
# title: No provenance
# description: It is required here, and missing for at least one digest, or the build stated that there is none.
# custom:
#   code: PROVENANCE_MISSING
#   class: missing_proof
#   owner: service
#   settings: [provenanceLevel]
#   message: Who built the artifacts is required here and not on record.
#   fix: Have the build system attest it (SLSA provenance v1), and pass the attestation to `mc evidence build --provenance`.
findings contains reason.finding(rego.metadata.rule(), ["provenance", "builder"], {"item": "provenance"}) if {
	"provenance" in levels.required
	_missing
}

# METADATA
# title: Built by somebody else
# description: The builders are pinned by the layers, and the provenance names another one.
# custom:
#   code: PROVENANCE_BUILDER_UNTRUSTED
#   class: breach
#   owner: security
#   settings: [trustedBuilders]
#   message: "Built by {builder}, which is none of the trusted builders."
#   fix: Build the release with a pinned builder, or have this one added to `trustedBuilders`.
findings contains reason.finding(rego.metadata.rule(), ["builder"], params) if {
	is_array(thresholds.settings.trustedBuilders)
	some record in records.counted.provenance
	builder := record.value.builderId
	not thresholds.names(thresholds.settings.trustedBuilders, builder)
	params := {
		"item": "provenance",
		"builder": builder,
		"source": _stated(record.value.sourceUri),
		"trusted": sort(thresholds.settings.trustedBuilders),
		"evidenceId": record.evidenceId,
	}
}

# METADATA
# description: Every counted record names a builder, each of them a pinned one where builders are pinned.
proven contains "builder" if {
	count(records.counted.provenance) > 0
	every record in records.counted.provenance { _trusted(record.value.builderId) }
}

_missing if "provenance" in evidence.missing

_missing if {
	some record in records.counted.provenance
	record.value.absent == "PROVENANCE_ABSENT"
}

_trusted(builder) if {
	is_string(builder)
	thresholds.settings.trustedBuilders == null
}

_trusted(builder) if thresholds.names(thresholds.settings.trustedBuilders, builder)

_stated(value) := value if is_string(value)

else := null
