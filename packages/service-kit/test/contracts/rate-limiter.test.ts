import { createLocalRateLimiter } from '../../src/index.ts';
import { rateLimiterContract } from '../../src/testing/contracts/index.ts';

rateLimiterContract('the limiter in this process', async () => ({
  limiter: (spec) => createLocalRateLimiter(spec),
  close: async () => {},
}));
