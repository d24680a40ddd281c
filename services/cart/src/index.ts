export { cartService } from './service.ts';
