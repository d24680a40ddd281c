import { escapeHtml, page } from './html.ts';

interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly {
    name: string;
    in: string;
    required?: boolean;
    schema?: unknown;
  }[];
  readonly requestBody?: { content: Record<string, { schema: unknown }> };
  readonly responses: Record<string, { description: string; content?: Record<string, unknown> }>;
}

interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly tags: readonly { name: string }[];
}

function json(value: unknown): string {
  return `<pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`;
}

function parameters(operation: Operation): string {
  if (!operation.parameters?.length) return '';
  const rows = operation.parameters.map(
    (parameter) =>
      `<tr><td><code>${escapeHtml(parameter.name)}</code></td><td>${parameter.in}${
        parameter.required ? ', required' : ''
      }</td><td><code>${escapeHtml(JSON.stringify(parameter.schema ?? {}))}</code></td></tr>`,
  );
  return `<table><tbody>${rows.join('')}</tbody></table>`;
}

function operationBlock(path: string, method: string, operation: Operation): string {
  const body = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<p>Body, ${escapeHtml(type)}:</p>${json(schema)}`,
  );
  const answers = Object.entries(operation.responses).map(
    ([status, { description }]) =>
      `<tr><td>${escapeHtml(status)}</td><td>${escapeHtml(description)}</td></tr>`,
  );
  return `<details><summary><b class="method">${method.toUpperCase()}</b><code>${escapeHtml(
    path,
  )}</code><span>${escapeHtml(operation.summary)}</span></summary>
<p>${escapeHtml(operation.description)}</p>${parameters(operation)}${body.join('')}
<table><tbody>${answers.join('')}</tbody></table></details>`;
}

/** The API as a page without scripts, from the OpenAPI description. */
export function docsPage(description: unknown): string {
  const { paths, tags } = description as Description;
  const sections = tags.map(({ name }) => {
    const blocks = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, operation]) => operation.tags.includes(name))
        .map(([method, operation]) => operationBlock(path, method, operation)),
    );
    return blocks.length > 0 ? `<h2 id="${name}">${name}</h2>${blocks.join('\n')}` : '';
  });
  return page(
    'Marketplace API',
    `<h1>The API</h1>
<p>Every route of every service. The same as data: <a href="/openapi.json">/openapi.json</a>. Sign in
at <code>/v1/auth/login</code> and send the access token as <code>Authorization: Bearer …</code>;
send a new <code>Idempotency-Key</code> with each change.</p>${sections.join('\n')}`,
  );
}
