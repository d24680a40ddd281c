import { lookup as lookUp } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { DeliveryError } from '../domain/retry.ts';

const blocked = new BlockList();
const blockedNets: readonly (readonly [net: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
for (const [net, prefix] of blockedNets) blocked.addSubnet(net, prefix, 'ipv4');
// Within the global unicast range: documentation, and tunnels that carry an IPv4 address.
blocked.addSubnet('2001::', 23, 'ipv6');
blocked.addSubnet('2001:db8::', 32, 'ipv6');
blocked.addSubnet('2002::', 16, 'ipv6');
blocked.addSubnet('3fff::', 20, 'ipv6');
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

/** An address of the open internet: not this machine's, a private network's or a cloud's own. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, 'ipv4');
    case 6:
      // IPv4 in disguise (::ffff:10.0.0.1) lies outside the global range.
      return global6.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
    default:
      return false;
  }
}

function refused(): DeliveryError {
  return new DeliveryError('the address is not a public one');
}

/** The one host that may be reached without being public, where the configuration allows it. */
const loopbackHost = '127.0.0.1';

/** A host that is written as an address is connected to without a look-up: it is checked here. */
export function checkHost(hostname: string, allowLoopback: boolean): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 0 || (allowLoopback && host === loopbackHost)) return;
  if (!isPublicAddress(host)) throw refused();
}

/**
 * Looks a name up for the connection itself and lets it through only if every address is public:
 * a name that changes its address between a check and the connection gets nowhere.
 */
export const guardedLookup: LookupFunction = (hostname, options, done) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, '');
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => isPublicAddress(address))) {
      return done(refused(), '');
    }
    if (options.all) return done(null, addresses);
    done(null, first.address, first.family);
  });
};
