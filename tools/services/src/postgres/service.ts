import pg from 'pg';
import type { Service } from '../catalogue/service.ts';
import { startPostgres } from './postgres.ts';

export const postgresService: Service = {
  name: 'postgres',
  title: 'PostgreSQL 18',
  set: 'light',
  variables: ['POSTGRES_URI'],
  requires: [],
  // It comes with the npm packages.
  provision: async () => undefined,
  async start({ logger, signal }) {
    const { uri, stop } = await startPostgres({ ...(logger === undefined ? {} : { logger }), ...(signal === undefined ? {} : { signal }) });
    return { environment: { POSTGRES_URI: uri }, stop };
  },
  async query({ POSTGRES_URI }) {
    const client = new pg.Client({ connectionString: POSTGRES_URI });
    await client.connect();
    try {
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
      return rows[0]?.server_version ?? '';
    } finally {
      await client.end();
    }
  },
};
