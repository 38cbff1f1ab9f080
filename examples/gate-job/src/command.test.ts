import { expect, it } from 'vitest';
import { commandOf } from './command.ts';

const cluster = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };

it('in a cluster the adapter listens on every address and uses what is mounted; what is given besides comes last', () => {
  expect(commandOf(['adapter', '--port', '9000'], cluster)).toEqual([
    ...['gate', 'serve', '--token-file', '/var/run/secrets/promotable/token', '--root', '/etc/promotable/root.pem'],
    ...['--host', '0.0.0.0', '--drain-notice', '5s', '--state', '/var/lib/promotable/state.json'],
    ...['--overrides', '/etc/promotable-overrides', '--proven', '/var/lib/promotable/proven.json', '--port', '9000'],
  ]);
});

it('outside of one it listens on loopback, with the local Mission Control', () => {
  expect(commandOf(['adapter'], {})).toEqual(['gate', 'serve']);
});

it('the job asks once for its arguments, as JSON', () => {
  expect(commandOf(['job', '--stage=20'], cluster)).toEqual([
    ...[
      'gate',
      'rollout',
      '--token-file',
      '/var/run/secrets/promotable/token',
      '--root',
      '/etc/promotable/root.pem',
      '--json',
      '--stage=20',
    ],
  ]);
});

it('no role shows the help, any other word is a command of mc', () => {
  expect([commandOf([], {}), commandOf(['doctor', '--json'], {})]).toEqual([['--help'], ['doctor', '--json']]);
});
