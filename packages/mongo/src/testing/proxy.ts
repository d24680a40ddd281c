import { type FaultProxy, startFaultProxy } from '@mkt/service-kit/testing';

export interface MongoProxy extends FaultProxy {
  /** The server's address past the proxy's. */
  readonly url: string;
}

/** Stands before a MongoDB server, which may not be ours to stop, and fails in its place. */
export async function startMongoProxy(url: string): Promise<MongoProxy> {
  const { hostname, port, pathname, search } = new URL(url);
  const proxy = await startFaultProxy({ host: hostname, port: Number(port || 27_017) });
  // Alone: a replica set would tell its members' addresses, and the proxy be passed by.
  const options = new URLSearchParams(search);
  options.set('directConnection', 'true');
  const own = `mongodb://${proxy.host}:${proxy.port}${pathname || '/'}?${options}`;
  return Object.assign(proxy, { url: own });
}
