import type { Change } from './release.ts';

/**
 * The next version of the order service: a column more, which it fills; events with a field more;
 * and one event in another shape.
 */
export const nextVersion: readonly Change[] = [
  {
    file: 'services/order/migrations/0101_written_by.sql',
    text: "ALTER TABLE order_groups ADD COLUMN written_by text NOT NULL DEFAULT 'older';\n",
  },
  {
    file: 'services/order/src/store/groups.ts',
    instead: 'action_url, expires_at, created_at, placed_at)\n    VALUES',
    write: 'action_url, expires_at, created_at, placed_at, written_by)\n    VALUES',
  },
  {
    file: 'services/order/src/store/groups.ts',
    instead: '$15, $16, $17)\n    ON CONFLICT (id)',
    write: "$15, $16, $17, 'newer')\n    ON CONFLICT (id)",
  },
  {
    file: 'packages/service-kit/src/events/outbox.ts',
    instead: 'payload: event.payload,',
    write: 'payload: { ...(event.payload as object), addedByTheNextVersion: { deep: true } },',
  },
  {
    file: 'packages/contracts/src/events/sales.ts',
    instead: "type: 'order.shipped',\n  version: 1,",
    write: `type: 'order.shipped',
  version: 2,
  earlier: [
    earlierVersion({
      version: 1,
      payload: z.looseObject({}),
      sample: {},
      upgrade: (payload) => ({ ...payload, parcels: 1 }),
    }),
  ],`,
  },
  {
    file: 'packages/contracts/src/events/sales.ts',
    instead: "import { defineEvent } from '../envelope.ts';",
    write: "import { defineEvent, earlierVersion } from '../envelope.ts';",
  },
  {
    file: 'packages/contracts/src/events/sales.ts',
    instead: 'shipmentId: id<',
    write: 'parcels: z.int().min(1),\n    shipmentId: id<',
  },
  {
    file: 'services/order/src/operations/change-order.ts',
    instead: 'contract: orderShipped, payload: event.payload',
    write: 'contract: orderShipped, payload: { ...event.payload, parcels: 1 }',
  },
];

/** Two versions later: what the next one brought is taken away from it again. */
export const contractedVersion: readonly Change[] = [
  ...nextVersion.slice(0, 1),
  {
    file: 'services/order/migrations/0102_written_by_moved.sql',
    text: '-- Nothing reads written_by from here on.\nSELECT 1;\n',
  },
  {
    file: 'services/order/migrations/0103_written_by_gone.sql',
    text: '-- contract after 0102_written_by_moved\nALTER TABLE order_groups DROP COLUMN written_by;\n',
  },
];
