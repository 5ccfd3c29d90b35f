import { parseFloatText } from 'nvs-core';
import * as z from 'zod/mini';
import { configErrors } from '../../errors';
import { annotated } from './field';
import { nonEmptyText, valueOrReference } from './reference';

const TEXT = annotated(z.string(), { title: '"nan", "inf" or digits in quotes' });
const NUMBER = annotated(z.number(), { type: 'number' });

/** A field with a floating-point number of an NVS type, as a number or as text, also by reference. */
export function floatOrReference(type: 'float' | 'double') {
  const inline = (written: string | number, what: string) => floatOf(type, written, what);
  return valueOrReference([NUMBER, TEXT], inline, (content, what) => inline(nonEmptyText(content), what));
}

/** Errors: config.not-a-number, config.out-of-range. */
function floatOf(type: 'float' | 'double', written: string | number, what: string): number {
  const value = typeof written === 'number' ? written : parseFloatText(written);
  if (value === undefined) throw configErrors.error('config.not-a-number', { what });
  const isSpecial = typeof written === 'string' && !/\d/.test(written);
  const stored = type === 'float' ? Math.fround(value) : value;
  if (Number.isFinite(stored) || isSpecial) return value;
  const range = type === 'float' ? '-3.4028235e38 to 3.4028235e38' : '-1.797e308 to 1.797e308';
  throw configErrors.error('config.out-of-range', { what, range, why: 'use double, or a smaller value' });
}
