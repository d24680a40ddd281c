export { createOffsetClock, type OffsetClock } from './clock.ts';
export { type Marketplace, type MarketplaceOptions, startMarketplace } from './compose.ts';
export { type Dev, DevError, type DevOptions, runDev } from './dev.ts';
export { demoCredentials } from './seed/credentials.ts';
export { seedDemo } from './seed/seed.ts';
export { marketplaceVersion } from './version.ts';
