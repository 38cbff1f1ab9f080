# METADATA
# title: Records in question
# description: Which records of the facts speak for the digests that are asked about, and which digests nobody speaks for.
package promotable.records

import data.promotable.levels
import data.promotable.thresholds

# METADATA
# description: Whether a stage is in question, and not the evidence alone.
at_stage if input.schema == "https://promotable.dev/facts/rollout/v1"

# METADATA
# description: >-
#   The records of each item that speak for a digest in question; where no digest was sent, all of them, so that none is left out.
#   Lists, not sets: a set hashes every record that it holds.
considered[item] := [record | some record in records; _concerns(record)] if some item, records in _records

# METADATA
# description: >-
#   The considered records that are judged: of a required item all of them, of another one only those that hold a value. To state that
#   there is none is then no fault.
counted[item] := records if {
	some item, records in considered
	not item in levels.voluntary
}

counted[item] := [record | some record in considered[item]; not record.value.absent] if some item in levels.voluntary

# METADATA
# description: Whether records of an item speak for every digest in question.
covered(item) if {
	count(considered[item]) > 0
	count(uncovered[item]) == 0
}

_records[item] := _listed(value) if some item, value in input.items

_listed(value) := value if is_array(value)

else := [] if value.absent

else := [value]

_concerns(_) if count(_digests) == 0

_concerns(_) if count(asked) == 0

_concerns(record) if {
	some digest in record.covers
	digest in _digests
}

# METADATA
# description: The digests in question that a record speaks for.
concerned(record) := {digest | some digest in record.covers; digest in asked}

# METADATA
# description: Of each item, the digests in question that no record speaks for.
uncovered[item] := _digests - {digest | some record in records; some digest in record.covers} if some item, records in _records

# METADATA
# description: The digests that were sent.
asked := {digest | some digest in input.request.digests}

# METADATA
# description: The digests of the release.
released := {digest | some digest in input.release.digests}

# Without a digest, where none is required, the release itself is in question: only what is bound to it covers it. Digests outside the
# release are a breach of their own (`promotable.digests`) and ask for no evidence besides.
_digests := {input.release.identity} if {
	at_stage
	count(asked) == 0
	thresholds.settings.requireDigest == false
}

else := asked & released if count(released) > 0

else := asked
