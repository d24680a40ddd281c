import { sharedTestPostgres, type TestPostgres } from '@mkt/embedded-postgres/testing';
import type { TestProject } from 'vitest/node';

let server: Promise<TestPostgres> | undefined;
let users = 0;

/**
 * Gives every project that asks the same server: it is started for the first (and not at all in a
 * run of pure tests) and stopped after the last.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  server ??= sharedTestPostgres();
  const { url, stop } = await server;
  project.provide('postgresUrl', url);
  return async () => {
    users -= 1;
    if (users > 0) return;
    server = undefined;
    await stop();
  };
}
