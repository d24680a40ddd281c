import { join } from 'node:path';
import { createDraw, makeRenditions } from '@mkt/product/jobs';
import {
  createDatabase,
  createMeter,
  type PoolConfig,
  parseDatabaseUrl,
  platformRoleOf,
  readConfig,
  vendorRoleOf,
} from '@mkt/service-kit';
import { rolePasswords } from '../process/role-passwords.ts';
import { jobSchemas } from '../settings/jobs.ts';
import type { Job } from './job.ts';

/** The product service's own work, in a process whose memory a picture may fill. */
export const imageVariants: Job = async ({ env, log, signal }) => {
  const settings = readConfig(jobSchemas['image-variants'], env);
  const endsAt = performance.now() + settings.JOB_SECONDS * 1_000;
  const {
    user: _,
    password: own,
    connectionString: __,
    ...connection
  } = parseDatabaseUrl(settings.DATABASE_URL);
  const secret = settings.DATABASE_ROLE_SECRET ?? (typeof own === 'string' ? own : undefined);
  const passwordOf = rolePasswords(secret);
  const role = (user: string) => {
    const password = passwordOf(user);
    return password === undefined ? { user } : { user, password };
  };
  const db = createDatabase({
    connection: connection as PoolConfig,
    platformRole: role(platformRoleOf('product')),
    vendorRole: role(vendorRoleOf('product')),
    pool: { platform: 1, vendor: 1 },
    meter: createMeter(),
    acquireTimeoutMs: 10_000,
    // A picture takes longer than a serverless database stays awake for nothing.
    idleTimeoutMs: 30_000,
  });
  try {
    const filesDir = join(settings.FILES_DIR, 'product');
    const isOver = () => signal.aborted || performance.now() > endsAt;
    return { ...(await makeRenditions({ db, filesDir, log, draw: createDraw(), isOver })) };
  } finally {
    await db.close();
  }
};
