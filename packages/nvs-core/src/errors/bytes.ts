import { errorTable, row } from './error-table';

export const bytesErrors = errorTable({
  'bytes.truncated': row<{ what: string; wanted: number; left: number }>(
    (p) => `${p.what} needs ${p.wanted} more bytes, but only ${p.left} are left`,
    () => 'the data ends too early: was the file cut off or only partly copied?',
  ),
  'bytes.value-out-of-range': row<{ what: string; value: number | bigint; bits: number; signed: boolean }>(
    (p) => `${p.what} is ${p.value}, which does not fit ${p.bits} ${p.signed ? 'signed' : 'unsigned'} bits`,
    (p) => `give a value of the range of ${p.signed ? 'i' : 'u'}${p.bits}, or use a wider type`,
  ),
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
