package promotable.thresholds_test

import data.promotable.thresholds

_catalog := {
	"budget": {"unit": "ms", "tighter": "lower", "nullable": true},
	"window": {"unit": "ms", "tighter": "higher", "perStage": true},
	"strict": {"unit": "boolean", "tighter": "true"},
	"stages": {"unit": "stage", "tighter": "superset"},
	"poll": {"unit": "ms", "tighter": "free"},
}

# Settings of the kinds that few layers have, on their own.
_kinds := {
	"level": {"unit": "level", "tighter": "level"},
	"permission": {"unit": "permission", "tighter": "permission"},
	"builders": {"unit": "builders", "tighter": "subset", "nullable": true},
	"floor": {"unit": "fraction", "tighter": "higher", "nullable": true},
}

_kept(above, below) := result.settings if {
	organisation := {"level": "organisation", "name": "acme", "services": [], "values": above, "bounds": {}}
	result := thresholds.effective with input as {"service": "checkout", "environment": "production"}
		with data.configuration.settings as object.filter(_kinds, object.keys(above))
		with data.configuration.layers as [organisation, _layer("service", "checkout", below)]
}

_takes(name, above, below) if _kept({name: above}, {name: below})[name].value == below

_organisation := {
	"level": "organisation",
	"name": "acme",
	"services": [],
	"values": {"budget": 350, "window": {"20": 300}, "strict": true, "stages": ["20", "50"], "poll": 10},
	"bounds": {"budget": 700, "strict": false},
}

_layer(level, name, values) := {"level": level, "name": name, "services": ["*"], "values": values, "bounds": {}}

_effective(layers) := result if {
	result := thresholds.effective with input as {"service": "checkout", "environment": "production"}
		with data.configuration.settings as _catalog
		with data.configuration.layers as array.concat([_organisation], layers)
}

_value(layers, name) := _effective(layers).settings[name].value

_attempts(layers) := {warning.params.setting | some warning in _effective(layers).warnings}

test_the_organisation_speaks_where_nobody_else_does if {
	_effective([]) == {
		"settings": {
			"budget": {"value": 350, "unit": "ms", "layer": "organisation acme"},
			"window": {"value": {"20": 300}, "unit": "ms", "layer": {"20": "organisation acme"}},
			"strict": {"value": true, "unit": "boolean", "layer": "organisation acme"},
			"stages": {"value": ["20", "50"], "unit": "stage", "layer": "organisation acme"},
			"poll": {"value": 10, "unit": "ms", "layer": "organisation acme"},
		},
		"warnings": [],
	}
}

test_a_lower_layer_tightens if {
	layers := [_layer("service", "checkout", {"budget": 200, "window": {"20": 400}, "stages": ["10", "20", "50"], "poll": 99})]
	_value(layers, "budget") == 200
	_value(layers, "window") == {"20": 400}
	_value(layers, "stages") == ["10", "20", "50"]
	_value(layers, "poll") == 99
	_effective(layers).settings.budget.layer == "service checkout"
	_attempts(layers) == set()
}

test_a_lower_layer_loosens_inside_the_bounds if {
	layers := [_layer("tier", "gold", {"budget": 700, "strict": false})]
	_value(layers, "budget") == 700
	_value(layers, "strict") == false
}

test_outside_the_bounds_the_upper_value_stays_and_the_attempt_is_reported if {
	layers := [_layer("tier", "gold", {"budget": 701, "window": {"20": 299}, "stages": ["50"]})]
	_value(layers, "budget") == 350
	_value(layers, "window") == {"20": 300}
	_value(layers, "stages") == ["20", "50"]
	_attempts(layers) == {"budget", "window/20", "stages"}
	{"code": "THRESHOLD_OUT_OF_BOUNDS", "class": "note", "params": {"setting": "budget", "part": "values", "layer": "tier gold", "attempted": 701, "kept": 350}} in _effective(layers).warnings
}

test_no_limit_is_looser_than_any_limit if {
	layers := [_layer("service", "checkout", {"budget": null})]
	_value(layers, "budget") == 350
	_attempts(layers) == {"budget"}
}

