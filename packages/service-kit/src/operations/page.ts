import { page, pageQuery, timestamp } from '@mkt/contracts';
import { z } from 'zod';

/** What every route of the plumbing has in common: the operator alone, below the service's name. */
export const operatorsOnly = { access: 'operator' } as const;

/** `/v1/operations/<service>/…`: reserved in the topology, the same for every service. */
export function operationsPath(service: string, rest: string): string {
  return `/v1/operations/${service}/${rest}`;
}

export const isOperations = (path: string): boolean => path.startsWith('/v1/operations/');

export const listQuery = pageQuery;
export const listReply = page;
export const when = timestamp.nullable();
/** The name of an event type, a saga's kind or step: a word, never free text. */
export const word = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/);

export const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
