import pg from 'pg';

export const pool = new pg.Pool({ connectionString: process.env['SNIPPETS_POSTGRES_URI'], max: 2 });

export async function stop(): Promise<void> {
  await pool.end();
}
