# METADATA
# title: Thresholds in layers
# description: >-
#   Settles every setting through the layers organisation, tier, service, environment. A lower layer may tighten;
#   it loosens only inside the bounds of the layer above, else the upper value stays and the attempt is reported.
package promotable.thresholds

import data.promotable.reason

_catalog := data.configuration.settings

_subject := input.subject

_subject := {"service": input.service, "environment": input.environment} if not input.subject

# METADATA
# description: >-
#   The effective value of each setting; settings per stage are objects from stage to value. The organisation states all of them, so
#   where no layer below it applies there is nothing to settle.
settings := _layer.organisation.values if {
	count(_layer) == 1
	count(_layer.organisation.values) == count(_catalog)
}

else := {name: _part(name, "value") | some name, _ in _catalog}

# METADATA
# description: Each effective value with its unit and the layer that it comes from.
# entrypoint: true
effective := {
	"settings": {name: entry |
		some name, definition in _catalog
		entry := {"value": settings[name], "unit": definition.unit, "layer": _part(name, "layer")}
	},
	"warnings": [{"code": finding.code, "class": finding.class, "params": finding.params} | some finding in sort(findings)],
}

# METADATA
# title: A layer loosens more than it may
# description: The upper layer's value stays in force.
# custom:
#   code: THRESHOLD_OUT_OF_BOUNDS
#   class: note
#   owner: platform
#   message: The layer "{layer}" states {attempted} under {part} for {setting}, looser than the layer above allows; {kept} stays in force.
#   fix: Remove the value from that layer, or have the layer above widen its bounds for {setting}.
findings contains reason.finding(rego.metadata.rule(), [], params) if {
	count(_layer) > 1
	some level in _levels
	some part in ["bounds", "values"]
	some id, attempted in _given[level][part]
	not _accepts(_above[level], id, attempted)
	params := {"setting": id, "part": part, "layer": _name(level), "attempted": attempted, "kept": _settled[id].value}
}

_levels := ["organisation", "tier", "service", "environment"]

# At most one layer of a level applies to a question: two are a conflict, and a conflict is no verdict.
_layer[layer.level] := layer if {
	some layer in data.configuration.layers
	_applies(layer)
}

_applies(layer) if layer.level == "organisation"

_applies(layer) if {
	layer.level == "service"
	layer.name == _subject.service
}

_applies(layer) if {
	layer.level == "tier"
	_serves(layer)
}

_applies(layer) if {
	layer.level == "environment"
	layer.name == _subject.environment
	_serves(layer)
}

_serves(layer) if layer.services == ["*"]

_serves(layer) if _subject.service in layer.services

_name(level) := concat(" ", [level, _layer[level].name])

_per_stage := {name | some name, definition in _catalog; definition.perStage == true}

# What each level states, by the id of the setting: its name, or `name/stage` for settings per stage.
_given[level] := {"values": _flat(layer.values), "bounds": _flat(layer.bounds)} if some level, layer in _layer

_flat(stated) := object.union(object.remove(stated, _per_stage), {concat("/", [name, stage]): value |
	some name in _per_stage
	some stage, value in stated[name]
})

_direction(id) := _catalog[split(id, "/")[0]].tighter

# Recursion is not to be had in Rego, so the four levels are written out.
_organisation := _overlaid({}, "organisation")

_tier := _overlaid(_organisation, "tier")

_service := _overlaid(_tier, "service")

_settled := _overlaid(_service, "environment")

_above := {"organisation": {}, "tier": _organisation, "service": _tier, "environment": _service}

# One level down: only what it mentions changes.
_overlaid(above, level) := object.union(above, {id: entry |
	some id in _mentioned(level)
	entry := _entry(above, level, id)
}) if {
	_given[level]
}

else := above

_mentioned(level) := object.keys(_given[level].values) | object.keys(_given[level].bounds)

# A stated value counts where the layer above accepts it; its bounds then are its own, or none.
_entry(above, level, id) := {"value": value, "layer": _name(level), "bound": _bound(above, level, id, value)} if {
	id in object.keys(_given[level].values)
	value := _given[level].values[id]
	_accepts(above, id, value)
}

else := {"bound": _bound(above, level, id, above[id].bound)}

_bound(above, level, id, otherwise) := bound if {
	id in object.keys(_given[level].bounds)
	bound := _given[level].bounds[id]
	_accepts(above, id, bound)
}

else := otherwise

_accepts(above, id, _) if not id in object.keys(above)

_accepts(above, id, value) if _as_tight(_direction(id), value, above[id].bound)

# `null` states that there is no limit.
_as_tight("lower", value, limit) if {
	is_number(value)
	is_number(limit)
	value <= limit
}

_as_tight("lower", _, null)

_as_tight("higher", value, limit) if {
	is_number(value)
	is_number(limit)
	value >= limit
}

_as_tight("higher", _, null)

_as_tight("true", true, _)

_as_tight("true", false, false)

_as_tight("superset", value, limit) if every entry in limit { entry in value }

_as_tight("subset", value, limit) if {
	is_array(value)
	every entry in value { names(limit, entry) }
}

_as_tight("subset", _, null)

_as_tight("level", value, limit) if _strictness[value] >= _strictness[limit]

_as_tight("permission", value, limit) if _permissiveness[value] <= _permissiveness[limit]

_as_tight("free", _, _)

_permissiveness := {"refused": 0, "advisory": 1, "allowed": 2}

_strictness := {"advisory": 0, "required-if-present": 1, "required": 2}

# METADATA
# description: Whether a list names this one; an entry that ends in a star stands for all that begin so.
names(list, name) if name in list

names(list, name) if {
	some entry in list
	endswith(entry, "*")
	startswith(name, trim_suffix(entry, "*"))
}

_part(name, field) := _settled[name][field] if not name in _per_stage

_part(name, field) := {split(id, "/")[1]: entry[field] |
	some id, entry in _settled
	startswith(id, concat("", [name, "/"]))
} if {
	name in _per_stage
}
