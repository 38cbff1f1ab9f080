package promotable.reason_test

import data.promotable.reason

test_code_and_class_come_from_the_metadata if {
	metadata := {"custom": {"code": "X", "class": "breach", "message": "not repeated"}}
	reason.finding(metadata, ["a"], {"n": 1}) == {"checks": ["a"], "code": "X", "class": "breach", "integrity": false, "params": {"n": 1}}
}

test_integrity_is_taken_over if {
	reason.finding({"custom": {"code": "X", "class": "breach", "integrity": true}}, [], {}).integrity == true
}
