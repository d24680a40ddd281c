import { problem } from '@mkt/contracts';
import { type Access, type AnyRoute, commonRefusals, isMutation } from '@mkt/service-kit';
import { operationsPrefix } from '@mkt/topology';
import { z } from 'zod';

type Json = Record<string, unknown>;

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
  }) as Json;
  return json;
}

function parametersOf(definition: AnyRoute): Json[] {
  return (['params', 'query'] as const).flatMap((part) => {
    const schema: unknown = definition[part];
    if (!(schema instanceof z.ZodType)) return [];
    const json = jsonSchema(schema, 'input');
    const required = new Set((json.required as string[] | undefined) ?? []);
    return Object.entries((json.properties ?? {}) as Json).map(([name, property]) => ({
      name,
      in: part === 'params' ? 'path' : 'query',
      required: part === 'params' || required.has(name),
      schema: property,
    }));
  });
}

const idempotencyHeader: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'New for each change; a repeat with the same key gets the first answer.',
  schema: { type: 'string', minLength: 8, maxLength: 128 },
};

function requestBodyOf(definition: AnyRoute): Json | undefined {
  const schema: unknown = definition.body;
  if (schema === 'stream') {
    const content = (definition.bodyTypes ?? ['application/octet-stream']).map((type) => [
      type,
      { schema: { type: 'string', format: 'binary' } },
    ]);
    return { required: true, content: Object.fromEntries(content) };
  }
  if (!(schema instanceof z.ZodType)) return undefined;
  return {
    required: true,
    content: { 'application/json': { schema: jsonSchema(schema, 'input') } },
  };
}

function describeAccess(access: Access): string {
  if (typeof access === 'string') return access;
  return `staff (${access.staff.join(', ')}) or an API key with ${access.scope}`;
}

function responsesOf(definition: AnyRoute): Json {
  const { status, schema, type } = definition.reply;
  const content =
    schema instanceof z.ZodType
      ? { 'application/json': { schema: jsonSchema(schema, 'output') } }
      : schema === 'stream'
        ? { [type ?? 'application/octet-stream']: { schema: { type: 'string' } } }
        : undefined;
  const byStatus = Map.groupBy(Object.entries(definition.refusals ?? {}), ([, code]) => code);
  const refusals = [...byStatus].map(([code, entries]) => [
    String(code),
    {
      description: entries.map(([name]) => name).join(', '),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ]);
  return {
    ...Object.fromEntries(refusals),
    [String(status)]: { description: 'Done', ...(content ? { content } : {}) },
    default: {
      description: `A problem: ${Object.keys(commonRefusals).join(', ')}`,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  };
}

/** `/v1/orders/:orderId` as OpenAPI writes it, `/v1/orders/{orderId}`. */
export function templateOf(path: string): string {
  return path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
}

function operationOf(definition: AnyRoute, tag: string): Json {
  const rules: readonly Access[] = Array.isArray(definition.access)
    ? definition.access
    : [definition.access];
  const needsKey = isMutation(definition) && definition.repeat !== 'natural';
  const body = requestBodyOf(definition);
  return {
    tags: [tag],
    summary: definition.summary,
    description: `May be called by: ${rules.map(describeAccess).join('; ')}.`,
    ...(rules.includes('public') ? { security: [{}] } : {}),
    ...(definition.deprecated ? { deprecated: true } : {}),
    parameters: [...parametersOf(definition), ...(needsKey ? [idempotencyHeader] : [])],
    ...(body ? { requestBody: body } : {}),
    responses: responsesOf(definition),
  };
}

export interface Described {
  readonly name: string;
  readonly routes: readonly AnyRoute[];
}

/** Where every service has the same route below its own name, it is described once for them all. */
const operationsTag = 'operations';

function describeOperations(services: readonly Described[]): Record<string, Json> {
  const paths: Record<string, Json> = {};
  const every = services.flatMap(({ name, routes }) =>
    routes
      .filter(({ path }) => isOperations(path))
      .map((definition) => ({ name, definition, path: sharedPath(definition.path, name) })),
  );
  for (const [path, same] of Map.groupBy(every, (one) => one.path)) {
    const names = [...new Set(same.map(({ name }) => name))];
    const service = { name: 'service', in: 'path', required: true, schema: { enum: names } };
    for (const { definition } of same) {
      const method = definition.method.toLowerCase();
      if (paths[path]?.[method]) continue;
      const operation = operationOf(definition, operationsTag);
      const parameters = [service, ...(operation.parameters as Json[])];
      paths[path] = { ...paths[path], [method]: { ...operation, parameters } };
    }
  }
  return paths;
}

const isOperations = (path: string): boolean => path.startsWith(`/v1/${operationsPrefix}/`);

function sharedPath(path: string, service: string): string {
  const own = `/v1/${operationsPrefix}/${service}/`;
  return templateOf(path.replace(own, `/v1/${operationsPrefix}/:service/`));
}

/** One OpenAPI 3.1 description of every service's routes, from the same data that serves them. */
export function describeApi(services: readonly Described[], version: string): Json {
  const paths: Record<string, Json> = describeOperations(services);
  for (const { name, routes } of services) {
    for (const definition of routes.filter(({ path }) => !isOperations(path))) {
      const template = templateOf(definition.path);
      paths[template] = {
        ...paths[template],
        [definition.method.toLowerCase()]: operationOf(definition, name),
      };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Marketplace API',
      version,
      description: 'Money is integer minor units with an ISO 4217 currency; times are RFC 3339.',
    },
    servers: [{ url: '/' }],
    security: [{ accessToken: [] }],
    tags: [...services.map(({ name }) => ({ name })), { name: operationsTag }],
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token from /v1/auth, or a vendor API key (mkt_…).',
        },
      },
      schemas: { Problem: jsonSchema(problem, 'output') },
    },
  };
}
