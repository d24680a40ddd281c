/** Ports of Traefik that others name. */
export const traefikPorts = { web: 8_000, websecure: 8_443, metrics: 9_100 } as const;
export const gatewayName = 'public';
export const gatewayClassName = 'mkt';
/** Opened on the node for the network load balancer, where a profile has one. */
export const nodePorts = { web: 30_080, websecure: 30_443 } as const;
