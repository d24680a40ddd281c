export { vendorService } from './service.ts';
