const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Pages carry their style and no script, so the policy can forbid everything else. */
export const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

const style = `
:root { --paper:#faf8f4; --ink:#23201b; --soft:#6d675d; --line:#e4dfd5; --accent:#a9583a }
@media (prefers-color-scheme: dark) {
  :root { --paper:#1d1b18; --ink:#efeae0; --soft:#a39c8f; --line:#38342e; --accent:#d98a66 }
}
* { box-sizing:border-box }
body { margin:0; background:var(--paper); color:var(--ink); font:15px/1.6 system-ui, sans-serif }
main { max-width:60rem; margin:0 auto; padding:4rem 1.5rem 6rem }
h1 { font:420 2.6rem/1.06 Georgia, serif; letter-spacing:-.018em; margin:0 0 .8rem }
h2 { font:420 1.4rem/1.2 Georgia, serif; margin:3rem 0 .6rem }
p { max-width:42rem; color:var(--soft) }
a { color:var(--accent); text-underline-offset:3px }
table { width:100%; border-collapse:collapse; font-variant-numeric:tabular-nums }
th, td { text-align:left; padding:.55rem .8rem .55rem 0; border-bottom:1px solid var(--line); vertical-align:top }
th { font-weight:500; color:var(--soft) }
code { font:13px/1.5 ui-monospace, monospace; overflow-wrap:anywhere }
summary code { flex:none; max-width:100% }
details { border-bottom:1px solid var(--line) }
summary { display:flex; gap:1rem; align-items:baseline; padding:.6rem 0; cursor:pointer; min-height:44px }
summary span { color:var(--soft) }
pre { overflow:auto; padding:1rem; border:1px solid var(--line); border-radius:6px; font-size:12.5px }
.method { min-width:4.5rem; font:500 12px/1 ui-monospace, monospace; color:var(--accent) }
@media (max-width:40rem) { summary { flex-wrap:wrap; gap:.3rem .8rem } main { padding-top:2.5rem } }
`;

export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main>${body}</main></body></html>`;
}
