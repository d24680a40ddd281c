import { k8s } from 'cdk8s-plus-33';
import { namespaceNameLabel, systemNamespace } from '../plan/names.ts';
import { selectorOf } from './labels.ts';

const dnsPort = 53;
/** Addresses inside any network: the world outside is what is left. */
const privateRanges = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
];

/** Pods of one program in one namespace. */
export function podsOf(namespace: string, name: string): k8s.NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { [namespaceNameLabel]: namespace } },
    podSelector: { matchLabels: selectorOf(name) },
  };
}

/** Every address outside the cluster and its network. */
export function theWorld(): k8s.NetworkPolicyPeer {
  return { ipBlock: { cidr: '0.0.0.0/0', except: privateRanges } };
}

export function tcp(...ports: readonly number[]): k8s.NetworkPolicyPort[] {
  return ports.map((port) => ({ protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) }));
}

/** Whoever sends to one of `to` on one of the ports. */
export const egressTo = (
  to: readonly k8s.NetworkPolicyPeer[],
  ...ports: readonly number[]
): k8s.NetworkPolicyEgressRule => ({ to: [...to], ports: tcp(...ports) });

export const ingressFrom = (
  from: readonly k8s.NetworkPolicyPeer[],
  ...ports: readonly number[]
): k8s.NetworkPolicyIngressRule => ({ from: [...from], ports: tcp(...ports) });

/** The API server has no pods: its address is the node's, and not known here. */
export const toApiServer: k8s.NetworkPolicyEgressRule = { ports: tcp(443, 6_443) };

/** Nobody talks to anybody unless another policy says so. */
export const denyAll: k8s.NetworkPolicySpec = {
  podSelector: {},
  policyTypes: ['Ingress', 'Egress'],
};

/** Names are looked up by everybody. */
export const allowDns: k8s.NetworkPolicySpec = {
  podSelector: {},
  policyTypes: ['Egress'],
  egress: [
    {
      to: [{ namespaceSelector: { matchLabels: { [namespaceNameLabel]: systemNamespace } } }],
      ports: ['UDP', 'TCP'].map((protocol) => ({
        protocol,
        port: k8s.IntOrString.fromNumber(dnsPort),
      })),
    },
  ],
};
