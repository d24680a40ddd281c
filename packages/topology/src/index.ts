export * from './budget.ts';
export * from './cost-model.ts';
export * from './environments.ts';
export * from './model.ts';
export * from './profiles.ts';
export * from './resilience.ts';
export * from './services.ts';
export * from './traffic.ts';
