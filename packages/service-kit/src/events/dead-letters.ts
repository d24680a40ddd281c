import type { EventEnvelope } from '@mkt/contracts';
import type { Database } from '../db/database.ts';
import { scrub } from '../telemetry/redact.ts';
import type { ReplayableSubscription } from './consumer.ts';

export interface DeadLetter {
  readonly event_id: string;
  readonly type: string;
  readonly envelope: EventEnvelope;
  readonly reason: string;
  readonly attempts: number;
  readonly failed_at: Date;
  readonly replayed_at: Date | null;
}

export type DeadLetterState = 'waiting' | 'replayed' | 'all';

export interface DeadLetterListing {
  readonly type: string | null;
  readonly state: DeadLetterState;
  /** Page after this event, newest first. */
  readonly before: string | null;
  readonly limit: number;
}

/** What a replay came to. A failure leaves the event parked, with its new reason. */
export type ReplayOutcome =
  | { readonly eventId: string; readonly outcome: 'applied' | 'alreadyApplied' }
  | { readonly eventId: string; readonly outcome: 'failed'; readonly reason: string };

/** The events of one service that could not be applied and wait for a person. */
export interface DeadLetters {
  list(wanted: DeadLetterListing): Promise<DeadLetter[]>;
  find(eventId: string): Promise<DeadLetter | undefined>;
  oldestWaiting(type: string, limit: number): Promise<Pick<DeadLetter, 'event_id'>[]>;
  countWaiting(type?: string): Promise<number>;
  /** Applies a parked event, at most once whatever asks how often; undefined where it is unknown. */
  replay(eventId: string): Promise<ReplayOutcome | undefined>;
}

const columns = 'event_id, type, envelope, reason, attempts, failed_at, replayed_at';

export function createDeadLetters(
  db: Database,
  subscription: ReplayableSubscription | undefined,
): DeadLetters {
  async function find(eventId: string): Promise<DeadLetter | undefined> {
    const [row] = await db.query(`SELECT ${columns} FROM dead_letters WHERE event_id = $1`, [
      eventId,
    ]);
    return row as DeadLetter | undefined;
  }

  async function apply(letter: DeadLetter): Promise<ReplayOutcome> {
    const eventId = letter.event_id;
    try {
      if (!subscription) throw new Error('The service consumes no events any more');
      const applied = await subscription.replay(letter.envelope);
      // The inbox decides; this row only remembers, so a crash in between repeats a duplicate.
      await db.query(
        'UPDATE dead_letters SET replayed_at = coalesce(replayed_at, now()) WHERE event_id = $1',
        [eventId],
      );
      return { eventId, outcome: applied === 'applied' ? 'applied' : 'alreadyApplied' };
    } catch (error) {
      const reason = scrub(String(error));
      await db.query(
        `UPDATE dead_letters SET reason = $2, attempts = attempts + 1, failed_at = now()
         WHERE event_id = $1 AND replayed_at IS NULL`,
        [eventId, reason],
      );
      return { eventId, outcome: 'failed', reason };
    }
  }

  return {
    async list({ type, state, before, limit }) {
      const rows = await db.query(
        `SELECT ${columns} FROM dead_letters
         WHERE ($1::text IS NULL OR type = $1)
           AND ($2 = 'all' OR (replayed_at IS NULL) = ($2 = 'waiting'))
           AND ($3::uuid IS NULL OR event_id < $3)
         ORDER BY event_id DESC LIMIT $4`,
        [type, state, before, limit + 1],
      );
      return rows as DeadLetter[];
    },
    find,
    async oldestWaiting(type, limit) {
      const rows = await db.query(
        `SELECT event_id FROM dead_letters WHERE replayed_at IS NULL AND type = $1
         ORDER BY event_id LIMIT $2`,
        [type, limit],
      );
      return rows as Pick<DeadLetter, 'event_id'>[];
    },
    async countWaiting(type) {
      const [row] = await db.query(
        `SELECT count(*) AS n FROM dead_letters
         WHERE replayed_at IS NULL AND ($1::text IS NULL OR type = $1)`,
        [type ?? null],
      );
      return Number(row?.n ?? 0);
    },
    async replay(eventId) {
      const letter = await find(eventId);
      if (!letter) return undefined;
      return letter.replayed_at ? { eventId, outcome: 'alreadyApplied' } : apply(letter);
    },
  };
}
