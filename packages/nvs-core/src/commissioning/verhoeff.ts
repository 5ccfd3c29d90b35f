/**
 * Verhoeff's check digit for decimal numbers (J. Verhoeff, Error Detecting Decimal Codes, 1969), used by the manual
 * pairing code: Matter Core Specification, section 5.1.4.1.5.
 */

/** The product of the dihedral group D5: 0 to 4 are rotations, 5 to 9 reflections. */
function multiply(a: number, b: number): number {
  const turned = a < 5 ? (a + b) % 5 : (a + 10 - b) % 5;
  return a < 5 === b < 5 ? turned : turned + 5;
}

function inverse(a: number): number {
  return a < 5 ? (5 - a) % 5 : a;
}

/** Verhoeff's permutation of digits, applied once more for each position to the left. */
const PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4] as const;

function permute(digit: number, times: number): number {
  let permuted = digit;
  for (let count = 0; count < times % 8; count++) permuted = PERMUTATION[permuted] ?? 0;
  return permuted;
}

/** `firstPosition` is 0 if the text ends with its check digit, 1 if the check digit is still missing. */
function checksum(digits: string, firstPosition: number): number {
  return Array.from(digits, Number).reduceRight(
    (sum, digit, index) => multiply(sum, permute(digit, digits.length - 1 - index + firstPosition)),
    0,
  );
}

/** The check digit to append to a text of decimal digits. */
export function verhoeffDigit(digits: string): string {
  return String(inverse(checksum(digits, 1)));
}

/** Whether a text of decimal digits ends with its check digit. */
export function isVerhoeffValid(digits: string): boolean {
  return digits !== '' && checksum(digits, 0) === 0;
}
