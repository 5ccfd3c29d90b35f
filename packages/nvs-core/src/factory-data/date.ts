/**
 * ManufacturingDate: Matter Core Specification, section 11.1.5.12, in the two forms that
 * ESP32FactoryDataProvider::GetManufacturingDate reads.
 */
import { factoryDataErrors as errors } from '../errors/factory-data';
import type { Report } from './kinds';

const FORM = /^(\d{4})(?:-(\d{2})-|(\d{2}))(\d{2})/;

/** Reports a date that the firmware rejects, or reads as another date. */
export function checkManufacturingDate(written: string, report: Report): void {
  const match = FORM.exec(written);
  if (match === null) {
    report(errors.finding('factory-data.date-malformed', { written }));
    return;
  }
  const [date, year, dashed, month = dashed, day] = match;
  if (!exists(Number(year), Number(month), Number(day))) {
    report(errors.finding('factory-data.date-impossible', { written }));
  }
  if (written.slice(date.length).includes('-')) {
    report(errors.finding('factory-data.date-suffix-dash', { written }, {}, 'warning'));
  }
}

function exists(year: number, month: number, day: number): boolean {
  if (year < 1000 || month < 1 || month > 12) return false;
  // Day 0 of the next month is the last one of this month.
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
