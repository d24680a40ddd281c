export { payoutService } from './service.ts';
