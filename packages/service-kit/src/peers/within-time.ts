import { TaskCancelledError } from 'cockatiel';

/**
 * Waits for the work so long and no longer, whether or not it heeds its signal. Work that ends in
 * time is told nothing: a signal that everybody hears at the end of each call was a twentieth of
 * the process's time.
 */
export function withinTime<T>(
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const aborter = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const error = new TaskCancelledError(`Operation timed out after ${timeoutMs}ms`);
      reject(error);
      aborter.abort(error);
    }, timeoutMs);
    work(aborter.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
