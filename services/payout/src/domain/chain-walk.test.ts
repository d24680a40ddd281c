import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accountsOf } from './accounts.ts';
import type { LedgerTransaction, Transfer } from './books.ts';
import { endOfWalk, WALK_START, walk } from './chain-walk.ts';
import { CHAIN_START, chainedContent } from './transfer-chain.ts';

fc.configureGlobal({ seed: 20_260_101 });

const digestOf = (content: string) => createHash('sha256').update(content).digest('hex');
const account = accountsOf('EUR').platform('clearing');

/** A chain of transfers, each of a transaction of its own. */
function chainOf(amounts: readonly number[]) {
  let digest = CHAIN_START;
  const transactions = new Map<string, LedgerTransaction>();
  const transfers = amounts.map((amountMinor, index): Transfer => {
    const sequence = index + 1;
    const transactionId = `t${sequence}`;
    const transaction = {
      id: transactionId,
      kind: 'capture' as const,
      pending: sequence % 4 === 0,
      orderId: null,
      paymentId: null,
    };
    transactions.set(transactionId, transaction);
    const content = { id: `e${sequence}`, transactionId, account, amountMinor, sequence };
    digest = digestOf(chainedContent(digest, content, transaction));
    return { ...content, digest };
  });
  return { transfers, transactions, head: { lastSequence: amounts.length, lastDigest: digest } };
}

const amounts = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { maxLength: 20 });

test('a chain is the same walked in steps of any length or at once', () => {
  fc.assert(
    fc.property(amounts, fc.integer({ min: 1, max: 7 }), (values, stride) => {
      const { transfers, transactions, head } = chainOf(values);
      let stepwise = WALK_START;
      for (let at = 0; at < transfers.length; at += stride) {
        stepwise = walk(stepwise, transfers.slice(at, at + stride), transactions, digestOf);
      }
      expect(stepwise).toEqual(walk(WALK_START, transfers, transactions, digestOf));
      expect(endOfWalk(stepwise, head)).toBeNull();
    }),
  );
});

test('a chain without any one of its transfers does not end where its head says', () => {
  fc.assert(
    fc.property(amounts, fc.nat(), (values, pick) => {
      fc.pre(values.length > 0);
      const { transfers, transactions, head } = chainOf(values);
      const rest = transfers.toSpliced(pick % transfers.length, 1);
      expect(endOfWalk(walk(WALK_START, rest, transactions, digestOf), head)).not.toBeNull();
    }),
  );
});
