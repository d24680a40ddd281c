import { type ServiceSpec, services } from '@mkt/topology';
import { escapeHtml, page } from './html.ts';

function row(spec: ServiceSpec): string {
  const paths = spec.routePrefixes.map((prefix) => `<code>/v1/${escapeHtml(prefix)}</code>`);
  return `<tr><td>${spec.name}</td><td>${spec.context}</td><td>${paths.join(' ') || '—'}</td></tr>`;
}

/** What runs here and where to go next. */
export function homePage(version: string): string {
  return page(
    'Marketplace',
    `<h1>The marketplace is running.</h1>
<p>Version ${escapeHtml(version)}. ${services.length} services answer through this address. Browse the
goods at <a href="/v1/search">/v1/search</a>, read what the API can do at <a href="/docs">/docs</a>,
or fetch its description at <a href="/openapi.json">/openapi.json</a>.</p>
<p>From a terminal: <code>./mkt search query "ceramc mgu"</code>, <code>./mkt order list</code>,
<code>./mkt ledger verify</code>, <code>./mkt budget status</code>.</p>
<h2>Services</h2>
<table><thead><tr><th>Service</th><th>Context</th><th>Answers</th></tr></thead>
<tbody>${services.map(row).join('\n')}</tbody></table>
<h2>For machines</h2>
<p><a href="/healthz">/healthz</a> is alive, <a href="/readyz">/readyz</a> is ready,
<a href="/metrics">/metrics</a> counts.</p>`,
  );
}
