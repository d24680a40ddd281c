/** What the environment says of the machine. What belongs to a flag (`MKT_*`) is read with it. */
export interface Environment {
  readonly DATABASE_URL?: string | undefined;
  readonly REDIS_URL?: string | undefined;
  readonly MONGODB_URL?: string | undefined;
  /** With the right to delete packages. */
  readonly GITHUB_TOKEN?: string | undefined;
  /** Where programs are. */
  readonly PATH?: string | undefined;
  /** The program that shows addresses; `none` or nothing where there is none. */
  readonly BROWSER?: string | undefined;
  /** Whether there is a screen to show them on. */
  readonly DISPLAY?: string | undefined;
  readonly WAYLAND_DISPLAY?: string | undefined;
}

export function environment(): Environment {
  return process.env;
}
