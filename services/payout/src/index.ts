export { verify as verifyBooks } from './operations/verify.ts';
export { createPayoutService, payoutService } from './service.ts';
