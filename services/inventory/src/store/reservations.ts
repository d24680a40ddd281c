import type { OrderGroupId, VariantId } from '@mkt/kernel';
import type { Database } from '@mkt/service-kit';
import { announce, traceParams } from './announce.ts';
import { putBack } from './put-back.ts';

export type HoldState = 'held' | 'confirmed' | 'released' | 'expired';

export interface Hold {
  readonly groupId: OrderGroupId;
  readonly lines: readonly { readonly variantId: VariantId; readonly quantity: number }[];
  readonly expiresAt: Date;
}

export interface HoldOutcome {
  /** What the group already stood for; then nothing was changed. */
  readonly state: HoldState | null;
  /** The variants that were short; with any, nothing was held. */
  readonly short: readonly VariantId[];
}

export interface ReservationStore {
  /** Throws a unique violation where a rival request of the same group won. */
  hold(hold: Hold, now: Date): Promise<HoldOutcome>;
  /** Forgets a hold that expired, so that the group can hold again. */
  forgetExpired(groupId: OrderGroupId): Promise<void>;
  /** Turns a hold into a sale; the state it was found in, or null for an unknown group. */
  confirm(groupId: OrderGroupId, now: Date): Promise<HoldState | null>;
  /** False where a rival reserve of the group came in between: to be repeated. */
  release(groupId: OrderGroupId, now: Date): Promise<boolean>;
  /** Gives back expired holds, of these variants where named; how many. */
  expire(now: Date, limit: number, variantIds?: readonly VariantId[]): Promise<number>;
  nextExpiry(): Promise<Date | null>;
}

// Demand is summed per variant, its rows are locked in one order for every rival, and the levels
// that the check sees, and the update writes, are those under lock (see putBack). A variant at several locations is served in the order
// of the locations; what is sold below zero stands at the first.
const holdSql = `
  WITH existing AS (SELECT state FROM reservation_groups WHERE group_id = $1),
  demand AS MATERIALIZED (
    SELECT variant_id, sum(quantity)::int AS quantity
    FROM unnest($2::uuid[], $3::int[]) AS line(variant_id, quantity) GROUP BY variant_id),
  locked AS MATERIALIZED (
    SELECT s.* FROM stock_levels s
    WHERE s.variant_id = ANY ($2::uuid[]) AND s.active AND NOT EXISTS (SELECT FROM existing)
    ORDER BY s.variant_id, s.location_id FOR UPDATE OF s),
  spread AS MATERIALIZED (
    SELECT l.*, d.quantity AS wanted,
           greatest(l.stocked - l.reserved, 0) AS free,
           coalesce(sum(greatest(l.stocked - l.reserved, 0)) OVER earlier, 0) AS free_earlier,
           sum(greatest(l.stocked - l.reserved, 0)) OVER (PARTITION BY l.variant_id) AS free_total,
           row_number() OVER (PARTITION BY l.variant_id ORDER BY l.location_id) AS place
    FROM locked l JOIN demand d ON d.variant_id = l.variant_id
    WINDOW earlier AS (PARTITION BY l.variant_id ORDER BY l.location_id
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
  short AS MATERIALIZED (
    SELECT d.variant_id FROM demand d
    WHERE NOT EXISTS (
      SELECT FROM spread s WHERE s.variant_id = d.variant_id
        AND (s.policy = 'continue' OR s.free_total >= d.quantity))),
  taken AS MATERIALIZED (
    SELECT spread.*,
           (least(free, greatest(wanted - free_earlier, 0))
             + CASE place WHEN 1 THEN greatest(wanted - free_total, 0) ELSE 0 END)::int AS quantity
    FROM spread WHERE NOT EXISTS (SELECT FROM short)),
  grouped AS (
    INSERT INTO reservation_groups (group_id, state, expires_at, changed_at)
    SELECT $1, 'held', $4, $5
    WHERE NOT EXISTS (SELECT FROM existing) AND NOT EXISTS (SELECT FROM short)),
  held AS (
    INSERT INTO reservations (group_id, stock_level_id, variant_id, vendor_id, quantity)
    SELECT $1, id, variant_id, vendor_id, quantity FROM taken WHERE quantity > 0),
  moved AS (
    UPDATE stock_levels s
    SET policy = t.policy, stocked = t.stocked, reserved = t.reserved + t.quantity,
        version = t.version + 1
    FROM taken t WHERE s.id = t.id AND t.quantity > 0
    RETURNING s.id, -t.quantity AS delta),
  ${announce(6, 'crossing')}
  SELECT (SELECT state FROM existing) AS state,
         (SELECT array_agg(variant_id ORDER BY variant_id) FROM short) AS short,
         (SELECT count(*)::int FROM announced) AS announced`;

