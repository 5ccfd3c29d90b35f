import { printable } from 'nvs-core/errors';

/** Safe markup; everything else in a template is escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

type Content = Markup | string | number | undefined | readonly Content[];

/** An HTML template: values are text, unless they are already markup. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(
    parts.map((part, index) => (index === 0 ? part : render(values[index - 1]) + part)).join(''),
  );
}

/** Escapes text of an image: control and direction characters become visible, and markup becomes text. */
export function escaped(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string') return escaped(content);
  return typeof content === 'number' ? String(content) : content.map(render).join('');
}
