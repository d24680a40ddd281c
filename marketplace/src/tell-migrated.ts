import type { Logger, Migrated } from '@mkt/service-kit';

/**
 * Says that what failed at an earlier start was rolled back then and has gone well now, and which
 * schemas a newer version has been at.
 */
export function tellMigrated(log: Logger, { afterFailure, newer }: Migrated): void {
  for (const { service, reason, failedAt } of afterFailure) {
    log.warn(
      { service, reason },
      `a migration failed at ${failedAt.toISOString()} and was rolled back; it has succeeded now`,
    );
  }
  for (const { service, steps } of newer) {
    log.info({ service, steps }, 'a newer version has added to the schema; this one goes on');
  }
}
