package promotable.client_test

import data.promotable.client

_codes := {
	"MC_UNREACHABLE", "UNAUTHENTICATED", "QUESTION_REFUSED", "ANSWER_UNREADABLE", "DECISION_UNVERIFIED",
	"DECISION_EXPIRED", "DECISION_OUTDATED", "DECISION_FOREIGN", "POLICY_FAILED", "LEDGER_BEHIND_CHECKPOINT", "INTERNAL",
}

test_every_fault_of_a_client_is_a_hold_with_its_own_code if {
	every code in _codes {
		client.decision == {
			"verdict": "hold",
			"reasons": [{"code": code, "class": "missing_proof", "params": {"cause": "x"}}],
			"warnings": [],
		} with input as {"code": code, "params": {"cause": "x"}}
	}
}

test_an_unknown_fault_is_internal if {
	client.decision.reasons[0].code == "INTERNAL" with input as {"code": "SOMETHING", "params": {}}
}
