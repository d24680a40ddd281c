import type { EarlierFailure, Logger } from '@mkt/service-kit';

/** Says that what failed at an earlier start was rolled back then and has gone well now. */
export function tellEarlierFailures(log: Logger, failures: readonly EarlierFailure[]): void {
  for (const { service, reason, failedAt } of failures) {
    log.warn(
      { service, reason },
      `a migration failed at ${failedAt.toISOString()} and was rolled back; it has succeeded now`,
    );
  }
}
