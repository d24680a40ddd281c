import { idOf, type KubeObject } from '../objects.ts';
import type { Problem } from '../problem.ts';
import { type KindId, kindModules, modelModule } from '../schemas/kinds.ts';

type Validator = new (object: KubeObject) => { validate(): void };

/** What the models of the kinds say: bounds, patterns and formats beside the types. */
export async function modelProblems(objects: readonly KubeObject[]): Promise<readonly Problem[]> {
  const ids = [...new Set(objects.map(kindOf))].filter((id) => id in kindModules);
  const models = new Map<KindId, Validator>();
  for (const id of ids) models.set(id, await modelOf(id));
  return objects.flatMap((object) => {
    const Model = models.get(kindOf(object));
    if (!Model) return [];
    try {
      new Model(object).validate();
      return [];
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      return [{ what, where: idOf(object), remedy: 'Put the value right in its chart.' }];
    }
  });
}

const kindOf = ({ apiVersion, kind }: KubeObject): KindId => `${apiVersion}/${kind}` as KindId;

async function modelOf(id: KindId): Promise<Validator> {
  const module = (await import(modelModule(id))) as Record<string, Validator>;
  const model = module[id.split('/').at(-1) ?? ''];
  if (!model) throw new Error(`${modelModule(id)} exports no model`);
  return model;
}
