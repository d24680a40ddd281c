import { Fault, type KeySource } from '@mkt/service-kit';
import { Pool } from 'undici';

const answerTimeoutMs = 5_000;

/** The user service's public keys, over HTTP. */
export function createKeySource(userUrl: string): { fetch: KeySource; close(): Promise<void> } {
  const pool = new Pool(userUrl, { connections: 1, headersTimeout: answerTimeoutMs });
  return {
    async fetch() {
      try {
        const reply = await pool.request({ method: 'GET', path: '/v1/auth/jwks' });
        const body = await reply.body.text();
        if (reply.statusCode !== 200) throw new Error(`The key set answered ${reply.statusCode}`);
        return JSON.parse(body);
      } catch (error) {
        throw new Fault('DEPENDENCY_UNAVAILABLE', 'The keys of access tokens cannot be read', {
          cause: error,
        });
      }
    },
    close: () => pool.close(),
  };
}
