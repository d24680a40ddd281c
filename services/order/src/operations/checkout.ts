import { setTimeout as delay } from 'node:timers/promises';
import {
  type Clock,
  err,
  newId,
  type OrderGroupId,
  ok,
  type Refusal,
  type Result,
} from '@mkt/kernel';
import {
  claimKey,
  type Database,
  Fault,
  fingerprintOf,
  type IdempotencyKey,
  isUniqueViolation,
  type Peers,
  platformScope,
  type SagaRunner,
} from '@mkt/service-kit';
import type { CheckoutInput, CheckoutState } from '../domain/checkout.ts';
import { type CheckoutReply, replyOf } from '../domain/checkout-reply.ts';
import { firstState } from '../domain/first-state.ts';
import { type Holder, meetHolder, underWayRefusal } from '../domain/rival.ts';
import { findHolder } from '../store/claims.ts';
import type { KeyStanding, KeyStore, StoredOutcome } from '../store/keys.ts';
import { type CheckoutRequest, quoteCheckout } from './quote.ts';

export type CheckoutOutcome = Result<CheckoutReply, Refusal>;

export interface CheckoutDeps {
  readonly db: Database;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly keys: KeyStore;
  readonly saga: SagaRunner<CheckoutState, CheckoutInput>;
  /** Numbers of the groups whose checkout runs here, filled in when they are stored. */
  readonly numbers: Map<string, string | null>;
  readonly soleProcess: boolean;
}

export interface Checkout {
  run(request: CheckoutRequest, key: IdempotencyKey): Promise<CheckoutOutcome>;
}

interface Attempt {
  readonly request: CheckoutRequest;
  readonly key: IdempotencyKey;
  /** When the caller gets an answer at the latest, in `performance.now()` milliseconds. */
  readonly answerByMs: number;
}

const longestWaitMs = 25_000;
const pollMs = { first: 25, max: 1_000 };

/**
 * Checks a cart out, once per idempotency key. The first request with a key does the work; all
 * others wait for it and get its answer, in whichever process they are.
 */
