// `/.well-known/promotable/keys.json`: the key set as the root signed it, and the token keys as a JWK set.
import { toJwks } from '@promotable/attest';
import type { ServerModule } from '@promotable/server-kit';
import type { KeyDirectory } from './key-directory.ts';

/** Clients look again every five minutes. */
const maxAgeSeconds = 300;

export function keysModule(keys: Pick<KeyDirectory, 'trust'>): ServerModule {
  return {
    name: 'keys',
    routes(app) {
      app.get('/.well-known/promotable/keys.json', { config: { public: true } }, async (_request, reply) => {
        const { keySet, keySetBundle } = keys.trust();
        return reply.header('cache-control', `public, max-age=${maxAgeSeconds}`).send({ keySet: keySetBundle, ...toJwks(keySet) });
      });
    },
  };
}
