export { createPayoutService, payoutService } from './service.ts';
