import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Administrator of the run's shared PostgreSQL server. */
    postgresUrl: string;
  }
}
