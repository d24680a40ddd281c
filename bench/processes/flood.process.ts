import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { answerParent } from './measured.ts';

/**
 * Asks in a process of its own: at a steady pace whatever is answered, or, without a pace, each
 * question after an answer. It says what became of those of the stretch since it was last asked.
 */
interface Settings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** 0 for as fast as is answered. */
  readonly perSecond: number;
  readonly maxOpen: number;
}

const { url, headers, perSecond, maxOpen } = JSON.parse(process.argv[2] ?? '{}') as Settings;
const agent = new Agent({ keepAlive: true });
const timeoutMs = 30_000;
let statuses: Record<string, number> = {};
let asked = 0;
let open = 0;
let isOver = false;

function ask(): Promise<void> {
  asked += 1;
  open += 1;
  return new Promise((resolve) => {
    const settle = (what: string): void => {
      statuses[what] = (statuses[what] ?? 0) + 1;
      open -= 1;
      resolve();
    };
    const request = get(url, { agent, headers, timeout: timeoutMs }, (response) => {
      response.once('end', () => settle(String(response.statusCode)));
      response.once('error', () => settle('failed'));
      response.resume();
    });
    request.once('timeout', () => request.destroy(new Error('No answer came in time')));
    request.once('error', () => settle('failed'));
  });
}

async function atAPace(): Promise<void> {
  let last = performance.now();
  for (let due = 0; !isOver; ) {
    const now = performance.now();
    due += ((now - last) / 1_000) * perSecond;
    last = now;
    for (; due >= 1; due -= 1) {
      // Asked all the same, as far as the figures go: who finds no line free has no answer.
      if (open < maxOpen) void ask();
      else statuses['notAsked'] = (statuses['notAsked'] ?? 0) + 1;
    }
    await pause(2);
  }
}

async function asTheyAreAnswered(): Promise<void> {
  const one = async () => {
    while (!isOver) await ask();
  };
  await Promise.all(Array.from({ length: maxOpen }, one));
}

const flooding = perSecond > 0 ? atAPace() : asTheyAreAnswered();

process.on('message', (message: unknown) => {
  if (!Array.isArray(message)) return;
  process.send?.({ statuses, asked });
  statuses = {};
  asked = 0;
});
answerParent({
  url: '',
  async stop() {
    isOver = true;
    agent.destroy();
    await flooding;
  },
});
