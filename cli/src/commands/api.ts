import { Args, Flags } from '@oclif/core';
import type { Call } from '../adapters/api-client.ts';
import { openBytes } from '../adapters/files.ts';
import { ApiCommand } from '../api-command.ts';
import { usageFailure } from '../failure.ts';
import { requiredArg } from '../inputs.ts';
import { lineOf, type Picker, pickerOf } from '../operations/pick.ts';
import { type Answer, methods, sendPaged, sendRaw } from '../operations/raw-request.ts';
import { type Field, objectOf, queryOf } from '../operations/request-fields.ts';

export default class Api extends ApiCommand {
  static override summary = 'Send a request to the API, signed in as the profile';
  static override description =
    'Fields make the query of a GET and the JSON body of anything else: -f takes a text, -F also ' +
    'numbers, true, false, null and JSON; a.b=1 goes deeper, tags[]=a adds to a list. Every ' +
    'change has an Idempotency-Key. What is refused is written out like any other answer, and ' +
    'the exit code says so. What there is to ask: /docs of the marketplace.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> GET /v1/search -f q="ceramc mgu" --pick "items[].title"',
    '<%= config.bin %> <%= command.id %> POST /v1/payouts -f currency=EUR --as kiln',
    '<%= config.bin %> <%= command.id %> GET /v1/orders --paginate --pick "items[].number" --as operator',
    '<%= config.bin %> <%= command.id %> POST /v1/checkouts --input checkout.json --idempotency-key 3f6d',
  ];
  static override args = {
    method: Args.string({
      description: 'GET, POST, PUT, PATCH or DELETE',
      required: true,
      ignoreStdin: true,
      options: methods,
    }),
    path: requiredArg('Path, and perhaps query: /v1/orders?status=placed'),
  };
  static override flags = {
    field: Flags.string({
      char: 'f',
      summary: 'A field of the query or body, as text; any number of them',
      helpValue: 'NAME=TEXT',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'typed-field': Flags.string({
      char: 'F',
      summary: 'A field that may be a number, true, false, null or JSON',
      helpValue: 'NAME=VALUE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    input: Flags.string({
      summary: 'File of the body, sent as it is; - is standard input',
      helpValue: 'FILE',
    }),
    header: Flags.string({
      char: 'H',
      summary: 'A header, such as If-Match',
      helpValue: 'NAME: VALUE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'idempotency-key': Flags.string({
      summary: 'The same key again gets the same answer; a new one unless given',
      helpValue: 'KEY',
    }),
    paginate: Flags.boolean({ summary: 'Read all pages of a listing' }),
    pick: Flags.string({
      summary: 'Write this part of the answer alone, one line for each',
      helpValue: 'PATH',
    }),
    include: Flags.boolean({ char: 'i', summary: 'Write status and headers first' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Api);
    if (flags.paginate && args.method !== 'GET') {
      throw usageFailure('Only a GET has pages.', 'Leave --paginate out');
    }
    const texts = fieldsOf(flags.field, false);
    const object = objectOf([...texts, ...fieldsOf(flags['typed-field'], true)]);
    const call: Call = {
      method: args.method,
      path: pathOf(args.path),
      headers: headersOf(flags.header ?? [], flags['idempotency-key']),
      ...(await contentOf(args.method, object, flags.input)),
    };
    const picker = flags.pick === undefined ? undefined : pickerOf(flags.pick);
    const { api, settings } = await this.connect(flags, { anonymous: true });
    const send = flags.paginate ? sendPaged : sendRaw;
    const answer = await send(api, call, settings.profile);
    if (flags.include) this.showHead(answer);
    return this.showAnswer(answer, picker);
  }

  private showAnswer(answer: Answer, picker: Picker | undefined): unknown {
    const { failure, body, isJson } = answer;
    if (failure) {
      this.showBody(answer);
      throw failure.with({ problem: isJson ? body : undefined });
    }
    if (picker === undefined) {
      this.showBody(answer);
      return body;
    }
    const picked = picker(body);
    for (const value of picked) this.show(lineOf(value));
    return picked;
  }

  private showHead({ status, headers }: Answer): void {
    this.show(`${status}`);
    for (const [name, value] of Object.entries(headers)) this.show(`${name}: ${value}`);
    this.show('');
  }

  private showBody({ body, isJson }: Answer): void {
    if (body === '') return;
    this.show(isJson ? JSON.stringify(body, null, 2) : String(body).replace(/\n$/, ''));
  }
}

function fieldsOf(texts: readonly string[] | undefined, typed: boolean): Field[] {
  return (texts ?? []).map((text) => ({ text, typed }));
}

function pathOf(path: string): string {
  if (path.startsWith('/') && !path.startsWith('//')) return path;
  throw usageFailure(`"${path}" is not a path.`, 'Write it so: /v1/orders; the address is --url');
}

function headersOf(lines: readonly string[], key: string | undefined): Record<string, string> {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
  for (const line of lines) {
    const [, name, value] = /^([\w-]+):\s*(.+)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw usageFailure(`"${line}" is not a header.`, 'Write it so: -H "If-Match: \\"3\\""');
    }
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

async function contentOf(
  method: string,
  object: Record<string, unknown>,
  input: string | undefined,
): Promise<Pick<Call, 'query' | 'body' | 'upload'>> {
  const isEmpty = Object.keys(object).length === 0;
  if (input !== undefined) {
    if (method === 'GET') throw usageFailure('A GET has no body.', 'Leave --input out');
    const contentType = input.endsWith('.csv') ? 'text/csv' : 'application/json';
    const { content } = await openBytes(input);
    return { upload: { contentType, content }, ...(isEmpty ? {} : { query: queryOf(object) }) };
  }
  if (isEmpty) return {};
  return method === 'GET' || method === 'DELETE' ? { query: queryOf(object) } : { body: object };
}
