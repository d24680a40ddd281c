import { vi } from 'vitest';

/** Waits until the condition holds, by looking again and again; fails loudly when it never does. */
export function poll(
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 5_000,
): Promise<void> {
  const look = async (): Promise<void> => {
    if (!(await condition())) throw new Error('The awaited condition did not come true in time');
  };
  return vi.waitFor(look, { timeout: timeoutMs, interval: 2 });
}

export interface Gate {
  readonly passed: Promise<void>;
  open(): void;
}

/** Holds work back until the test lets it pass: rivals meet inside the gap, every time. */
export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}
