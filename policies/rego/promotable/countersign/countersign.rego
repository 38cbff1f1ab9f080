# METADATA
# title: Countersigned break-glass
# description: >-
#   One person on call may go on alone; somebody else must confirm it afterwards. Until then the next gate of that service and
#   environment holds, whatever it is asked about.
package promotable.countersign

import data.promotable.reason
import data.promotable.thresholds

# METADATA
# title: Break-glass was not countersigned in time
# description: Counted from when the glass was broken; that it has expired or was revoked since does not end the duty.
# custom:
#   code: COUNTERSIGN_MISSING
#   class: missing_proof
#   integrity: true
#   owner: security
#   settings: [countersignWithinMs]
#   message: "Nobody countersigned the break-glass {ids:list} within {within:duration}."
#   fix: Somebody who neither broke the glass nor wrote the change confirms it with `mc override countersign`.
findings contains reason.finding(rego.metadata.rule(), ["countersign"], params) if {
	count(_overdue) > 0
	params := {"ids": sort(_overdue), "within": thresholds.settings.countersignWithinMs, "unit": "ms"}
}

# METADATA
# description: Every break-glass here was confirmed, or there is still time.
proven contains "countersign" if {
	is_array(input.exceptions)
	count(_overdue) == 0
}

_overdue := {exception.id |
	some exception in input.exceptions
	exception.kind == "break_glass"
	not _in_order(exception)
}

_in_order(exception) if exception.countersigned == true

_in_order(exception) if {
	exception.countersigned == false
	exception.activeForMs <= thresholds.settings.countersignWithinMs
}
