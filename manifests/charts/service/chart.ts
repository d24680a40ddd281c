import type { ServiceSpec } from '@mkt/topology';
import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { addDisruptionBudget } from '../../constructs/disruption.ts';
import { metadataIn, selectorOf } from '../../constructs/labels.ts';
import { addServiceAccount } from '../../constructs/service-account.ts';
import { waves } from '../../constructs/waves.ts';
import { servicePort } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { addConfig } from './config.ts';
import { addDeployment } from './deployment.ts';
import { addFilesClaim } from './files.ts';
import { addNetworkPolicy } from './network.ts';
import { addAutoscaler } from './scaling.ts';

/** Everything of one service. */
export class ServiceChart extends Chart {
  constructor(scope: Construct, service: ServiceSpec, plan: Plan) {
    super(scope, service.name);
    const owned = { name: service.name, part: service.context };
    addNetworkPolicy(this, service, plan);
    addServiceAccount(this, plan, owned);
    addConfig(this, service, plan);
    addFilesClaim(this, service, plan);
    addDeployment(this, service, plan);
    new k8s.KubeService(this, 'service', {
      metadata: metadataIn(plan, owned, waves.config),
      spec: {
        type: 'ClusterIP',
        selector: selectorOf(service.name),
        ports: [
          {
            name: 'http',
            port: servicePort,
            targetPort: k8s.IntOrString.fromString('http'),
            protocol: 'TCP',
          },
        ],
      },
    });
    addAutoscaler(this, service, plan);
    addDisruptionBudget(this, plan, { ...owned, replicas: service.replicas });
  }
}