test_a_layer_that_tightens_is_the_bound_of_those_below if {
	layers := [_layer("tier", "gold", {"budget": 200}), _layer("service", "checkout", {"budget": 300})]
	_value(layers, "budget") == 200
	_attempts(layers) == {"budget"}
}

test_a_layer_may_widen_for_those_below_up_to_its_own_bound if {
	tier := object.union(_layer("tier", "gold", {"budget": 200}), {"bounds": {"budget": 300}})
	_value([tier, _layer("service", "checkout", {"budget": 300})], "budget") == 300
	greedy := object.union(tier, {"bounds": {"budget": 900}})
	_value([greedy, _layer("service", "checkout", {"budget": 300})], "budget") == 200
	_attempts([greedy]) == {"budget"}
}

test_bounds_pass_through_a_silent_layer if {
	layers := [_layer("tier", "gold", {}), _layer("environment", "production", {"budget": 700})]
	_value(layers, "budget") == 700
	_effective(layers).settings.budget.layer == "environment production"
}

test_the_environment_is_the_last_to_speak if {
	layers := [_layer("service", "checkout", {"budget": 200}), _layer("environment", "production", {"budget": 100})]
	_value(layers, "budget") == 100
}

test_layers_of_others_are_not_read if {
	other := object.union(_layer("tier", "gold", {"budget": 1}), {"services": ["search"]})
	_value([_layer("service", "search", {"budget": 1}), _layer("environment", "staging", {"budget": 1}), other], "budget") == 350
	mine := object.union(other, {"services": ["checkout"]})
	_value([mine], "budget") == 1
}

test_a_stage_that_only_a_lower_layer_knows_takes_its_window_from_there if {
	_value([_layer("service", "checkout", {"window": {"10": 50}})], "window") == {"10": 50, "20": 300}
}

test_the_subject_of_facts_names_the_question_too if {
	layers := [_organisation, _layer("service", "checkout", {"budget": 200})]
	thresholds.settings.budget == 200 with input as {"subject": {"service": "checkout", "environment": "production"}}
		with data.configuration.settings as _catalog
		with data.configuration.layers as layers
}

test_where_there_is_no_limit_any_limit_tightens if {
	unlimited := object.union(_layer("tier", "gold", {}), {"bounds": {"budget": 700}})
	free := object.union(_organisation, {"values": {"budget": null}, "bounds": {"budget": null}})
	result := thresholds.effective with input as {"service": "checkout", "environment": "production"}
		with data.configuration.settings as _catalog
		with data.configuration.layers as [free, unlimited, _layer("service", "checkout", {"budget": 600})]
	result.settings.budget.value == 600
	result.warnings == []
}

test_what_is_required_may_be_required_again if {
	layers := [_layer("tier", "gold", {"strict": true}), _layer("service", "checkout", {"strict": false})]
	_value(layers, "strict") == true
	_attempts(layers) == {"strict"}
}

test_a_permission_is_only_taken_back if {
	_takes("permission", "allowed", "advisory")
	_takes("permission", "advisory", "refused")
	_takes("permission", "refused", "refused")
	not _takes("permission", "refused", "advisory")
	not _takes("permission", "advisory", "allowed")
	not _takes("permission", "allowed", "whatever")
}

test_a_level_is_only_raised if {
	_takes("level", "required-if-present", "required")
	_takes("level", "advisory", "required-if-present")
	_takes("level", "required", "required")
	not _takes("level", "required-if-present", "advisory")
	not _takes("level", "required", "required-if-present")
}

test_of_trusted_builders_only_fewer_are_taken if {
	_takes("builders", null, ["a"])
	_takes("builders", ["a", "b"], ["b"])
	_takes("builders", ["a*"], ["ab", "ac*"])
	not _takes("builders", ["a", "b"], ["a", "c"])
	not _takes("builders", ["a*"], ["b*"])
	not _takes("builders", ["a"], null)
}

test_a_floor_is_only_raised if {
	_takes("floor", null, 0.5)
	_takes("floor", 0.5, 0.6)
	not _takes("floor", 0.5, 0.4)
	not _takes("floor", 0.5, null)
}
