import { setTimeout as pause } from 'node:timers/promises';
import { answerParent } from './measured.ts';

/** Asks at a steady pace whatever is answered, in a process of its own. */
interface Settings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly perSecond: number;
  readonly maxOpen: number;
}

const { url, headers, perSecond, maxOpen } = JSON.parse(process.argv[2] ?? '{}') as Settings;
const statuses: Record<number, number> = {};
let isOver = false;

async function ask(): Promise<void> {
  const reply = await fetch(url, { headers, signal: AbortSignal.timeout(30_000) });
  await reply.arrayBuffer();
  statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
}

async function flood(): Promise<void> {
  const open = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let asked = 0; !isOver; ) {
    const due = ((performance.now() - startedAt) / 1_000) * perSecond;
    for (; asked < due && open.size < maxOpen; asked += 1) {
      const one = ask().finally(() => open.delete(one));
      one.catch(() => {});
      open.add(one);
    }
    asked = Math.max(asked, Math.floor(due));
    await pause(5);
  }
  await Promise.allSettled(open);
}

process.on('message', (message: unknown) => {
  if (Array.isArray(message)) process.send?.({ statuses: { ...statuses } });
});
answerParent({
  url: '',
  async stop() {
    isOver = true;
    await flooding;
  },
});
const flooding = flood();