export function createCheckout(deps: CheckoutDeps): Checkout {
  const { db, keys, saga, numbers } = deps;
  /** Requests of this process between the claim of a group's id and their answer. */
  const underWay = new Map<string, Promise<CheckoutOutcome>>();

  /** Registered before the claim, so that whoever meets the claim meets the work as well. */
  function register(
    groupId: OrderGroupId,
    work: () => Promise<CheckoutOutcome>,
  ): Promise<CheckoutOutcome> {
    numbers.set(groupId, null);
    const running = work().finally(() => {
      underWay.delete(groupId);
      numbers.delete(groupId);
    });
    underWay.set(groupId, running);
    return running;
  }

  function claim(attempt: Attempt): Promise<CheckoutOutcome> {
    const groupId = newId<'OrderGroup'>();
    return register(groupId, async () => {
      const claimer = { query: db.query, scope: platformScope };
      const claimed = await claimKey(claimer, attempt.key, groupId);
      if (!claimed.ok) return claimed;
      switch (claimed.value.kind) {
        case 'new':
          return perform(groupId, attempt);
        case 'replied':
          return outcomeOf(claimed.value.reply.body as StoredOutcome);
        case 'underWay':
          return follow(claimed.value.subjectId as OrderGroupId, attempt);
      }
    });
  }

  async function perform(groupId: OrderGroupId, attempt: Attempt): Promise<CheckoutOutcome> {
    const quoted = await quoteCheckout(deps.peers, attempt.request).catch(async (error) => {
      // A key that cannot be released now is taken over by its next use.
      await keys.release(attempt.key).catch(() => {});
      throw error;
    });
    if (!quoted.ok) {
      // The cart may be empty or closed because it was bought a moment ago.
      return (await giveWay(groupId, attempt)) ?? turnDown(attempt, quoted.error);
    }
    const { request, key } = attempt;
    const { paymentToken, cartId } = request;
    const purchase = purchaseOf(request);
    const now = deps.clock.now();
    const state = firstState({ groupId, draft: quoted.value, paymentToken, purchase, key, now });
    try {
      await saga.startAlone(groupId, state, { kind: 'started' }, { claim: cartId });
    } catch (error) {
      // Another process took the key over and was first: its checkout is this one's.
      if (isUniqueViolation(error, 'sagas_pkey')) return poll(groupId, attempt);
      if (!isUniqueViolation(error, 'sagas_claim')) throw error;
      return (await giveWay(groupId, attempt)) ?? perform(groupId, attempt);
    }
    return conclude(groupId, attempt);
  }

  /**
   * Answers with the checkout that holds the cart, when that has come to where it can be told.
   * Undefined where the cart is free: there was none, or it failed.
   */
  async function giveWay(
    groupId: OrderGroupId,
    attempt: Attempt,
  ): Promise<CheckoutOutcome | undefined> {
    for (let pauseMs = pollMs.first; ; pauseMs = Math.min(pauseMs * 2, pollMs.max)) {
      const holder = await findHolder(db, attempt.request.cartId);
      if (!holder) return undefined;
      if (holder.state.groupId === groupId) return poll(groupId, attempt);
      const answer = await answerOf(holder, attempt);
      if (answer) return answer;
      if (performance.now() + pauseMs >= attempt.answerByMs) {
        return turnDown(attempt, underWayRefusal(holder));
      }
      await untilDecided(holder, attempt, pauseMs);
    }
  }

  /** Waits for the holder where it runs here, and otherwise a while. */
  async function untilDecided(holder: Holder, attempt: Attempt, pauseMs: number): Promise<void> {
    const here = underWay.get(holder.state.groupId);
    if (here) await within(attempt, here).catch(() => {});
    else await delay(pauseMs);
  }

  /** What the holder of the cart says already; undefined while it is about to be decided. */
  async function answerOf(holder: Holder, attempt: Attempt): Promise<CheckoutOutcome | undefined> {
    const { shopperId, paymentToken } = attempt.request;
    const purchase = purchaseOf(attempt.request);
    const met = meetHolder(holder, { shopperId, paymentToken, purchase });
    if (met.kind === 'waits') return undefined;
    if (met.kind === 'refused') return turnDown(attempt, met.refusal);
    await keys.share(attempt.key, holder.state.groupId);
    return follow(holder.state.groupId, attempt);
  }

  /** Nothing has happened for this key: it is free for another try. */
  async function turnDown(attempt: Attempt, refusal: Refusal): Promise<CheckoutOutcome> {
    await keys.release(attempt.key);
    return err(refusal);
  }

  /** Drives a started checkout for as long as the caller waits; it goes on by itself after that. */
  async function conclude(groupId: OrderGroupId, attempt: Attempt): Promise<CheckoutOutcome> {
    const state = await within(attempt, saga.advance(groupId));
    return state ? replyOf(state, numbers.get(groupId) ?? null) : poll(groupId, attempt);
  }

  /** Waits for the checkout that another request began with the same key. */
  async function follow(groupId: OrderGroupId, attempt: Attempt): Promise<CheckoutOutcome> {
    const here = underWay.get(groupId);
    const outcome = here && (await within(attempt, here));
    return outcome ?? poll(groupId, attempt);
  }

  async function poll(groupId: OrderGroupId, attempt: Attempt): Promise<CheckoutOutcome> {
    const lookAfter = lookingAfter(groupId);
    for (let pauseMs = pollMs.first; ; pauseMs = Math.min(pauseMs * 2, pollMs.max)) {
      const standing = await keys.standing(attempt.key);
      // Refused and released before anything happened: this is a first request again.
      if (!standing) return claim(attempt);
      const outcome = settledOutcome(standing);
      if (outcome) return outcome;
      if (!standing.state && isAbandoned(groupId, standing)) {
        // Nothing has happened under this id yet, and no two checkouts can begin under it.
        return register(groupId, () => perform(groupId, attempt));
      }
      if (performance.now() + pauseMs >= attempt.answerByMs) return lastAnswer(standing);
      lookAfter(standing, pauseMs);
      await delay(pauseMs);
    }
  }

  /**
   * What takes long may have been driven by a process that died and does not come back. This one
   * goes on with it now, or when the other's time is up: its own next look may be far away.
   */
  function lookingAfter(groupId: OrderGroupId): (standing: KeyStanding, pauseMs: number) => void {
    let isDone = false;
    return ({ state }, pauseMs) => {
      if (isDone || !state || pauseMs < pollMs.max || underWay.has(groupId)) return;
      isDone = true;
      saga.advance(groupId).catch(() => {});
    };
  }

  /** The claimer died before its checkout began. */
  function isAbandoned(groupId: OrderGroupId, standing: KeyStanding): boolean {
    return deps.soleProcess ? !underWay.has(groupId) : standing.stale;
  }

  return {
    run: (request, key) => claim({ request, key, answerByMs: performance.now() + longestWaitMs }),
  };
}

function outcomeOf(stored: StoredOutcome): CheckoutOutcome {
  return 'body' in stored ? ok(stored.body) : err(stored.refusal);
}

/** The same for two requests that want the same goods, sent the same way to the same place. */
function purchaseOf({ paymentToken: _, ...wanted }: CheckoutRequest): string {
  return fingerprintOf(wanted);
}

const movingPhases: readonly CheckoutState['phase'][] = ['buying', 'finding', 'undoing'];

/**
 * The answer, where there is one to give: the end, or a wait for the shopper or the provider. A key
 * that shares another's checkout has no answer of its own.
 */
function settledOutcome({ outcome, state, number }: KeyStanding): CheckoutOutcome | undefined {
  if (outcome) return outcomeOf(outcome);
  const moves = !state || movingPhases.includes(state.phase);
  return moves ? undefined : replyOf(state, number);
}

function lastAnswer({ state, number }: KeyStanding): CheckoutOutcome {
  if (state) return replyOf(state, number);
  throw new Fault('CONFLICTING_WRITE', 'The first request with this key is under way');
}

/** The value, or undefined when the caller's time is over first; the work goes on. */
async function within<T>(attempt: Attempt, work: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  const waitMs = Math.max(0, attempt.answerByMs - performance.now());
  const timedOut = delay(waitMs, undefined, { signal: over.signal, ref: false }).catch(
    () => undefined,
  );
  try {
    return await Promise.race([work, timedOut]);
  } finally {
    over.abort();
    work.catch(() => {});
  }
}
