export { orderService } from './service.ts';
