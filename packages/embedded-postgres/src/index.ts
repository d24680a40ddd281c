import { launch } from './launch.ts';
import type { ServerExit } from './server.ts';

export { DataFolderInUseError, LaunchError, type LaunchErrorCode } from './errors.ts';
export type { ServerExit } from './server.ts';

export type EmbeddedPostgresOptions = {
  /** Belongs to this package alone; created when missing. */
  dataDir: string;
  /** A port of 127.0.0.1 to listen on as well; without one there is only the unix socket. */
  port?: number;
  /** Default 200. */
  maxConnections?: number;
  /** Created when missing; default `marketplace`. */
  database?: string;
  /** Each line of the server's log. */
  onLog?: (line: string) => void;
};

export type EmbeddedPostgres = {
  /** The superuser's connection, over the unix socket. */
  url: string;
  /** The folder of the unix socket, which pg takes as a host. */
  host: string;
  port: number;
  user: string;
  database: string;
  pid: number;
  /** Settles when the server has ended, asked to or not. */
  exited: Promise<ServerExit>;
  /** Ends the server within 16 s, normally at once, and frees the data folder. */
  stop(): Promise<void>;
};

/**
 * Starts PostgreSQL on the data folder, creating it on the first start and recovering it after
 * any kill. Refusals and faults are `LaunchError`s with a stable `code` and a `next` sentence.
 */
export function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  return launch({
    dataDir: options.dataDir,
    port: options.port,
    maxConnections: options.maxConnections ?? 200,
    database: options.database ?? 'marketplace',
    onLog: options.onLog ?? (() => {}),
    isDurable: true,
  });
}
