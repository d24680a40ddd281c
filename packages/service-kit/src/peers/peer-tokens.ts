import { createHmac, timingSafeEqual } from 'node:crypto';
import { assert } from '@mkt/kernel';
import { type ServiceName, serviceNames } from '@mkt/topology';

/** Who calls an internal address: a service, or whoever runs the installation. */
export type PeerCaller = ServiceName | 'installation';

/** Short-lived proofs of who calls whom, made with a secret that the services share. */
export interface PeerTokens {
  /** A token of this process for calls to one service. */
  sign(audience: ServiceName): string;
  /** The caller that the token names, or undefined where it is not for us, too old, or forged. */
  verify(token: string): PeerCaller | undefined;
}

export interface PeerTokenOptions {
  readonly self: PeerCaller;
  /** The first signs; all are accepted, so that a secret can be replaced without a gap. */
  readonly secrets: readonly string[];
  readonly now?: () => number;
}

export const minPeerSecretLength = 32;
const format = 'p1';
const lifetimeSeconds = 60;
/** A token is made anew when less than this is left, so that none expires under way. */
const renewBelowSeconds = 30;
/** A token cannot be valid for longer than this, whatever it says: clocks differ a little. */
const longestSeconds = lifetimeSeconds + 30;

export function createPeerTokens(options: PeerTokenOptions): PeerTokens {
  const { self, secrets } = options;
  const nowSeconds = () => Math.floor((options.now ?? Date.now)() / 1_000);
  const [signing] = secrets;
  assert(
    signing !== undefined && secrets.every((secret) => secret.length >= minPeerSecretLength),
    `A peer secret needs ${minPeerSecretLength} characters or more`,
  );
  const made = new Map<ServiceName, { token: string; expiresAt: number }>();

  return {
    sign(audience) {
      const known = made.get(audience);
      if (known && known.expiresAt - nowSeconds() >= renewBelowSeconds) return known.token;
      const expiresAt = nowSeconds() + lifetimeSeconds;
      const claims = `${format}.${self}.${audience}.${expiresAt}`;
      const token = `${claims}.${macOf(claims, signing).toString('base64url')}`;
      made.set(audience, { token, expiresAt });
      return token;
    },
    verify(token) {
      const parts = /^(p1\.([a-z]+)\.([a-z]+)\.(\d{1,12}))\.([\w-]{43})$/.exec(token);
      if (!parts) return undefined;
      const [, claims = '', caller, audience, expiresAt, given = ''] = parts;
      const mac = Buffer.from(given, 'base64url');
      const genuine = secrets.some((secret) => timingSafeEqual(macOf(claims, secret), mac));
      const left = Number(expiresAt) - nowSeconds();
      if (!genuine || audience !== self || left <= 0 || left > longestSeconds) return undefined;
      return isCaller(caller) ? caller : undefined;
    },
  };
}

function macOf(claims: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(claims).digest();
}

function isCaller(name: string | undefined): name is PeerCaller {
  return name === 'installation' || serviceNames.some((service) => service === name);
}
