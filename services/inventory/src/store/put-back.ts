import { announce } from './announce.ts';

/**
 * The tail of a statement that gives reserved or sold units back. It expects the expression `back`
 * (`stock_level_id`, `variant_id`, `state` of the hold, `quantity`) and the parameters $1 reason,
 * $2 actor, $3 reference, $4 time, then `traceParams()`. The update takes its rows from `locked`:
 * a row that the same statement changed before it was locked would be passed over. It takes their
 * values from there as well: PostgreSQL checks constraints on the row as the statement first saw
 * it, and only then finds out that a rival changed it.
 */
export const putBack = `
  locked AS MATERIALIZED (
    SELECT s.* FROM stock_levels s WHERE s.variant_id IN (SELECT variant_id FROM back)
    ORDER BY s.variant_id, s.location_id FOR UPDATE OF s),
  total AS (
    SELECT stock_level_id, sum(quantity)::int AS delta,
           coalesce(sum(quantity) FILTER (WHERE state = 'held'), 0)::int AS held,
           coalesce(sum(quantity) FILTER (WHERE state = 'confirmed'), 0)::int AS sold
    FROM back GROUP BY stock_level_id),
  moved AS (
    UPDATE stock_levels s
    SET policy = l.policy, reserved = l.reserved - t.held, stocked = l.stocked + t.sold,
        version = l.version + 1
    FROM locked l JOIN total t ON t.stock_level_id = l.id WHERE s.id = l.id
    RETURNING s.id, s.variant_id, s.location_id, s.vendor_id, s.stocked, t.delta, t.sold),
  noted AS (
    INSERT INTO adjustments (stock_level_id, variant_id, location_id, vendor_id, delta, stocked,
                             reason, actor, reference_id, at)
    SELECT m.id, m.variant_id, m.location_id, m.vendor_id, m.sold, m.stocked, $1, $2, $3::uuid, $4
    FROM moved m WHERE m.sold > 0),
  ${announce(5, 'crossing')}`;
