import { ensureOperator } from '@mkt/user';
import type { OffsetClock } from '../clock.ts';
import type { Marketplace } from '../compose.ts';
import { type Api, createInProcessApi } from './api.ts';
import { demoOperatorEmail, demoPassword } from './credentials.ts';
import { tellDemo } from './tell.ts';

/** Makes the demo in this process, on a clock that stands where its past begins. */
export async function seedDemo(marketplace: Marketplace, clock: OffsetClock): Promise<void> {
  const api = createInProcessApi(marketplace);
  clock.onAdvance(() => marketplace.sweep());
  await tellDemo({
    api,
    operator: await seedOperator(marketplace, api),
    now: () => clock.now().getTime(),
    advance: (ms) => clock.advance(ms),
    settle: () => marketplace.idle(),
    progress: () => {},
  });
}

async function seedOperator(marketplace: Marketplace, api: Api): Promise<string> {
  const user = marketplace.services.get('user');
  if (!user) throw new Error('The user service does not run here');
  await ensureOperator(user.db, {
    email: demoOperatorEmail,
    password: demoPassword,
    name: 'Marketplace operator',
  });
  const session = await api.call('POST', '/v1/auth/login', {
    body: { email: demoOperatorEmail, password: demoPassword },
  });
  return session.accessToken;
}
