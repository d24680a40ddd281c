import { runProcess } from '../../marketplace/src/process/run-process.ts';
import { dieAt } from './die-at.ts';

/**
 * A service as `service-main.ts` runs it, for suites that kill it at a named moment:
 * `DIE_AT=checkout.placed:2` ends it when that point is reached for the second time.
 */
const [point = '', times = '1'] = (process.env.DIE_AT ?? '').split(':');
await runProcess(process.argv.slice(2), process.env, dieAt({ point, times: Number(times) }));
