import pg from 'pg';
import { answerParent } from './measured.ts';

/** The reference of a checkout: the least that `pg` does to write the same rows. */
interface Settings {
  readonly admin: pg.PoolConfig;
  readonly connections: number;
  /** One statement per table, each with its rows as one parameter. */
  readonly statements: readonly string[];
}

/** Rows of one repetition, in the order of the statements. */
type Repetition = readonly string[];

const { admin, connections, statements } = JSON.parse(process.argv[2] ?? '{}') as Settings;
const pool = new pg.Pool({ ...admin, max: connections });

async function write(repetition: Repetition): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    for (const [at, text] of statements.entries()) {
      await client.query({ name: `s${at}`, text, values: [repetition[at]] });
    }
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

async function writeAll(repetitions: Repetition[]): Promise<void> {
  const workers = Array.from({ length: connections }, async () => {
    for (let next = repetitions.pop(); next; next = repetitions.pop()) await write(next);
  });
  await Promise.all(workers);
}

process.on('message', (message: unknown) => {
  if (!Array.isArray(message)) return;
  void writeAll(message as Repetition[]).then(() => process.send?.({ written: true }));
});
answerParent({ url: '', stop: () => pool.end() });
