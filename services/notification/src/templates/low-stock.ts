import { letter, type Rendered } from './layout.ts';

export function lowStock(stock: {
  readonly title: string;
  readonly sku: string | null;
  readonly available: number;
  readonly threshold: number;
}): Rendered {
  const { title, sku, available, threshold } = stock;
  const name = sku ? `${title} (${sku})` : title;
  return letter(`Low stock: ${title}`, [
    `${name} has ${available} left to sell; your threshold is ${threshold}.`,
  ]);
}
