package promotable.verdict_test

import data.promotable.fixture_test as fixture
import data.promotable.verdict

_finding(code, class) := {"checks": [code], "code": code, "class": class, "integrity": false, "params": {}}

_verdict(classes) := result.verdict if {
	found := {_finding(upper(class), class) | some class in classes}
	result := verdict.judge(set(), set(), found, []) with input as fixture.facts
}

test_a_breach_outranks_a_missing_proof_and_a_note_changes_nothing if {
	_verdict([]) == "pass"
	_verdict(["note"]) == "pass"
	_verdict(["missing_proof"]) == "hold"
	_verdict(["missing_proof", "note"]) == "hold"
	_verdict(["breach"]) == "fail"
	_verdict(["waivable_breach", "missing_proof"]) == "fail"
}

test_a_required_check_without_proof_and_reason_holds if {
	result := verdict.judge({"a", "b", "c"}, {"a"}, {_finding("b", "missing_proof"), _finding("c", "note")}, []) with input as fixture.facts
	result.verdict == "hold"
	{"code": "UNPROVEN", "class": "missing_proof", "params": {"checks": ["c"]}} in result.reasons
}

test_a_check_without_proof_stays_unproven_when_another_reason_is_turned if {
	found := {object.union(_finding("TESTS_FAILED", "waivable_breach"), {"checks": ["results"]})}
	turned := verdict.judge({"results"}, set(), found, [fixture.waiver]) with input as fixture.facts
	turned == {"verdict": "pass", "reasons": [], "warnings": [{"code": "TESTS_FAILED", "class": "waivable_breach", "params": {"turnedBy": ["W-1"]}}]}
	result := verdict.judge({"results", "window"}, set(), found, [fixture.waiver]) with input as fixture.facts
	result.verdict == "hold"
}

test_an_unknown_class_is_never_a_pass if {
	_verdict(["something"]) == "hold"
}

test_reasons_are_sorted_by_code_and_distinct if {
	found := {_finding("B", "missing_proof"), _finding("A", "waivable_breach"), object.union(_finding("B", "missing_proof"), {"checks": ["other"]})}
	result := verdict.judge(set(), set(), found, []) with input as fixture.facts
	[reason.code | some reason in result.reasons] == ["A", "B"]
}

test_a_result_holds_no_more_reasons_than_it_may if {
	found := {object.union(_finding("A", "missing_proof"), {"params": {"n": n}}) | some n in numbers.range(1, 300)}
	result := verdict.malformed(found)
	count(result.reasons) == 256
	result.verdict == "hold"
}

test_a_pass_for_a_cause_keeps_its_notes if {
	verdict.passed({_finding("A", "note")}) == {"verdict": "pass", "reasons": [], "warnings": [{"code": "A", "class": "note", "params": {}}]}
}
