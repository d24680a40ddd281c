/** One thing that an admission policy asks of an object, in the Common Expression Language. */
export interface AdmissionRule {
  readonly name: string;
  /** True where the object may pass. */
  readonly expression: string;
  /** Why not, and what to do. */
  readonly message: string;
}

/** Objects that a policy looks at, and where it finds the pod in them. */
export interface AdmissionTarget {
  readonly name: string;
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
  readonly kinds: readonly string[];
  /** The expression of the pod: its metadata and spec. None for what has no pod. */
  readonly pod?: string;
}

/** One ValidatingAdmissionPolicy. */
export interface AdmissionPolicy {
  readonly name: string;
  readonly target: AdmissionTarget;
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  readonly rules: readonly AdmissionRule[];
}
