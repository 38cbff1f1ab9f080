// `@promotable/server-kit/tokens`: tokens of this server and the people who use it, on record in PostgreSQL. Takes any client with `query`, so `pg` is the caller's to bring.
import { fileURLToPath } from 'node:url';

export { accessTokens, tokenRecords } from './tokens/access-tokens.ts';
export { tokenModule } from './tokens/token-module.ts';
export { addUses } from './tokens/token-table.ts';
export { tokenUses } from './tokens/token-uses.ts';

export { peopleModule } from './people/people-module.ts';
export { postgresPeople } from './people/people-table.ts';

/** The schema that tokens and people own and the directory of its migrations. */
export const tokenMigrations = { schema: 'access', directory: fileURLToPath(new URL('../migrations', import.meta.url)) } as const;

export type { AccessTokens, AccessTokensOptions, TokenAct, TokenRequest } from './tokens/access-tokens.ts';
export type { ListedToken, TokenRecord, TokenUse } from './tokens/token-table.ts';
export type { AnsweredUse, TokenUses } from './tokens/token-uses.ts';
export type { PeopleModuleOptions, PersonErased } from './people/people-module.ts';
export type { ForgetReport, PlacedFields } from './people/forget-person.ts';
export type { ForgottenPerson, PersonalFields, PersonalRecords, PersonFindings } from './people/personal-records.ts';
export type { KnownPerson } from './people/people-table.ts';