const confirmSql = `
  WITH picked AS MATERIALIZED (
    SELECT state FROM reservation_groups WHERE group_id = $1 FOR UPDATE),
  confirmed AS (
    UPDATE reservation_groups SET state = 'confirmed', expires_at = NULL, changed_at = $2
    WHERE group_id = $1 AND (SELECT state FROM picked) = 'held'),
  sold AS MATERIALIZED (
    SELECT r.stock_level_id, r.quantity - r.returned AS quantity FROM reservations r
    WHERE r.group_id = $1 AND (SELECT state FROM picked) = 'held'
    FOR UPDATE OF r),
  locked AS MATERIALIZED (
    SELECT s.*, sold.quantity FROM stock_levels s
    JOIN sold ON sold.stock_level_id = s.id AND sold.quantity > 0
    ORDER BY s.variant_id, s.location_id FOR UPDATE OF s),
  moved AS (
    UPDATE stock_levels s
    SET policy = l.policy, stocked = l.stocked - l.quantity, reserved = l.reserved - l.quantity,
        version = l.version + 1
    FROM locked l WHERE s.id = l.id
    RETURNING s.id, s.variant_id, s.location_id, s.vendor_id, s.stocked, l.quantity),
  noted AS (
    INSERT INTO adjustments (stock_level_id, variant_id, location_id, vendor_id, delta, stocked,
                             reason, actor, reference_id, at)
    SELECT id, variant_id, location_id, vendor_id, -quantity, stocked, 'sold', 'checkout', $1, $2
    FROM moved)
  SELECT state FROM picked`;

/** Ends the groups that `pick` locks (`group_id`, `state`) and gives their units back. */
function closeSql(pick: string, state: 'released' | 'expired', tombstone: string): string {
  return `
  WITH picked AS MATERIALIZED (${pick}),
  closed AS (
    UPDATE reservation_groups g SET state = '${state}', expires_at = NULL, changed_at = $4
    FROM picked p WHERE g.group_id = p.group_id AND p.state IN ('held', 'confirmed')
    RETURNING 1),
  back AS MATERIALIZED (
    SELECT r.stock_level_id, r.variant_id, p.state, r.quantity - r.returned AS quantity
    FROM reservations r JOIN picked p ON p.group_id = r.group_id
    WHERE p.state IN ('held', 'confirmed') AND r.quantity > r.returned
    FOR UPDATE OF r),
  ${putBack},
  tombstone AS (${tombstone})
  SELECT (SELECT count(*)::int FROM picked) AS picked, (SELECT count(*)::int FROM closed) AS closed,
         (SELECT count(*)::int FROM tombstone) AS tombstones,
         (SELECT count(*)::int FROM announced) AS announced`;
}

const releaseSql = closeSql(
  'SELECT group_id, state FROM reservation_groups WHERE group_id = $3::uuid FOR UPDATE',
  'released',
  `INSERT INTO reservation_groups (group_id, state, changed_at)
   SELECT $3::uuid, 'released', $4 WHERE NOT EXISTS (SELECT FROM picked)
   ON CONFLICT DO NOTHING RETURNING 1`,
);

const expireSql = closeSql(
  `SELECT g.group_id, g.state FROM reservation_groups g
   WHERE g.state = 'held' AND g.expires_at <= $4
     AND ($8::uuid[] IS NULL OR EXISTS (
       SELECT FROM reservations r WHERE r.group_id = g.group_id AND r.variant_id = ANY ($8)))
   ORDER BY g.expires_at LIMIT $9 FOR UPDATE OF g SKIP LOCKED`,
  'expired',
  'SELECT 1 WHERE false',
);

export function createReservationStore(db: Database): ReservationStore {
  async function run(sql: string, params: readonly unknown[]) {
    const [row] = await db.query(sql, params);
    if ((row?.announced ?? 0) > 0) db.nudge();
    return row ?? {};
  }

  return {
    async hold({ groupId, lines, expiresAt }, now) {
      const variantIds = lines.map((line) => line.variantId);
      const quantities = lines.map((line) => line.quantity);
      const params = [groupId, variantIds, quantities, expiresAt, now, ...traceParams()];
      const row = await run(holdSql, params);
      return { state: row.state, short: row.short ?? [] };
    },
    async forgetExpired(groupId) {
      await db.query(`DELETE FROM reservation_groups WHERE group_id = $1 AND state = 'expired'`, [
        groupId,
      ]);
    },
    async confirm(groupId, now) {
      const [row] = await db.query(confirmSql, [groupId, now]);
      return row?.state ?? null;
    },
    async release(groupId, now) {
      const params = ['released', 'checkout', groupId, now, ...traceParams()];
      const row = await run(releaseSql, params);
      return row.picked + row.tombstones > 0;
    },
    async expire(now, limit, variantIds) {
      const params = ['expired', 'clock', null, now, ...traceParams(), variantIds ?? null, limit];
      return (await run(expireSql, params)).closed;
    },
    async nextExpiry() {
      const [row] = await db.query(
        `SELECT min(expires_at) AS at FROM reservation_groups WHERE state = 'held'`,
      );
      return row?.at ?? null;
    },
  };
}
