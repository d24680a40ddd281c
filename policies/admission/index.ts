export type { AdmissionPolicy, AdmissionRule } from './model.ts';
export { admissionPolicies } from './policies.ts';
