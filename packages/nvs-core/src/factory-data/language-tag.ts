import { factoryDataErrors as errors } from '../errors/factory-data';
import { shown } from '../errors/printed-text';
import type { Report } from './kinds';

/** The shape of a tag (RFC 5646, section 2.1), not its registry. */
const LANGUAGE_TAG = /^([A-Za-z]{2,8}|[xi])(-[A-Za-z0-9]{1,8})*$/;

/** Part of a key, split over several locales, stays unprinted. */
const SHOWN_LENGTH = 11;

/** Reports a locale that firmware accepts and apps do not know. */
export function checkLanguageTag(written: string, report: Report): void {
  if (!LANGUAGE_TAG.test(written))
    report(
      errors.finding('factory-data.locale-unusual', { written: shown(written, SHOWN_LENGTH) }, {}, 'warning'),
    );
}
