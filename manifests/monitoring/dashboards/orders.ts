import type { Dashboard } from './panel.ts';

const routes = {
  views: 'service="product",method="GET"',
  searches: 'service="search",method="GET"',
  carted: 'service="cart",method="POST",route="/v1/carts/:cartId/lines"',
  checkouts: 'service="order",method="POST",route="/v1/checkouts"',
} as const;
const good = (labels: string) =>
  `sum(increase(http_request_duration_seconds_count{${labels},status=~"2.."}[1h]))`;

/** From a look to a delivered parcel, and where people stop. */
export const orders: Dashboard = {
  uid: 'mkt-orders',
  title: 'Orders',
  panels: [
    {
      title: 'Funnel, an hour at a time',
      queries: [
        [good(routes.views), 'product views'],
        [good(routes.searches), 'searches'],
        [good(routes.carted), 'lines put into carts'],
        [good(routes.checkouts), 'checkouts'],
      ],
    },
    {
      title: 'Checkouts by answer',
      unit: 'reqps',
      queries: [
        [
          `sum by (status) (rate(http_request_duration_seconds_count{${routes.checkouts}}[5m]))`,
          '{{status}}',
        ],
      ],
    },
    {
      title: 'A checkout takes',
      unit: 's',
      queries: [0.5, 0.95, 0.99].map((share) => [
        `histogram_quantile(${share}, sum by (le) (rate(http_request_duration_seconds_bucket{${routes.checkouts}}[15m])))`,
        `p${share * 100}`,
      ]),
    },
    {
      title: 'Orders, an hour at a time',
      queries: [
        [
          'sum by (type) (increase(events_published_total{service="order",type=~"order[.].*"}[1h]))',
          '{{type}}',
        ],
      ],
    },
    {
      title: 'Steps of checkouts',
      queries: [['sum by (step) (rate(saga_transitions_total{saga="checkout"}[15m]))', '{{step}}']],
    },
    {
      title: 'Stock that runs low',
      queries: [
        ['sum(increase(events_published_total{type="inventory.lowStock"}[1h]))', 'low stock'],
      ],
    },
  ],
};
