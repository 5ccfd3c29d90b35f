/**
 * ManufacturingDate: Matter Core Specification, section 11.1.5.12, a date and a suffix of at most 8 bytes, in the forms
 * that ESP32FactoryDataProvider::GetManufacturingDate reads: YYYY-MM-DD in every SDK; YYYYMMDD and suffixes since 1.6.
 */
import { utf8Length } from '../bytes/text';
import { factoryDataErrors as errors } from '../errors/factory-data';
import type { Report } from './kinds';

/** UTF-8 bytes. */
export const DATE_MAX_LENGTH = 18;
const SUFFIX_MAX_LENGTH = 8;

const FORM = /^(\d{4})(?:-(\d{2})-|(\d{2}))(\d{2})/;

/** Reports a date that the firmware rejects, or that only newer firmware reads. */
export function checkManufacturingDate(written: string, report: Report): void {
  const match = FORM.exec(written);
  if (match === null) {
    report(errors.finding('factory-data.date-malformed', { written }));
    return;
  }
  const [date, year, dashed, month = dashed, day] = match;
  if (!exists(Number(year), Number(month), Number(day))) {
    report(errors.finding('factory-data.date-impossible', { written }));
    return;
  }
  const [length, limit] = [utf8Length(written), date.length + SUFFIX_MAX_LENGTH];
  if (length > limit) {
    // Beyond the limit of the field the text is reported already.
    if (length <= DATE_MAX_LENGTH)
      report(errors.finding('factory-data.text-too-long', { what: 'manufacturing date', length, limit }));
  } else if (dashed === undefined || length > date.length) {
    report(errors.finding('factory-data.date-form-new', { written }, {}, 'warning'));
  }
}

function exists(year: number, month: number, day: number): boolean {
  if (year < 1000 || month < 1 || month > 12) return false;
  // Day 0 of the next month is the last one of this month.
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
