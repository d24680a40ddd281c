import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { labelsOf, waveAnnotation } from '../../constructs/labels.ts';
import { waves } from '../../constructs/waves.ts';
import { type CustomKind, definitionSpec } from '../../schemas/definition.ts';

/** Definitions of custom kinds, for a cluster that does not bring them. */
export class DefinitionsChart extends Chart {
  constructor(scope: Construct, id: string, kinds: readonly CustomKind[]) {
    super(scope, id);
    for (const custom of kinds) {
      const name = `${custom.plural}.${custom.group}`;
      const definition = new ApiObject(this, name, {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: {
          name,
          labels: labelsOf({ name: custom.plural, part: 'cluster' }),
          annotations: { ...waveAnnotation(waves.namespace), ...custom.annotations },
        },
      });
      definition.addJsonPatch(JsonPatch.add('/spec', definitionSpec(custom)));
    }
  }
}
