export { compileDay } from './day.ts';
export { type CompiledFile, compiledFiles } from './files.ts';
export {
  type NamespaceDemand,
  type NamespaceQuota,
  type NamespaceQuotaOptions,
  namespaceDemand,
  namespaceQuota,
} from './namespace-quota.ts';
export { type WakeBudget, wakeBudget, wakeCost } from './neon-wake.ts';
export { type OciQuotaOptions, type OciQuotaPolicy, ociQuotaPolicy } from './oci-quota.ts';
export { type TokenBuckets, tokenBuckets } from './token-buckets.ts';
export { compiledDrift, type Drift, writeCompiled } from './write.ts';
