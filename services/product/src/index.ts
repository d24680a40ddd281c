export { productService } from './service.ts';
