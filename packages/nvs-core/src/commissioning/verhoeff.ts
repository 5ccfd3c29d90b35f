/**
 * Verhoeff's check digit for decimal numbers (J. Verhoeff, Error Detecting Decimal Codes, 1969), as the manual
 * pairing code uses it: Matter Core Specification, section 5.1.4.1.5.
 */

/** The product of the dihedral group D5: 0 to 4 are rotations, 5 to 9 reflections. */
function multiply(a: number, b: number): number {
  const turned = a < 5 ? (a + b) % 5 : (a + 10 - b) % 5;
  return a < 5 === b < 5 ? turned : turned + 5;
}

function inverse(a: number): number {
  return a < 5 ? (5 - a) % 5 : a;
}

/** Verhoeff's permutation of digits, applied once more for each place to the left. */
const PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4] as const;

function permute(digit: number, times: number): number {
  let permuted = digit;
  for (let count = 0; count < times % 8; count++) permuted = PERMUTATION[permuted] ?? 0;
  return permuted;
}

/** `firstPlace`: 0 where the text ends with its check digit, 1 where that is still to come. */
function checksum(digits: string, firstPlace: number): number {
  return Array.from(digits, Number).reduceRight(
    (sum, digit, index) => multiply(sum, permute(digit, digits.length - 1 - index + firstPlace)),
    0,
  );
}

/** The check digit to append to a text of decimal digits. */
export function verhoeffDigit(digits: string): string {
  return String(inverse(checksum(digits, 1)));
}

/** Whether the last digit of a text of decimal digits checks the others. */
export function verhoeffHolds(digits: string): boolean {
  return digits !== '' && checksum(digits, 0) === 0;
}
