import type { ServiceClass } from '@mkt/topology';
import { namesOf, serviceClasses } from '../rules.ts';
import { budget } from './budget.ts';
import { events } from './events.ts';
import { money } from './money.ts';
import { orders } from './orders.ts';
import type { Dashboard } from './panel.ts';
import { vendors } from './vendors.ts';

/** How the services of one class answer. */
function ofClass(serviceClass: ServiceClass): Dashboard {
  const requests = (part: string, more = '') =>
    `http_request_duration_seconds_${part}{service=~"${namesOf(serviceClass)}"${more}}`;
  const percentile = (share: number) =>
    `histogram_quantile(${share}, sum by (le, service) (rate(${requests('bucket')}[5m])))`;
  return {
    uid: `mkt-class-${serviceClass}`,
    title: `Services: ${serviceClass}`,
    panels: [
      {
        title: 'Requests',
        unit: 'reqps',
        queries: [[`sum by (service) (rate(${requests('count')}[5m]))`, '{{service}}']],
      },
      {
        title: 'Requests that fail',
        unit: 'reqps',
        queries: [
          [
            `sum by (service, status) (rate(${requests('count', ',status=~"5.."')}[5m]))`,
            '{{service}} {{status}}',
          ],
        ],
      },
      { title: 'Slowest in twenty', unit: 's', queries: [[percentile(0.95), '{{service}}']] },
      {
        title: 'Error budget, by window',
        unit: 'percentunit',
        queries: [
          [`class:http_errors:ratio_rate1h{class="${serviceClass}"}`, '1 h'],
          [`class:http_errors:ratio_rate6h{class="${serviceClass}"}`, '6 h'],
        ],
      },
      {
        title: 'Connections used, of those allowed',
        unit: 'percentunit',
        queries: [
          [
            `sum by (service) (db_pool_connections{state="used",service=~"${namesOf(serviceClass)}"}) ` +
              `/ sum by (service) (db_pool_max{service=~"${namesOf(serviceClass)}"})`,
            '{{service}}',
          ],
        ],
      },
      {
        title: 'Memory',
        unit: 'bytes',
        queries: [
          [`process_resident_memory_bytes{program=~"${namesOf(serviceClass)}"}`, '{{program}}'],
        ],
      },
    ],
  };
}

export const dashboards: readonly Dashboard[] = [
  ...serviceClasses.map(ofClass),
  orders,
  money,
  events,
  budget,
  vendors,
];
