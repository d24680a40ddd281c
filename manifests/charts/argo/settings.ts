import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { labelsOf, waveAnnotation } from '../../constructs/labels.ts';
import { applicationWaves } from '../../constructs/waves.ts';
import { argoNamespace } from '../../plan/names.ts';

/**
 * Without a health of their own, applications count as healthy when they are made, and the waves of
 * the root application wait for nothing.
 */
const applicationHealth = `local health = { status = "Progressing", message = "Not looked at yet" }
if obj.status == nil then
  return health
end
local operation = obj.status.operationState
if operation ~= nil and operation.phase == "Running" then
  health.message = operation.message or "Syncing"
  return health
end
if obj.status.sync ~= nil and obj.status.sync.status == "Unknown" then
  health.status = "Degraded"
  health.message = "What it should be cannot be read"
  return health
end
if obj.status.health ~= nil and obj.status.health.status ~= nil then
  health.status = obj.status.health.status
  health.message = obj.status.health.message or ""
end
if health.status == "Missing" then
  health.status = "Progressing"
end
return health
`;

/** Keys of Argo CD's own settings that are ours; the rest stays as it was installed. */
export class ArgoSettingsChart extends Chart {
  constructor(scope: Construct) {
    super(scope, 'settings');
    new k8s.KubeConfigMap(this, 'settings', {
      metadata: {
        name: 'argocd-cm',
        namespace: argoNamespace,
        labels: {
          ...labelsOf({ name: 'argocd-cm', part: 'cluster' }),
          // By this label Argo CD finds its settings.
          'app.kubernetes.io/part-of': 'argocd',
        },
        annotations: {
          ...waveAnnotation(applicationWaves.settings),
          // It was there before, and is not ours to remove.
          'argocd.argoproj.io/sync-options': 'Prune=false',
        },
      },
      data: {
        'resource.customizations.health.argoproj.io_Application': applicationHealth,
      },
    });
  }
}
