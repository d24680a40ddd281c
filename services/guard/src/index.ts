export type { AdjustableClock } from './routes/clock.ts';
export { guardService } from './service.ts';
