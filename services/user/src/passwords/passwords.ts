import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { assert } from '@mkt/kernel';
import { type Argon2Cost, formatPhc, parsePhc, sameCost } from './phc.ts';
import { createTurns } from './turns.ts';

const derive = promisify(argon2);
const saltBytes = 16;
const tagBytes = 32;

export interface Passwords {
  /** A PHC string to store. */
  hash(password: string): Promise<string>;
  /**
   * Without a stored hash it costs as much and does not match, so that the time of an answer does
   * not tell whether an account exists. `outdated` asks for a new hash at today's cost.
   */
  verify(
    password: string,
    stored: string | undefined,
  ): Promise<{ matches: boolean; outdated: boolean }>;
}

export interface PasswordOptions {
  readonly argon2: Argon2Cost;
  readonly hashesAtOnce: number;
  readonly hashesWaiting: number;
}

export function createPasswords(options: PasswordOptions): Passwords {
  const { argon2: cost } = options;
  const turns = createTurns(options.hashesAtOnce, options.hashesWaiting);

  function tagOf(password: string, salt: Buffer, at: Argon2Cost): Promise<Buffer> {
    return turns.take(() =>
      derive('argon2id', {
        // The same characters typed on another keyboard may come as other code points.
        message: password.normalize('NFKC'),
        nonce: salt,
        memory: at.memoryKiB,
        passes: at.passes,
        parallelism: at.lanes,
        tagLength: tagBytes,
      }),
    );
  }

  return {
    async hash(password) {
      const salt = randomBytes(saltBytes);
      return formatPhc({ cost, salt, tag: await tagOf(password, salt, cost) });
    },
    async verify(password, stored) {
      if (stored === undefined) {
        await tagOf(password, randomBytes(saltBytes), cost);
        return { matches: false, outdated: false };
      }
      const known = parsePhc(stored);
      assert(known, 'A stored password hash is not a PHC string');
      const tag = await tagOf(password, known.salt, known.cost);
      return { matches: timingSafeEqual(tag, known.tag), outdated: !sameCost(known.cost, cost) };
    },
  };
}
