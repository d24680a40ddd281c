export { ensureOperator } from './operations/ensure-operator.ts';
export { userService } from './service.ts';
