import { isMap, isNode, LineCounter, type Node, parseDocument } from 'yaml';

export type Path = readonly PropertyKey[];

/** A document that knows on which line each of its values is. */
export interface PlacedYaml {
  readonly value: unknown;
  readonly syntaxFaults: readonly { readonly line: number; readonly reason: string }[];
  /** Line of the value at the path, or of what should have held it. */
  lineOf(path: Path): number;
  /** Line of a key of the map at the path. */
  lineOfKey(path: Path, key: string): number;
}

export function placedYaml(text: string): PlacedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
  const nodeAt = (path: Path): Node | undefined => {
    const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
    return isNode(node) ? node : undefined;
  };
  const lineOf = (path: Path): number => {
    const node = nodeAt(path);
    if (node) return lineAt(node.range?.[0]);
    return path.length === 0 ? 1 : lineOf(path.slice(0, -1));
  };
  return {
    value: document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 0 }),
    syntaxFaults: document.errors.map(({ pos, message }) => ({
      line: lineAt(pos[0]),
      reason: message,
    })),
    lineOf,
    lineOfKey(path, key) {
      const node = nodeAt(path);
      const pair = isMap(node)
        ? node.items.find((one) => isNode(one.key) && String(one.key) === key)
        : undefined;
      return isNode(pair?.key) ? lineAt(pair.key.range?.[0]) : lineOf(path);
    },
  };
}
