import type { z } from 'zod';

/** The contract of a call from one service to another. Refusals come back as values. */
export interface PeerOperation<
  Request extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  /** `<service>.<operation>`, such as `inventory.reserve`. */
  readonly name: string;
  readonly request: Request;
  readonly reply: Reply;
  /** Safe to repeat with the same request: only then is it retried. */
  readonly idempotent: boolean;
}

export function definePeer<Request extends z.ZodType, Reply extends z.ZodType>(
  operation: PeerOperation<Request, Reply>,
): PeerOperation<Request, Reply> {
  return operation;
}

export type RequestOf<O> = O extends PeerOperation<infer R, z.ZodType> ? z.input<R> : never;
export type ParsedRequestOf<O> = O extends PeerOperation<infer R, z.ZodType> ? z.output<R> : never;
export type ReplyOf<O> = O extends PeerOperation<z.ZodType, infer R> ? z.output<R> : never;
