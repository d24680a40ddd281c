export { type BucketSpec } from './edge/rate-limit.ts';
export { type StaticFiles, createStaticFiles } from './edge/static-files.ts';
export { type Upstream, inProcessUpstream } from './edge/upstream.ts';
export { type Gateway, type GatewayOptions, createGateway } from './gateway.ts';
export { describeApi } from './openapi/describe.ts';
