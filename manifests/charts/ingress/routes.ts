import { Gateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import { GatewayClass } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/GatewayClass';
import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import { ReferenceGrant } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1beta1/ReferenceGrant';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { labelsOf, metadataIn, waveAnnotation } from '../../constructs/labels.ts';
import { addModel } from '../../constructs/model.ts';
import { waves } from '../../constructs/waves.ts';
import { servicePort } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { certificateSecret } from './certificates.ts';
import { gatewayClassName, gatewayName, traefikPorts } from './names.ts';

/** After Traefik, which says of each of them whether it has accepted it. */
const wave = waves.programs + 1;

/** One host, one route: everything goes to the gateway service, which knows the rest. */
export class RoutesChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'routes');
    const { host } = plan.environment;
    const named = (name: string) => metadataIn(plan, { name, part: 'ingress' }, wave);
    addModel(
      this,
      'class',
      new GatewayClass({
        metadata: {
          name: gatewayClassName,
          labels: labelsOf({ name: gatewayClassName, part: 'ingress' }),
          annotations: waveAnnotation(wave),
        },
        spec: { controllerName: 'traefik.io/gateway-controller' },
      }),
    );
    addModel(
      this,
      'gateway',
      new Gateway({
        metadata: named(gatewayName),
        spec: { gatewayClassName, listeners: listenersFor(plan) },
      }),
    );
    addModel(
      this,
      'route',
      new HTTPRoute({
        metadata: named(gatewayName),
        spec: {
          parentRefs: [{ group: gatewayApi, kind: 'Gateway', name: gatewayName }],
          hostnames: [host],
          rules: [
            {
              matches: [{ path: { type: 'PathPrefix', value: '/' } }],
              backendRefs: [
                {
                  group: '',
                  kind: 'Service',
                  name: 'gateway',
                  namespace: plan.namespaceOf('infrastructure'),
                  port: servicePort,
                  weight: 1,
                },
              ],
            },
          ],
        },
      }),
    );
    addModel(
      this,
      'grant',
      new ReferenceGrant({
        metadata: metadataIn(plan, { name: 'public', part: 'infrastructure' }, wave),
        spec: {
          from: [{ group: gatewayApi, kind: 'HTTPRoute', namespace: plan.namespaceOf('ingress') }],
          to: [{ group: '', kind: 'Service', name: 'gateway' }],
        },
      }),
    );
  }
}

const gatewayApi = 'gateway.networking.k8s.io';

/** With a tunnel TLS ends at its far end, and what comes in here has come through it. */
function listenersFor(plan: Plan) {
  const { host } = plan.environment;
  const allowedRoutes = { namespaces: { from: 'Same' as const } };
  if (plan.profile.ingress === 'tunnel') {
    const port = traefikPorts.web;
    return [{ name: 'web', protocol: 'HTTP', port, hostname: host, allowedRoutes }];
  }
  const reference = { group: '', kind: 'Secret', name: certificateSecret };
  return [
    {
      name: 'websecure',
      protocol: 'HTTPS',
      port: traefikPorts.websecure,
      hostname: host,
      allowedRoutes,
      tls: { mode: 'Terminate' as const, certificateRefs: [reference] },
    },
  ];
}
