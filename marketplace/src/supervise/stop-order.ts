import { type ServiceName, serviceSpec } from '@mkt/topology';

/**
 * Groups that stop one after the other: nobody stops before those that call it. The gateway is
 * first, and the guard last, to which everybody reports what was used.
 */
export function stopOrder(names: readonly ServiceName[]): ServiceName[][] {
  const left = new Set(names);
  const groups: ServiceName[][] = [];
  if (left.delete('gateway')) groups.push(['gateway']);
  const last: ServiceName[] = left.delete('guard') ? ['guard'] : [];
  while (left.size > 0) {
    const called = new Set(
      [...left].flatMap((name) =>
        serviceSpec(name)
          .calls.map((operation) => operation.split('.')[0])
          .filter((callee) => callee !== name),
      ),
    );
    const free = [...left].filter((name) => !called.has(name));
    // Services that call each other in a ring stop together.
    const group = free.length > 0 ? free : [...left];
    for (const name of group) left.delete(name);
    groups.push(group);
  }
  return last.length > 0 ? [...groups, last] : groups;
}
