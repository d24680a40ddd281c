export { reviewService } from './service.ts';
