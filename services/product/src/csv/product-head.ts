import { type Row, readChoice, readFlag, readText } from './cells.ts';
import type { CsvProduct } from './csv-product.ts';
import { LIMITS } from './limits.ts';
import { isPlaceholder } from './option-placeholder.ts';
import { sanitizeHtml } from './sanitize-html.ts';

/** What only the first row of a product says. */
export type ProductHead = Omit<CsvProduct, 'variants' | 'images'>;

const HANDLE = /^[\p{Ll}\p{Lo}\p{M}\p{N}_-]{1,255}$/u;
const NAME_COLUMNS = ['Option1 Name', 'Option2 Name', 'Option3 Name'] as const;

export function isHandle(text: string): boolean {
  return HANDLE.test(text);
}

export function readHead(row: Row): ProductHead {
  refuseUnsupported(row);
  return {
    handle: row.cell('Handle'),
    title: readTitle(row),
    descriptionHtml: readDescription(row),
    vendorName: readText(row, 'Vendor', LIMITS.name),
    type: readText(row, 'Type', LIMITS.name),
    tags: readTags(row),
    published: readFlag(row, 'Published', true),
    status: readChoice(row, 'Status', ['active', 'draft', 'archived']),
    options: readOptions(row),
    seo: {
      title: readText(row, 'SEO Title', LIMITS.title),
      description: readText(row, 'SEO Description', LIMITS.seoDescription),
    },
    taxCode: readText(row, 'Variant Tax Code', LIMITS.taxCode) || null,
  };
}

function refuseUnsupported(row: Row): void {
  if (readFlag(row, 'Gift Card', false)) {
    row.report('Gift Card', 'true', {
      code: 'GIFT_CARD_UNSUPPORTED',
      problem: 'Gift cards are not sold as products here.',
      remedy: 'Leave this product out.',
    });
  }
  if (row.cell('Option4 Name') !== '' || row.cell('Option4 Value') !== '') {
    row.report('Option4 Name', row.cell('Option4 Name'), {
      code: 'TOO_MANY_OPTIONS',
      problem: 'The product has more than three options.',
      remedy: 'Merge two options into one, or make two products of it.',
    });
  }
}

function readTitle(row: Row): string {
  if (row.cell('Title') === '') {
    row.report('Title', '', {
      code: 'TITLE_MISSING',
      problem: 'The product has no title on its first row.',
      remedy: 'Give it a title; the first row of each handle must have one.',
    });
  }
  return readText(row, 'Title', LIMITS.title);
}

/** Escaping can lengthen a text, and what is kept must be short enough to be exported again. */
function readDescription(row: Row): string {
  const html = sanitizeHtml(readText(row, 'Body (HTML)', LIMITS.description));
  if (html.length > LIMITS.description) {
    row.report('Body (HTML)', html, {
      code: 'FIELD_TOO_LONG',
      problem: `With its signs escaped the text has more than ${LIMITS.description} characters.`,
      remedy: 'Shorten it.',
    });
  }
  return html;
}

function readTags(row: Row): string[] {
  const text = readText(row, 'Tags', LIMITS.tagList);
  const tags = [
    ...new Set(
      text
        .split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ''),
    ),
  ];
  if (tags.length > LIMITS.tags || tags.some((tag) => tag.length > LIMITS.name)) {
    row.report('Tags', text, {
      code: 'TAGS_TOO_MANY',
      problem: `At most ${LIMITS.tags} tags of ${LIMITS.name} characters fit.`,
      remedy: 'Keep the tags that shoppers search for, separated by commas.',
    });
  }
  return tags;
}

/** None for the placeholder option of a product that comes in one form only. */
function readOptions(row: Row): string[] {
  const names = NAME_COLUMNS.map((column) => readText(row, column, LIMITS.option));
  if (isPlaceholder(row)) return [];
  const options = names.filter((name) => name !== '');
  if (options.some((name, index) => names[index] !== name)) {
    row.report('Option1 Name', '', {
      code: 'OPTION_NAME_MISSING',
      problem: 'An option before the last has no name.',
      remedy: 'Name the options from the first on, without a gap.',
    });
  }
  if (new Set(options.map((name) => name.toLowerCase())).size < options.length) {
    row.report('Option2 Name', row.cell('Option2 Name'), {
      code: 'OPTION_REPEATED',
      problem: 'Two options have the same name.',
      remedy: 'Give each option a name of its own.',
    });
  }
  return options;
}
