import { z } from 'zod';
import { timestamp } from './fields.ts';
import { parseKnown } from './known.ts';

/** What every event carries besides its payload. Ids of this envelope are plain UUIDs. */
export const eventEnvelope = z.strictObject({
  id: z.uuid(),
  /** `<service>.<pastTense>`, such as `order.placed`. */
  type: z.string().regex(/^[a-z]+\.[a-zA-Z]+$/),
  /** Version of the payload's shape. */
  version: z.int().min(1),
  occurredAt: timestamp,
  aggregateId: z.uuid(),
  /** Version of the aggregate after the change: orders the events of one aggregate. */
  aggregateVersion: z.int().min(0),
  /** The request or saga that everything caused by it shares. */
  correlationId: z.string().max(64),
  /** The event or request that caused this one directly. */
  causationId: z.string().max(64).nullable(),
  /** The vendor whose data the payload holds, or null where it holds several vendors' or none's. */
  vendorId: z.uuid().nullable(),
  /** W3C trace context of the work that emitted the event. */
  traceparent: z.string().max(64).nullable(),
  payload: z.unknown(),
});
export type EventEnvelope<Payload = unknown> = Omit<z.infer<typeof eventEnvelope>, 'payload'> & {
  readonly payload: Payload;
};

/** The contract of one event type at one version. */
export interface EventContract<Payload extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly version: number;
  readonly payload: Payload;
  /** A real payload: the contract suite parses it, and old samples must still parse. */
  readonly sample: z.input<Payload>;
  /** Shapes that processes of older code still send, for as long as any may run. */
  readonly earlier?: readonly EarlierVersion[];
}

/** A shape that a payload had before, and how it is read as the shape of now. */
export interface EarlierVersion {
  readonly version: number;
  readonly payload: z.ZodType;
  readonly sample: unknown;
  readonly upgrade: (payload: unknown) => unknown;
}

export function earlierVersion<Payload extends z.ZodType>(given: {
  readonly version: number;
  readonly payload: Payload;
  readonly sample: z.input<Payload>;
  readonly upgrade: (payload: z.output<Payload>) => unknown;
}): EarlierVersion {
  return { ...given, upgrade: (payload) => given.upgrade(payload as z.output<Payload>) };
}

/** The payload in the shape of now; undefined where this code does not know the version. */
export function readPayload(
  contract: EventContract,
  event: Pick<EventEnvelope, 'version' | 'payload'>,
): { readonly payload: unknown } | undefined {
  if (event.version === contract.version) {
    return { payload: parseKnown(contract.payload, event.payload) };
  }
  const shape = contract.earlier?.find(({ version }) => version === event.version);
  if (!shape) return undefined;
  const upgraded = shape.upgrade(parseKnown(shape.payload, event.payload));
  return { payload: contract.payload.parse(upgraded) };
}

export function defineEvent<Payload extends z.ZodType>(
  contract: EventContract<Payload>,
): EventContract<Payload> {
  return contract;
}

export type PayloadOf<C> = C extends EventContract<infer P> ? z.output<P> : never;
