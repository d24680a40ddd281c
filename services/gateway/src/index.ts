export type { BucketSpec } from '@mkt/service-kit';
export { createStaticFiles, type StaticFiles } from './edge/static-files.ts';
export { inProcessUpstream, type Upstream } from './edge/upstream.ts';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export { type DescribedService, describeApi, mergeDescriptions } from './openapi/describe.ts';
