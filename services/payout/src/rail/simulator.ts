import type { Clock } from '@mkt/kernel';
import type { Database } from '@mkt/service-kit';
import type { BankRail } from './port.ts';

/** References that make the simulated bank send money back. */
export const railReferences = {
  /** It comes back instead of arriving. */
  returned: 'RETURN',
  /** It arrives, and comes back as long again after that. */
  returnedLater: 'RETURN LATER',
} as const;

/** A bank that takes its time and remembers what it was sent, in a table of its own. */
export function createSimulatedRail(db: Database, clock: Clock, settlesAfterMs: number): BankRail {
  return {
    async send({ key, amountMinor, currency, reference }) {
      await db.query(
        `INSERT INTO rail_payments (key, amount_minor, currency, reference, sent_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key) DO NOTHING`,
        [key, amountMinor, currency, reference, clock.now()],
      );
    },
    async check(key) {
      const [row] = await db.query('SELECT reference, sent_at FROM rail_payments WHERE key = $1', [
        key,
      ]);
      if (!row) throw new Error(`The bank does not know the payment ${key}`);
      const ageMs = clock.now().getTime() - (row['sent_at'] as Date).getTime();
      if (ageMs < settlesAfterMs) return 'underWay';
      if (row['reference'] === railReferences.returned) return 'returned';
      const late = row['reference'] === railReferences.returnedLater;
      return late && ageMs >= 2 * settlesAfterMs ? 'returned' : 'paid';
    },
  };
}
