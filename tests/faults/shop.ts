import { setTimeout as delay } from 'node:timers/promises';
import { backendNames } from '../../marketplace/src/load-definition.ts';
import { approvedVendor, checkOut, publish, readyToBuy, type Vendor } from '../support/actors.ts';
import { type Allowed, expectBooksInOrder } from '../support/books.ts';
import { expectOk, type Reply, request } from '../support/http.ts';
import type { Shape } from '../support/shape.ts';

export const stocked = 5_000;
/** Past every deadline of a payment: what is not finished by then must be undone. */
export const pastDeadlinesMs = 3 * 3_600_000;

/** Two vendors with one product each: what a suite sells while something is broken. */
export interface Shop {
  readonly operator: string;
  readonly vendors: readonly Vendor[];
  readonly variants: readonly string[];
  /** Order groups whose placing was answered. */
  readonly acknowledged: readonly string[];
  /** A new shopper fills a cart and pays; the answer of the checkout. */
  buy(card?: string): Promise<Reply>;
  /** Nothing acknowledged is lost, nothing is half done, every book adds up. */
  expectBooksInOrder(allowed?: Allowed): Promise<void>;
}

export async function openShop(shape: Shape): Promise<Shop> {
  const { url } = shape;
  const operator = await shape.operator();
  const vendors = [
    await approvedVendor(url, operator, 'First'),
    await approvedVendor(url, operator, 'Second'),
  ];
  const variants: string[] = [];
  for (const [at, vendor] of vendors.entries()) {
    const handle = ['blue-mug', 'oak-spoon'][at] ?? '';
    const products = [{ handle, priceMinor: 2_500, stock: stocked }];
    await publish(url, operator, vendor, products);
    await shape.settle();
    variants.push((await publish(url, operator, vendor, products)).get(handle) ?? '');
    await shape.settle();
  }
  const acknowledged: string[] = [];
  return {
    operator,
    vendors,
    variants,
    acknowledged,
    async buy(card) {
      const lines = variants.map((variantId) => ({ variantId, quantity: 1 }));
      const reply = await checkOut(url, await readyToBuy(url, lines, card));
      if (isPlaced(reply)) acknowledged.push(reply.body.groupId);
      return reply;
    },
    async expectBooksInOrder(allowed) {
      const { database } = shape;
      await untilCheckoutsEnd(shape);
      const books = { url, database, acknowledged, stocked, variants };
      await expectBooksInOrder({ ...books, operator: await shape.operator() }, allowed);
    },
  };
}

/** A checkout whose answer was lost is taken up again within seconds; none may be left after these. */
const takenUpWithinMs = 20_000;
const lookEveryMs = 200;

async function untilCheckoutsEnd(shape: Shape): Promise<void> {
  const giveUpAt = performance.now() + takenUpWithinMs;
  for (;;) {
    await shape.settle();
    const left = await shape.database.query(
      `SELECT id, state FROM "order".sagas WHERE kind = 'checkout' AND finished_at IS NULL`,
    );
    if (left.length === 0) return;
    if (performance.now() > giveUpAt) {
      throw new Error(`Checkouts are still under way: ${JSON.stringify(left).slice(0, 1_000)}`);
    }
    await delay(lookEveryMs);
  }
}

export const isPlaced = ({ status, body }: Reply): boolean =>
  status === 201 && body.state === 'placed';

/** Events that wait for the bus in the outbox of a service, or in all of them. */
export async function waitingEvents(shape: Shape, service?: string): Promise<number> {
  const names: readonly string[] = service ? [service] : backendNames;
  const counts = names.map(
    (name) => `SELECT count(*) AS n FROM "${name}".outbox WHERE published_at IS NULL`,
  );
  const [row] = await shape.database.query(
    `SELECT sum(n)::int AS n FROM (${counts.join(' UNION ALL ')}) q`,
  );
  return row?.n as number;
}

/** A number that a process shows at `/metrics`: the sum over all series that have these labels. */
export async function metric(
  base: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const text: string = await expectOk(request(base, 'GET', '/metrics'));
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
