import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface ExplainedSetting {
  readonly name: string;
  readonly meaning: string;
  readonly secret: boolean;
  readonly value: string | null;
  readonly from: 'environment' | 'default' | 'nowhere';
  readonly problem: string | null;
}

export interface Explained {
  /** Names of services and jobs. */
  readonly services: readonly string[];
  /** Undefined where there is neither of this name. */
  readonly settings: readonly ExplainedSetting[] | undefined;
}

/** Asks the services' own schemas, which are not part of the command line. */
export async function explainService(repositoryDir: string, service: string): Promise<Explained> {
  const entry = join(repositoryDir, 'marketplace', 'src', 'settings', 'explain.ts');
  const { explainService: explain } = (await import(pathToFileURL(entry).href)) as {
    explainService: (service: string) => Explained;
  };
  return explain(service);
}
