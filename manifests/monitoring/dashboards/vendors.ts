import type { Dashboard } from './panel.ts';

/** Who keeps the marketplace busy. Of vendors only ids are known here. */
export const vendors: Dashboard = {
  uid: 'mkt-vendors',
  title: 'Vendors',
  panels: [
    {
      title: 'Requests of the busiest vendors',
      unit: 'reqps',
      queries: [['topk(20, sum by (vendor) (rate(vendor_requests_total[5m])))', '{{vendor}}']],
    },
    {
      title: 'Share of the busiest vendor',
      unit: 'percentunit',
      kind: 'stat',
      queries: [
        [
          'max(sum by (vendor) (rate(vendor_requests_total{vendor!="other"}[1h]))) / sum(rate(vendor_requests_total[1h]))',
          'share',
        ],
      ],
    },
    {
      title: 'Applications and decisions, a day at a time',
      queries: [
        ['sum by (type) (increase(events_published_total{service="vendor"}[1d]))', '{{type}}'],
      ],
    },
    {
      title: 'Changes of products, stock and prices',
      queries: [
        [
          'sum by (type) (rate(events_published_total{type=~"product.changed|inventory.stockChanged|pricing.offerChanged"}[5m]))',
          '{{type}}',
        ],
      ],
    },
  ],
};
