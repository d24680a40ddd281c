import { startBackend } from './backend.ts';
import { dieAt } from './die-at.ts';

/**
 * One process of the marketplace for the suites that need several, or one to kill. Told by its first
 * argument what to run on; prints its address when it is ready.
 */
interface ChildOptions {
  readonly admin: Parameters<typeof startBackend>[0]['admin'];
  readonly filesDir: string;
  readonly soleProcess: boolean;
  /** Ends itself, as `kill -9` would, when this fault point is reached for the n-th time. */
  readonly dieAt?: { readonly point: string; readonly times: number };
}

const options = JSON.parse(process.argv[2] ?? '{}') as ChildOptions;
const { marketplace } = await startBackend({
  ...options,
  ...(options.dieAt ? { faultPoint: dieAt(options.dieAt) } : {}),
});
process.stdout.write(`${JSON.stringify({ url: marketplace.url })}\n`);
process.on('SIGTERM', () => {
  void marketplace.stop().then(() => process.exit(0));
});
