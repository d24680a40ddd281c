import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Refusal, Result } from '@mkt/kernel';
import type { z } from 'zod';
import type { Access, Actor } from '../auth/actor.ts';
import type { Tx } from '../db/database.ts';
import type { IdempotencyKey } from '../db/idempotency.ts';
import type { Scope } from '../db/scope.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** A request after every check: typed, bounded, from a known actor. */
export interface RouteRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly actor: Actor;
  readonly requestId: string;
  /** The `If-Match` version of the caller, where it sent one. */
  readonly ifMatch: number | undefined;
  readonly headers: IncomingMessage['headers'];
  /** Who sent which key for what; for work that spans several transactions. */
  readonly idempotency: IdempotencyKey;
  /**
   * Runs a change in one transaction together with its idempotency record. A repeat of the request
   * gets the first answer; a refusal rolls back and leaves the key free.
   */
  mutate<T>(
    scope: Scope,
    work: (tx: Tx) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>>;
}

/**
 * A body with headers; a plain value answers with the route's status. One answer may be given to
 * many requests: its bytes are made once.
 */
export class Answer<T> {
  readonly body: T;
  readonly headers: Readonly<Record<string, string>>;
  private bytes: Buffer | undefined;

  constructor(body: T, headers: Readonly<Record<string, string>>) {
    this.body = body;
    this.headers = headers;
  }

  bytesBy(serialize: (body: T) => string): Buffer {
    this.bytes ??= Buffer.from(serialize(this.body));
    return this.bytes;
  }
}

/** Answers with the version as ETag, for `If-Match` on the next write. */
export function versioned<T extends { version: number }>(body: T): Answer<T> {
  return new Answer(body, { etag: `"${body.version}"` });
}

export type RouteReply<T> = Result<T | Answer<T>, Refusal>;

export interface RouteDefinition<
  Params extends z.ZodType | undefined = z.ZodType | undefined,
  Query extends z.ZodType | undefined = z.ZodType | undefined,
  Body extends z.ZodType | 'stream' | undefined = z.ZodType | 'stream' | undefined,
  Reply extends z.ZodType | 'stream' | undefined = z.ZodType | 'stream' | undefined,
> {
  readonly method: Method;
  /** With `:name` parameters, starting with `/v1/`. */
  readonly path: string;
  readonly summary: string;
  /** Any of these may call. */
  readonly access: Access | readonly Access[];
  readonly params?: Params;
  readonly query?: Query;
  /** `stream` hands the raw body over, for `bodyTypes`. */
  readonly body?: Body;
  readonly bodyTypes?: readonly string[];
  readonly maxBodyBytes?: number;
  readonly reply: { readonly status: number; readonly schema?: Reply; readonly type?: string };
  /** HTTP status of each refusal code this route may answer with. */
  readonly refusals?: Readonly<Record<string, number>>;
  /**
   * How a repeat is safe. `key`: by `Idempotency-Key`, required. `natural`: repeating changes
   * nothing more (or is meant to, as a log-in is). Only changes have one; `key` unless given.
   */
  readonly repeat?: 'key' | 'natural';
  /** Seconds that anybody may cache the answer of a public read; an answer may say its own. */
  readonly publicCacheSeconds?: number;
  /** The address never names anything else: nobody needs to ask again. */
  readonly immutable?: boolean;
  /** Days, as `2027-01-31`: since when callers should stop, and from when it may be gone. */
  readonly deprecated?: { readonly since: string; readonly sunset: string };
  handle(
    request: RouteRequest<
      Output<Params>,
      Output<Query>,
      Body extends 'stream' ? Readable : Output<Body>
    >,
  ): Promise<
    RouteReply<Reply extends 'stream' ? AsyncIterable<string | Uint8Array> : Output<Reply>>
  >;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of routes whose types differ
export type AnyRoute = RouteDefinition<any, any, any, any>;

/** Declares a route; the types of its handler follow from its schemas. */
export function route<
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | 'stream' | undefined = undefined,
  Reply extends z.ZodType | 'stream' | undefined = undefined,
>(definition: RouteDefinition<Params, Query, Body, Reply>): AnyRoute {
  return definition;
}

export function isMutation(definition: Pick<AnyRoute, 'method'>): boolean {
  return definition.method !== 'GET';
}
