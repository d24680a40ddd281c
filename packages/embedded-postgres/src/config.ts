/** Where programs of this machine are looked for. */
export function searchPath(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['PATH'] ?? '';
}

/** Nothing else leaks in: PGDATA, PGPORT and the like would change what the server does. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: searchPath(), LC_ALL: 'C', TZ: 'UTC' };
}

/** A server that tests use in place of a throwaway one. */
export function testServerUrl(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return environment['DATABASE_URL_TEST'] || undefined;
}
