import { Certificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import { Issuer } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { metadataIn } from '../../constructs/labels.ts';
import { addModel } from '../../constructs/model.ts';
import { waves } from '../../constructs/waves.ts';
import type { Plan } from '../../plan/plan.ts';

export const certificateSecret = 'public-certificate';
const issuerName = 'acme';

/**
 * A certificate for the public host, where TLS ends in the cluster. The proof is a DNS record, so
 * that nothing has to be open before it is there.
 */
export class CertificatesChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'certificates');
    const { host } = plan.environment;
    const named = (name: string) => metadataIn(plan, { name, part: 'ingress' }, waves.programs);
    addModel(
      this,
      'issuer',
      new Issuer({
        metadata: named(issuerName),
        spec: {
          acme: {
            server: 'https://acme-v02.api.letsencrypt.org/directory',
            privateKeySecretRef: { name: 'acme-account' },
            solvers: [
              {
                dns01: {
                  cloudflare: { apiTokenSecretRef: { name: 'cloudflare-dns', key: 'token' } },
                },
              },
            ],
          },
        },
      }),
    );
    addModel(
      this,
      'certificate',
      new Certificate({
        metadata: named(certificateSecret),
        spec: {
          secretName: certificateSecret,
          issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: issuerName },
          dnsNames: [host],
          privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
          revisionHistoryLimit: 1,
        },
      }),
    );
  }
}
