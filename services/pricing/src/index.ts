export { pricingService } from './service.ts';
