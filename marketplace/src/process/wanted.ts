import { parseArgs } from 'node:util';
import { type ServiceName, serviceNames } from '@mkt/topology';

/** What a process is to run: one service, or all of them behind the gateway. */
export type Wanted = ServiceName | 'all';

/** `order`, `--service order`, `--all`: exactly one of them; undefined where it is none. */
export function wantedOf(args: readonly string[]): Wanted | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { all: { type: 'boolean' }, service: { type: 'string', multiple: true } },
      allowPositionals: true,
    });
    const named = [...positionals, ...(values.service ?? [])];
    if (values.all) return named.length === 0 ? 'all' : undefined;
    return named.length === 1 ? serviceNames.find((service) => service === named[0]) : undefined;
  } catch {
    return undefined;
  }
}
