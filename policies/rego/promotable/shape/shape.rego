# METADATA
# title: Shape of the facts
# description: >-
#   Facts that are not exactly of the known shape are never judged. `promotable.known` tells at little cost whether they are; where they
#   are not, a table generated from the contracts names each fault: from the path of a value (array positions as `*`) to the alternatives
#   it may be.
package promotable.shape

import data.promotable.known
import data.promotable.reason
import data.promotable.spelling

# METADATA
# title: A field of the facts is missing
# description: Facts have no optional fields; what may be absent is a tagged value, so a missing field proves nothing.
# custom:
#   code: MISSING_FIELD
#   class: missing_proof
#   integrity: true
#   owner: platform
#   message: The facts lack the field {path}.
#   fix: Update whatever assembles the facts to the same version as this policy; nothing is judged until the field is there.
findings contains reason.finding(rego.metadata.rule(), ["shape"], {"path": fault.path}) if {
	some fault in _faults
	fault.kind == "missing"
}

# METADATA
# title: A value of the facts is not of a known shape
# description: Unknown fields, wrong types, unknown tags, numbers out of range, and values that contradict each other.
# custom:
#   code: UNKNOWN_SHAPE
#   class: missing_proof
#   integrity: true
#   owner: platform
#   message: The facts hold a value of unknown shape at {path}.
#   fix: Update whatever assembles the facts to the same version as this policy; nothing is judged until the shape is known.
findings contains reason.finding(rego.metadata.rule(), ["shape"], {"path": fault.path}) if {
	some fault in _faults
	fault.kind == "unknown"
}

# METADATA
# description: The positive proof that the facts have the shape that they name, and that it was looked at.
proven contains "shape" if _sound

_table := data.configuration.shapes[input.schema]

_sound if {
	count(_table) > 0
	known.facts(input)
	count(_contradictions) == 0
}

# What is sound has no faults to look for; what is not, and in which none is found, stays unproven.
_faults := set() if _sound

else := _misfits | _contradictions if count(_table) > 0

else := {{"kind": "unknown", "path": "/schema"}}

_misfits := {fault |
	walk(input, [path, value])
	alternatives := _table[_pattern(path)]
	not _fits(value, alternatives)
	some fault in _faults_at(path, value, alternatives)
}

_pattern(path) := concat("/", [segment | some step in path; segment := _segment(step)])

_segment(step) := "*" if is_number(step)

else := step

_pointer(path) := concat("", [segment | some step in path; segment := concat("", ["/", _position(step)])])

_position(step) := format_int(step, 10) if is_number(step)

else := step

_faults_at(path, value, alternatives) := {{"kind": "missing", "path": _pointer(array.concat(path, [field]))} |
	some field in _missing(value, alternatives)
} if {
	count(_missing(value, alternatives)) > 0
}

else := {{"kind": "unknown", "path": _pointer(path)}}

# What an object lacks of its full form; one that says `absent` lacks nothing, it says something unknown.
_missing(value, alternatives) := {field |
	some alternative in alternatives
	alternative.type == "object"
	some field in alternative.fields
	field != "absent"
} - object.keys(value) if {
	is_object(value)
	not "absent" in object.keys(value)
}

else := set()

_fits(value, alternatives) if {
	some alternative in alternatives
	_matches(value, alternative)
}

_matches(value, alternative) if {
	alternative.type == "object"
	is_object(value)
	object.keys(value) == {field | some field in alternative.fields}
}

_matches(value, alternative) if {
	alternative.type == "array"
	is_array(value)
	count(value) >= alternative.min
	count(value) <= alternative.max
}

_matches(value, alternative) if {
	alternative.type == "text"
	spelling.text(value, alternative.min, alternative.max)
}

_matches(value, alternative) if {
	alternative.type == "letters"
	spelling.letters(value, alternative.prefix, alternative.alphabet, alternative.min, alternative.max)
}

_matches(value, alternative) if {
	alternative.type == "name"
	spelling.name(value, alternative.alphabet, alternative.neverFirst, alternative.neverLast, alternative.min, alternative.max)
}

_matches(value, alternative) if {
	alternative.type == "word"
	is_string(value)
	value in alternative.words
}

_matches(value, alternative) if {
	alternative.type == "number"
	spelling.number(value, alternative.min, alternative.max)
}

_matches(value, alternative) if {
	alternative.type == "integer"
	spelling.integer(value, alternative.min, alternative.max)
}

_matches(value, alternative) if {
	alternative.type == "boolean"
	is_boolean(value)
}

# Counts of one test report must add up.
_contradictions contains {"kind": "unknown", "path": _pointer(["items", "tests", index, "value", "total"])} if {
	some index, record in input.items.tests
	counted := ((record.value.passed + record.value.failed) + record.value.errors) + record.value.skipped
	record.value.total != counted
}

# A scan lists no more findings of a severity than it counts.
_contradictions contains {"kind": "unknown", "path": _pointer(["items", "scan", index, "value", "counts", severity])} if {
	some index, record in input.items.scan
	some severity, counted in record.value.counts
	count([finding | some finding in record.value.findings; finding.severity == severity]) > counted
}

# Tests go through no more lines than there are.
_contradictions contains {"kind": "unknown", "path": _pointer(["items", "coverage", index, "value", "lines", "hit"])} if {
	some index, record in input.items.coverage
	record.value.lines.hit > record.value.lines.found
}

# No window ends later than now; senders' clocks may be ahead by a minute.
_contradictions contains {"kind": "unknown", "path": "/items/slo/windowMs"} if {
	_window_end > input.stage.startedAgoMs + 60000
}

# The age of a window is at least the time since its end; a second allows for rounding.
_contradictions contains {"kind": "unknown", "path": "/items/slo/ageMs"} if {
	input.items.slo.ageMs + 1000 < input.stage.startedAgoMs - _window_end
}

_window_end := input.items.slo.startOffsetMs + input.items.slo.windowMs
