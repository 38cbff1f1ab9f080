import { expect, it } from 'vitest';
import * as kit from './index.ts';

it('exports exactly these values', () => {
  expect(Object.keys(kit).sort()).toEqual([
    'ClaimRuleShape',
    'ServerKitError',
    'contextOf',
    'createJsonLog',
    'createServer',
    'mcTokens',
    'oidcAuthenticator',
    'operationId',
    'parseInput',
    'principalByRules',
    'principalOf',
    'requireScope',
    'requireService',
    'requireTenant',
  ]);
});
