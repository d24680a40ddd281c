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

const isOperations = (path: string): boolean => path.startsWith(`/v1/${operationsPrefix}/`);

function sharedPath(path: string, service: string): string {
  const own = `/v1/${operationsPrefix}/${service}/`;
  return templateOf(path.replace(own, `/v1/${operationsPrefix}/:service/`));
}

type Paths = Record<string, Record<string, Json>>;

/** A service's part of the description: what it serves, as OpenAPI writes it. */
export interface DescribedService {
  readonly name: string;
  readonly paths: Paths;
  /** Routes that every service has, with a parameter where its name stands. */
  readonly shared: Paths;
}

/** Describes a service's routes from the same data that serves them. */
export function describeService({ name, routes }: Described): DescribedService {
  const paths: Paths = {};
  const shared: Paths = {};
  for (const definition of routes) {
    const method = definition.method.toLowerCase();
    if (isOperations(definition.path)) {
      const template = sharedPath(definition.path, name);
      const operation = operationOf(definition, operationsTag);
      shared[template] = { ...shared[template], [method]: operation };
    } else {
      const template = templateOf(definition.path);
      paths[template] = { ...paths[template], [method]: operationOf(definition, name) };
    }
  }
  return { name, paths, shared };
}

function describeOperations(services: readonly DescribedService[]): Paths {
  const paths: Paths = {};
  const templates = new Set(services.flatMap(({ shared }) => Object.keys(shared)));
  for (const path of templates) {
    const having = services.filter(({ shared }) => shared[path]);
    const names = having.map(({ name }) => name);
    const service = { name: 'service', in: 'path', required: true, schema: { enum: names } };
    const methods: Record<string, Json> = Object.assign(
      {},
      ...having.map((one) => one.shared[path]),
    );
    paths[path] = Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => {
        const parameters = [service, ...(operation.parameters as Json[])];
        return [method, { ...operation, parameters }];
      }),
    );
  }
  return paths;
}

/** One OpenAPI 3.1 description of every service's routes. */
export function describeApi(services: readonly Described[], version: string): Json {
  return mergeDescriptions(services.map(describeService), version);
}

/** Puts the services' parts together. */
export function mergeDescriptions(services: readonly DescribedService[], version: string): Json {
  const paths: Json = Object.assign(
    describeOperations(services),
    ...services.map((service) => service.paths),
  );
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
