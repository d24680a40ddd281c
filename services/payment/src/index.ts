export { paymentDefaults } from './config.ts';
export { createPaymentService, paymentService } from './service.ts';
