/** Who asks, as the claims of a token say. */
export interface PersonClaims {
  readonly tenant: string;
  readonly issuer: string;
  readonly subject: string;
  /** `name`, else `email`, else null. */
  readonly name: string | null;
}

/** Knows people by pseudonyms, so that what they did can stay on record when they are forgotten. Port. */
export interface People {
  /** The pseudonym of a person, drawn at the first sight. @throws ServerKitError `AUTH_UNAVAILABLE` (503) */
  pseudonymOf(person: PersonClaims): Promise<string>;
}
