import { test } from 'vitest';
import { importProduct, levelOf, minuteMs, reserve, startInventory } from './setup.ts';
test('dbg', async () => {
  const it = await startInventory();
  const { variantIds } = await importProduct(it, [{ stocked: 2 }, { stocked: 2 }, { stocked: 2 }]);
  for (const v of variantIds) await reserve(it, [[v, 2]]);
  const before = (await it.events()).length;
  await it.advance(16 * minuteMs);
  console.log((await it.events()).slice(before).map((e) => [e.type, e.payload.available, e.aggregateVersion]));
  for (const v of variantIds) console.log(await levelOf(it, v), v);
  console.log((await it.database.admin('select id,type,aggregate_id,payload from inventory.outbox order by seq')).rows.length);
  await it.close();
});
