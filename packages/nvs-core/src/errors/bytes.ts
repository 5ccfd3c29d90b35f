import { errorTable, row } from './error-table';

export const bytesErrors = errorTable({
  'bytes.hex-invalid': row<{ what: string; position: number }>(
    (p) => `${p.what} is not hexadecimal at character ${p.position + 1}`,
    () => 'write an even number of digits 0-9 a-f, without spaces',
  ),
  'bytes.hex-odd': row<{ what: string; digits: number }>(
    (p) => `${p.what} has ${p.digits} hexadecimal digits, which is odd`,
    () => 'every byte takes two digits: is one missing at the start or the end?',
  ),
  'bytes.base64-invalid': row<{ what: string; reason: string }>(
    (p) => `${p.what} is not base64: ${p.reason}`,
    () => 'use the standard alphabet A-Z a-z 0-9 + / with = padding to a multiple of four characters',
  ),
});
