package promotable.waiver_test

import data.promotable.fixture_test as fixture
import data.promotable.waiver

_finding(code, class, integrity) := {"checks": [], "code": code, "class": class, "integrity": integrity, "params": {"n": 1}}

_failed := _finding("TESTS_FAILED", "waivable_breach", false)

_turning(finding, exception) := ids if ids := waiver.turning(finding, [exception]) with input as fixture.facts

_turned(changes) if count(_turning(_failed, object.union(fixture.waiver, changes))) == 1

_notes(exception) := notes if notes := waiver.notes({_failed}, [exception]) with input as fixture.facts

_override := {"kind": "override", "activeForMs": 0, "expiresInMs": 14400000}

test_a_waiver_turns_the_waivable_reason_that_it_lists if {
	_turning(_failed, fixture.waiver) == {"W-1"}
	result := waiver.turn(_failed, [fixture.waiver]) with input as fixture.facts
	result == object.union(_failed, {"params": {"n": 1, "turnedBy": ["W-1"]}})
	_notes(fixture.waiver) == set()
}

test_nothing_else_is_turned_by_a_waiver if {
	every finding in [
		_finding("SBOM_EMPTY", "waivable_breach", false),
		_finding("TESTS_FAILED", "breach", false),
		_finding("TESTS_FAILED", "missing_proof", false),
		_finding("TESTS_FAILED", "note", false),
		_finding("TESTS_FAILED", "waivable_breach", true),
	] {
		_turning(finding, fixture.waiver) == set()
	}
}

test_an_override_turns_any_reason_but_those_of_integrity if {
	override := object.union(fixture.waiver, _override)
	every class in ["breach", "waivable_breach", "missing_proof"] {
		_turning(_finding("TESTS_FAILED", class, false), override) == {"W-1"}
		_turning(_finding("TESTS_FAILED", class, true), override) == set()
	}
	_turning(_finding("TESTS_FAILED", "note", false), override) == set()
}

test_an_exception_counts_only_where_and_when_it_is_in_force if {
	_turned({})
	_turned({"expiresInMs": 1})
	_turned({"digests": [fixture.digest_a, fixture.digest_b]})
	every changes in [
		{"verified": false},
		{"activeForMs": -1},
		{"expiresInMs": 0},
		{"expiresInMs": -5},
		{"environment": "staging"},
		{"stages": ["50"]},
		{"digests": [fixture.digest_b]},
		{"activeForMs": 2592000000},
		object.union(_override, {"expiresInMs": 14400001}),
		{"kind": "wish"},
	] {
		not _turned(changes)
	}
}

test_an_exception_must_cover_every_digest if {
	facts := object.union(fixture.facts, {"request": {"digests": [fixture.digest_a, fixture.digest_b]}})
	waiver.turning(_failed, [fixture.waiver]) == set() with input as facts
	waiver.turning(_failed, [object.union(fixture.waiver, {"digests": [fixture.digest_b, fixture.digest_a]})]) == {"W-1"} with input as facts
}

test_without_a_digest_in_question_no_exception_applies if {
	facts := object.union(fixture.facts, {"request": {"digests": []}})
	waiver.turning(_failed, [fixture.waiver]) == set() with input as facts
}

test_a_waiver_warns_a_week_ahead if {
	_notes(object.union(fixture.waiver, {"expiresInMs": 604800001})) == set()
	some note in _notes(object.union(fixture.waiver, {"expiresInMs": 604800000}))
	note.code == "WAIVER_EXPIRES"
	note.params == {"id": "W-1", "expiresIn": 604800000, "unit": "ms"}
}

test_an_exception_that_lists_a_reason_in_vain_says_why if {
	some note in _notes(object.union(fixture.waiver, {"expiresInMs": 0, "stages": ["50"]}))
	note.code == "EXCEPTION_IGNORED"
	note.params == {"id": "W-1", "kind": "waiver", "codes": ["TESTS_FAILED"], "causes": ["expired", "other_stage"]}
}

test_a_reason_that_no_exception_may_turn_says_so if {
	found := {_finding("TESTS_FAILED", "waivable_breach", true)}
	notes := waiver.notes(found, [fixture.waiver]) with input as fixture.facts
	{note.params.causes | some note in notes} == {["not_turnable"]}
}

test_an_exception_about_something_else_is_not_mentioned if {
	_notes(object.union(fixture.waiver, {"codes": ["SBOM_EMPTY"], "verified": false})) == set()
}

test_an_exception_that_names_a_rule_turns_no_whole_reason if {
	not _turned({"rule": "CVE-1"})
	_turning(_failed, object.union(fixture.waiver, {"rule": "CVE-1", "path": "pkg:npm/left@1.2.3"})) == set()
	{note.params.causes | some note in _notes(object.union(fixture.waiver, {"rule": "CVE-1"}))} == {["no_such_finding"]}
}

test_an_exception_that_is_narrowed_in_any_way_turns_no_whole_reason if {
	every field, cause in {"rule": "no_such_finding", "path": "one_path_only", "suite": "one_suite_only"} {
		narrow := object.union(fixture.waiver, {field: "narrow"})
		_turning(_failed, narrow) == set()
		_turning(_failed, object.union(narrow, _override)) == set()
		{note.params.causes | some note in _notes(narrow)} == {[cause]}
	}
	every field in ["rule", "path", "suite"] {
		_turning(_failed, object.remove(fixture.waiver, {field})) == set()
	}
}

test_one_that_names_a_suite_takes_out_no_finding if {
	narrow := object.union(fixture.waiver, {"rule": "CVE-1", "codes": ["VULN_OVER_BUDGET"]})
	subject := {"code": "VULN_OVER_BUDGET", "rule": "CVE-1", "path": "pkg:npm/left@1.2.3", "digests": [fixture.digest_a]}
	waiver.takes_out(narrow, subject) with input as fixture.facts
	not waiver.takes_out(object.union(narrow, {"suite": "CVE-1"}), subject) with input as fixture.facts
}

_vulnerable := fixture.with_items({"scan": [object.union(fixture.scan, {"value": {
	"counts": {"critical": 2},
	"findings": [{"id": "CVE-1", "purl": "pkg:npm/left@1.2.3", "severity": "critical", "fixedIn": []}],
}})]})

test_one_that_took_out_its_finding_did_not_list_the_reason_in_vain if {
	narrow := object.union(fixture.waiver, {"rule": "CVE-1", "codes": ["VULN_OVER_BUDGET"]})
	found := {_finding("VULN_OVER_BUDGET", "waivable_breach", false)}
	waiver.notes(found, [narrow]) == set() with input as object.union(_vulnerable, {"exceptions": [narrow]})
	late := object.union(narrow, {"expiresInMs": 0})
	notes := waiver.notes(found, [late]) with input as object.union(_vulnerable, {"exceptions": [late]})
	{note.params.causes | some note in notes} == {["expired"]}
}

test_break_glass_turns_what_an_override_turns_and_lives_longer if {
	glass := object.union(fixture.waiver, {"kind": "break_glass", "activeForMs": 0, "expiresInMs": 28800000, "countersigned": false})
	_turning(_finding("TESTS_FAILED", "missing_proof", false), glass) == {"W-1"}
	_turning(_finding("TESTS_FAILED", "breach", true), glass) == set()
	_turning(_failed, object.union(glass, {"expiresInMs": 28800001})) == set()
}
