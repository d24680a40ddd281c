export { type Limit, limitSchema, units } from './model.ts';
