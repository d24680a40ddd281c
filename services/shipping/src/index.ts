export { shippingService } from './service.ts';
