import type { Adapter, AdapterPayload } from 'oidc-provider';

/** Keeps what the provider remembers of one kind (sessions, codes, grants) until the issuer stops. */
export function memoryAdapter(): Adapter {
  const entries = new Map<string, { payload: AdapterPayload; endsAt: number }>();
  const find = (fits: (id: string, payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const [id, { payload, endsAt }] of entries) if (fits(id, payload) && Date.now() < endsAt) return payload;
    return undefined;
  };
  return {
    async upsert(id, payload, expiresIn) {
      entries.set(id, { payload, endsAt: expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000 });
    },
    find: async (id) => find((key) => key === id),
    findByUid: async (uid) => find((_key, payload) => payload.uid === uid),
    findByUserCode: async (userCode) => find((_key, payload) => payload.userCode === userCode),
    async consume(id) {
      const entry = entries.get(id);
      if (entry !== undefined) entry.payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      entries.delete(id);
    },
    async revokeByGrantId(grantId) {
      for (const [id, { payload }] of entries) if (payload.grantId === grantId) entries.delete(id);
    },
  };
}
