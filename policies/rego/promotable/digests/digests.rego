# METADATA
# title: Digests and standing
# description: Is what runs what was released, and may it still go out?
package promotable.digests

import data.promotable.reason
import data.promotable.thresholds

# METADATA
# title: What runs is not what was released
# description: A digest that was sent does not belong to the release.
# custom:
#   code: DIGEST_MISMATCH
#   class: breach
#   integrity: true
#   owner: security
#   message: "Not part of the release: {digests:list}."
#   fix: Deploy the digests that the release was built with; a release id is never used twice for other bytes.
findings contains reason.finding(rego.metadata.rule(), ["digests"], {"digests": sort(_foreign)}) if {
	count(_released) > 0
	count(_foreign) > 0
}

# METADATA
# title: No digest was sent
# description: Where digests are required, a release id alone is a claim.
# custom:
#   code: DIGEST_MISSING
#   class: missing_proof
#   owner: platform
#   settings: [requireDigest]
#   message: The question names no digest of what runs.
#   fix: Send the digests of the running containers; where a service has none, set `requireDigest` to false in its layer.
findings contains reason.finding(rego.metadata.rule(), ["digests"], {}) if {
	count(_asked) == 0
	thresholds.settings.requireDigest == true
}

# METADATA
# title: The digest was revoked
# description: Somebody withdrew it after it had passed; evidence does not bring it back.
# custom:
#   code: DIGEST_REVOKED
#   class: breach
#   owner: security
#   message: A digest of this release was revoked in this environment.
#   fix: Build a new release without the cause of the revocation.
findings contains reason.finding(rego.metadata.rule(), ["standing"], {"digests": sort(_asked)}) if input.standing.revoked == true

# METADATA
# description: What runs belongs to the release (or need not be named), and was not revoked.
proven contains "digests" if {
	count(_asked) > 0
	every digest in _asked { digest in _released }
}

proven contains "digests" if {
	count(_asked) == 0
	thresholds.settings.requireDigest == false
}

proven contains "standing" if input.standing.revoked == false

_asked := {digest | some digest in input.request.digests}

_released := {digest | some digest in input.release.digests}

_foreign := _asked - _released
