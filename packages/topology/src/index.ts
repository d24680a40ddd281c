export * from './budget.ts';
export * from './model.ts';
export * from './resilience.ts';
export * from './services.ts';
