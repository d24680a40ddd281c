import type { ServiceParts, ServiceRuntime } from '@mkt/service-kit';
import type { UserSettings } from './config.ts';
import { createPasswords } from './passwords/passwords.ts';
import { mintVendorToken } from './peers/mint-vendor-token.ts';
import { addressRoutes } from './routes/addresses.ts';
import { authRoutes } from './routes/auth.ts';
import { keyRoutes } from './routes/keys.ts';
import { profileRoutes } from './routes/profile.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { userRoutes } from './routes/users.ts';
import { retention } from './store/retention.ts';
import { createKeyring } from './tokens/keyring.ts';

export function buildApp(runtime: ServiceRuntime, settings: UserSettings): ServiceParts {
  const { db, peers, tokens, clock, secrets } = runtime;
  const passwords = createPasswords(settings);
  const keyring = createKeyring({
    db,
    secrets,
    clock: settings.clock,
    longestTokenSeconds: Math.max(settings.accessTokenSeconds, settings.vendorTokenSeconds),
    jwksCacheSeconds: settings.jwksCacheSeconds,
  });
  const parts = { db, peers, tokens, clock, passwords, keyring, settings };
  return {
    routes: [
      ...authRoutes(parts),
      ...sessionRoutes(parts),
      ...keyRoutes(keyring, settings.jwksCacheSeconds),
      ...profileRoutes(parts),
      ...addressRoutes(db),
      ...userRoutes(parts),
    ],
    peers: [mintVendorToken(keyring, settings.vendorTokenSeconds)],
    // A wrong secret key is told at the start, not to the first who logs in.
    background: [{ start: () => keyring.sealStored(), stop: async () => {} }],
    retention,
  };
}
