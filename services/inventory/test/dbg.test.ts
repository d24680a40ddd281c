import { newId } from '@mkt/kernel';
import { test } from 'vitest';
import { confirm, release } from '../src/operations/end-hold.ts';
import { reserve } from '../src/operations/reserve.ts';
import { createReservationStore } from '../src/store/reservations.ts';
import { importProduct, startInventory } from './setup.ts';
test.each(['release', 'confirm', 'both'])('dbg %s', async (mode) => {
  const it = await startInventory();
  const stores = Array.from({ length: 4 }, () => createReservationStore(it.database.forService('inventory', { platform: 1, vendor: 1 })));
  let fails = 0;
  await it.database.admin(`create function inventory.dbg() returns trigger language plpgsql as $$ begin
   if new.policy='deny' and new.stocked < new.reserved then raise exception 'DBG old % new % ctid % xmin % cur %', row_to_json(old), row_to_json(new), old.ctid, old.xmin, pg_current_xact_id(); end if; return new; end $$`);
  await it.database.admin('create trigger dbg before update on inventory.stock_levels for each row execute function inventory.dbg()');
  for (let round = 0; round < 6; round++) {
    const { variantIds } = await importProduct(it, [{ stocked: 60 }, { stocked: 25 }]);
    await Promise.all(stores.flatMap((s) => Array.from({ length: 50 }, async (_, rival) => {
      const groupId = newId();
      try {
        const o = await reserve(s, { groupId, lines: [{ variantId: variantIds[0], quantity: 1 + (rival % 2) }, { variantId: variantIds[1], quantity: 1 }], expiresAt: new Date(Date.now() + 1e6) } as never, it.clock.now());
        if (!o.ok) return;
        if (mode !== 'confirm' && rival % 3 === 0) await release(s, groupId as never, it.clock.now());
        if (mode !== 'release' && rival % 3 !== 0) await confirm(s, groupId as never, it.clock.now());
        if (mode === 'both' && rival % 3 === 1) await release(s, groupId as never, it.clock.now());
      } catch (e) { fails++; if (fails < 4) console.log(mode, e.message, e.detail, variantIds); }
    })));
  }
  console.log(mode, fails);
  await it.close();
});
