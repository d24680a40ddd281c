import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { argoNamespace } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { addApplication } from './application.ts';
import type { ProjectName } from './projects.ts';

/** A part of the environment, as its application names it. */
export interface ApplicationPart {
  readonly name: string;
  readonly wave: number;
  readonly namespace: string | undefined;
  readonly project: Exclude<ProjectName, 'root'>;
}

/** One application for each part, in the order of their waves. */
export class ApplicationsChart extends Chart {
  constructor(scope: Construct, plan: Plan, parts: readonly ApplicationPart[]) {
    super(scope, 'applications');
    // What has no namespace still names one, and it must be one that its project may write to.
    const anyOfOurs = plan.namespaceOf('data');
    for (const { name, wave, namespace = anyOfOurs, project } of parts) {
      addApplication(this, plan, { name, project, folder: name, namespace, wave });
    }
  }
}

/** The one application that people make: it brings all others. */
export class RootChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'root');
    addApplication(this, plan, {
      name: 'root',
      project: 'root',
      folder: 'argocd',
      namespace: argoNamespace,
      wave: 0,
    });
  }
}
