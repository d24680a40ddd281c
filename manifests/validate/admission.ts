import { Environment } from '@marcbachmann/cel-js';
import { type AdmissionPolicy, admissionPolicies } from '@mkt/policies/admission';
import { idOf, type KubeObject } from '../objects.ts';
import type { Problem } from '../problem.ts';

const language = new Environment()
  .registerVariable('object', 'dyn')
  .registerVariable('variables', 'dyn');

type Evaluate = (context: Record<string, unknown>) => unknown;
const parsed = new Map<string, Evaluate>();

/** What the admission policies of the cluster would refuse. */
export function admissionProblems(
  objects: readonly KubeObject[],
  policies: readonly AdmissionPolicy[] = admissionPolicies,
): readonly Problem[] {
  return objects.flatMap((object) =>
    policies
      .filter(({ target }) => target.kinds.includes(object.kind))
      .flatMap((policy) => refusals(policy, object)),
  );
}

function refusals(policy: AdmissionPolicy, object: KubeObject): Problem[] {
  const variables: Record<string, unknown> = {};
  const context = { object: celValue(object), variables };
  for (const { name, expression } of policy.variables) {
    variables[name] = expressionOf(expression)(context);
  }
  return policy.rules
    .filter(({ expression }) => expressionOf(expression)(context) !== true)
    .map(({ name, message }) => ({
      what: `${policy.name} refuses it: ${name}.`,
      where: idOf(object),
      remedy: message,
    }));
}

function expressionOf(text: string): Evaluate {
  let evaluate = parsed.get(text);
  if (!evaluate) {
    evaluate = language.parse(text) as unknown as Evaluate;
    parsed.set(text, evaluate);
  }
  return evaluate;
}

/** Whole numbers of the language are not the floating ones of JSON. */
function celValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, celValue(one)]));
}
