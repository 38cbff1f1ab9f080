package promotable.provenance_test

import data.promotable.fixture_test as fixture
import data.promotable.provenance

_layers(values) := layers if layers := fixture.layers(values)

_stated(value) := {"provenance": [object.union(fixture.record, {"value": value})]}

test_without_pinned_builders_any_builder_is_good_enough if {
	provenance.findings == set() with input as fixture.facts
	provenance.proven == {"builder"} with input as fixture.facts
}

test_a_pinned_builder_is_proven_by_its_id_or_its_beginning if {
	every trusted in [["https://ci.example/builder@v1"], ["https://other.example", "https://ci.example/builder@*"]] {
		layers := _layers({"trustedBuilders": trusted})
		provenance.findings == set() with input as fixture.facts with data.configuration.layers as layers
		provenance.proven == {"builder"} with input as fixture.facts with data.configuration.layers as layers
	}
}

test_another_builder_is_a_breach if {
	layers := _layers({"trustedBuilders": ["https://ci.example/builder@v2", "https://elsewhere.example/*"]})
	found := provenance.findings with input as fixture.facts with data.configuration.layers as layers
	some finding in found
	finding.code == "PROVENANCE_BUILDER_UNTRUSTED"
	finding.class == "breach"
	finding.params.builder == "https://ci.example/builder@v1"
	finding.params.source == "git+https://ci.example/checkout"
	provenance.proven == set() with input as fixture.facts with data.configuration.layers as layers
}

test_a_source_that_is_not_stated_is_told_as_unknown if {
	facts := fixture.with_items({"provenance": [json.patch(
		fixture.provenance,
		[{"op": "replace", "path": "/value/sourceUri", "value": {"absent": "NOT_STATED"}}],
	)]})
	found := provenance.findings with input as facts with data.configuration.layers as _layers({"trustedBuilders": []})
	some finding in found
	finding.params.source == null
}

test_a_missing_or_absent_provenance_is_told_where_it_is_required if {
	layers := _layers({"provenanceLevel": "required"})
	every facts in [fixture.replaced("/items/provenance", {"absent": "NO_EVIDENCE"}), fixture.with_items(_stated({"absent": "PROVENANCE_ABSENT"}))] {
		found := provenance.findings with input as facts with data.configuration.layers as layers
		fixture.codes(found) == {"PROVENANCE_MISSING"}
		provenance.proven == set() with input as facts with data.configuration.layers as layers
		provenance.findings == set() with input as facts
	}
}
