/** Values of a query; those that are undefined are left out, lists repeat the key. */
export type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

export interface Upload {
  readonly contentType: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** What operations know of the marketplace's API. Every refusal is thrown as a `Failure`. */
export interface Api {
  get<Reply>(path: string, query?: Query): Promise<Reply>;
  post<Reply>(path: string, body?: unknown): Promise<Reply>;
  put<Reply>(path: string, body: unknown): Promise<Reply>;
  /** `version` is the one that the change was made of: another's change is not overwritten. */
  patch<Reply>(path: string, body: unknown, version?: number): Promise<Reply>;
  delete<Reply = void>(path: string): Promise<Reply>;
  upload<Reply>(path: string, upload: Upload, query?: Query): Promise<Reply>;
  download(path: string, query?: Query): Promise<AsyncIterable<Uint8Array>>;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** A listing as far as it was asked for. */
export interface Listing<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

const largestPage = 100;

/** Reads pages until there are as many items as asked for. */
export async function listAtMost<Item>(
  api: Api,
  path: string,
  { limit, query = {} }: { readonly limit: number; readonly query?: Query },
): Promise<Listing<Item>> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const pageLimit = Math.min(largestPage, limit - items.length);
    const page: Page<Item> = await api.get<Page<Item>>(path, {
      ...query,
      limit: pageLimit,
      cursor: cursor ?? undefined,
    });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < limit);
  return { items, hasMore: cursor !== null };
}
