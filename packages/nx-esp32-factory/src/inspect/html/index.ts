import type { ImageView } from '../view';

export interface HtmlOptions {
  readonly file: string;
  readonly codes?: { readonly qrCode: string; readonly manualCode?: string; readonly svg: string };
}

export function formatImageHtml(view: ImageView, _options: HtmlOptions): string {
  return JSON.stringify(view);
}
