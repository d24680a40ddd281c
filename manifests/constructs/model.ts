import { ApiObject, type ApiObjectProps } from 'cdk8s';
import type { Construct } from 'constructs';

/** A custom resource, made and checked by the model of its kind. */
interface Model {
  toJSON(): unknown;
  validate(): void;
}

/** Adds it to a chart; what its model refuses stops the rendering. */
export function addModel(scope: Construct, id: string, model: Model): void {
  model.validate();
  new ApiObject(scope, id, model.toJSON() as ApiObjectProps);
}
